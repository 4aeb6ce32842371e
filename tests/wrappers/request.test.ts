import t from 'tap'
import { Rule } from '../../lib/routing/rule.ts'
import { Request } from '../../lib/wrappers/request.ts'
import { RawConnection } from '../support/raw-http.ts'
import { requestOf, serveRequests } from '../support/requests.ts'

function matched(endpoint: string): Request {
  const request = requestOf()
  request.url_rule = new Rule('/x', { endpoint })
  return request
}

t.test('the endpoint names the blueprints that it lies in, innermost first', (t) => {
  t.match(matched('index'), { endpoint: 'index', blueprint: undefined, blueprints: [] })
  t.match(matched('admin.index'), { endpoint: 'admin.index', blueprint: 'admin', blueprints: ['admin'] })
  t.match(matched('a.b.c.index'), { blueprint: 'a.b.c' })
  t.same(matched('a.b.c.index').blueprints, ['a.b.c', 'a.b', 'a'])
  t.match(requestOf(), { endpoint: undefined, blueprint: undefined, blueprints: [], view_args: undefined })
  t.end()
})

t.test('nothing is parsed before it is asked for', (t) => {
  const request = requestOf({
    url: '/%zz?%',
    headers: [
      ['Cookie', '\0'],
      ['Content-Type', ';;'],
    ],
    body: '{',
  })
  Object.defineProperty(request.req, 'rawHeaders', {
    get() {
      throw new Error('the headers were read')
    },
  })
  t.equal(new Request(request.req, request.app).method, 'GET')
  t.end()
})

t.test('every public field is listed, so that the global request can forward it', (t) => {
  t.same(Object.keys(requestOf()).sort(), [...Request.field_names].sort())
  t.end()
})

t.test('a subclass adds what an app needs', (t) => {
  class ApiRequest extends Request {
    get version(): string {
      return this.headers.get('X-Version', '1')
    }

    override get want_form_data_parsed(): boolean {
      return false
    }
  }
  const { req, app } = requestOf({
    method: 'POST',
    headers: [
      ['X-Version', '2'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    body: 'a=1',
  })
  const request = new ApiRequest(req, app)
  t.equal(request.version, '2')
  t.equal(request.form.size, 0)
  t.equal(request.data.toString(), 'a=1')
  t.end()
})

t.test('the signal aborts when the client leaves, and not when the request ends as it should', async (t) => {
  let seen: AbortSignal | undefined
  const { port } = await serveRequests(t, async (request) => {
    seen = request.signal
    if (request.path === '/quick') return 'done'
    await new Promise((aborted) => request.signal.addEventListener('abort', aborted, { once: true }))
    return 'aborted'
  })
  const connection = await RawConnection.open(port)
  connection.write('GET /quick HTTP/1.1\r\nHost: h\r\n\r\n')
  await connection.read()
  const quick = seen
  connection.write('GET /slow HTTP/1.1\r\nHost: h\r\n\r\n')
  while (seen === quick) await new Promise((done) => setTimeout(done, 5))
  connection.close()
  const slow = seen
  await new Promise((aborted) => slow?.addEventListener('abort', aborted, { once: true }))
  t.match(slow?.reason, { name: 'AbortError', message: 'The client disconnected.' })
  t.equal(quick?.aborted, false)
})

t.test('a request can be closed again and again', (t) => {
  const request = requestOf({ method: 'POST', body: 'x' })
  t.equal(request.close(), undefined)
  request.signal
  t.equal(request.data.toString(), 'x')
  t.equal(request.close(), undefined)
  t.equal(request.close(), undefined)
  t.end()
})
