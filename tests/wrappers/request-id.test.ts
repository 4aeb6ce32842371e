import t from 'tap'
import { makeIncoming } from '../../lib/wrappers/incoming.ts'
import { requestId } from '../../lib/wrappers/request-id.ts'

const CONFIG = { REQUEST_ID_HEADER: 'X-Request-ID', REQUEST_ID_FROM_CLIENT: true }
const asking = (...values: string[]) => makeIncoming({ rawHeaders: values.flatMap((value) => ['X-Request-ID', value]) })

t.test('a request keeps the id that was made when it was first asked for', async (t) => {
  const req = makeIncoming()
  const id = requestId(req, {})
  t.match(id, /^[A-Za-z0-9_-]{12}$/)
  t.equal(requestId(req, CONFIG), id)
  const ids = new Set(Array.from({ length: 1000 }, () => requestId(makeIncoming(), {})))
  t.equal(ids.size, 1000, 'no two are alike')
})

t.test('a well-formed id that came with the request is used where the config says so', async (t) => {
  const FINE = ['a', '7f3c-11', '1-67891233-abcdef012345678912345678', 'Root=1:2/3+4@x~', 'x'.repeat(128)]
  for (const id of FINE) t.equal(requestId(asking(id), CONFIG), id)
  for (const id of FINE) t.not(requestId(asking(id), { REQUEST_ID_HEADER: 'X-Request-ID' }), id)
  for (const id of FINE) t.not(requestId(asking(id), { REQUEST_ID_HEADER: null, REQUEST_ID_FROM_CLIENT: true }), id)
})

// security 1.8: what a client sends makes no line of the log
t.test('an id that is not well-formed, or comes twice, is replaced', async (t) => {
  for (const id of ['', ' ', 'a b', 'a\nb', 'a\u001b[2J', '<script>', '"', 'é', 'x'.repeat(129), 'a,b']) {
    t.match(requestId(asking(id), CONFIG), /^[A-Za-z0-9_-]{12}$/, JSON.stringify(id))
  }
  t.match(requestId(asking('a', 'b'), CONFIG), /^[A-Za-z0-9_-]{12}$/)
})
