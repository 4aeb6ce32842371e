import { Socket } from 'node:net'
import t from 'tap'
import { isBehindLastRequest, markLastRequest } from '../../lib/wrappers/last-request.ts'
import { RawConnection } from '../support/raw-http.ts'
import { serveRequests } from '../support/requests.ts'

t.test('a connection is marked until it closes', (t) => {
  const [marked, other] = [new Socket(), new Socket()]
  t.notOk(isBehindLastRequest(marked))
  markLastRequest(marked)
  markLastRequest(marked)
  t.ok(isBehindLastRequest(marked))
  t.notOk(isBehindLastRequest(other))
  t.equal(marked.listenerCount('close'), 1)
  marked.emit('close')
  t.notOk(isBehindLastRequest(marked))
  markLastRequest(other.destroy())
  t.notOk(isBehindLastRequest(other))
  t.end()
})

t.test('a request behind one that was refused is not acted upon', async (t) => {
  const seen: string[] = []
  const { port } = await serveRequests(t, (request) => seen.push(request.path))
  const connection = await RawConnection.open(port)
  connection.write(
    'GET /refused HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET /behind HTTP/1.1\r\nHost: h\r\n\r\nGET /too HTTP/1.1\r\nHost: h\r\n\r\n',
  )
  t.equal((await connection.read()).status, 400)
  t.equal(await connection.rest(), '')
  t.same(seen, [])
})
