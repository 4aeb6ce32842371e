import t from 'tap'
import { Headers } from '../../lib/http/headers.ts'
import { buildRequest } from '../../lib/testing/request-builder.ts'
import { TestResponse } from '../../lib/testing/response.ts'
import type { Answer } from '../../lib/testing/transport.ts'
import { Response } from '../../lib/wrappers/response.ts'

const built = buildRequest({ config: {}, json: { dumps: JSON.stringify } }, '/a%20b?q=%20', {
  method: 'post',
  base_url: 'https://example.com/root',
  data: 'sent',
})

function receive(answer: Partial<Answer>): TestResponse {
  return new TestResponse({ status: 200, reason: 'OK', rawHeaders: [], body: Buffer.alloc(0), ...answer }, built)
}

t.test('gives what was received, by the names of a response', async (t) => {
  const response = receive({
    status: 404,
    reason: 'Not Found',
    rawHeaders: [
      'content-type',
      'application/json; charset=utf-8',
      'Location',
      '/x',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
    ],
    body: Buffer.from('{"a":"游"}'),
  })
  t.ok(response instanceof Response)
  t.equal(response.status_code, 404)
  t.equal(response.status, '404 NOT FOUND')
  t.equal(response.text, '{"a":"游"}')
  t.equal(response.get_data({ as_text: true }), response.text)
  t.same(response.data, Buffer.from('{"a":"游"}'))
  t.same(response.json, { a: '游' })
  t.same(response.get_json(), { a: '游' })
  t.equal(response.mimetype, 'application/json')
  t.equal(response.location, '/x')
  t.same(response.headers.getlist('set-cookie'), ['a=1', 'b=2'])
  t.same(response.history, [])
})

t.test('makes nothing up: no type, no length', async (t) => {
  t.same(receive({ body: Buffer.from('x') }).headers.to_list(), [])
  const head = receive({ rawHeaders: ['Content-Length', '13'] })
  t.equal(head.headers.get('Content-Length'), '13', 'the length of a body that HEAD does not send is kept')
  t.equal(head.json, undefined)
})

t.test("keeps a reason of the app's own", async (t) => {
  t.equal(receive({ status: 299, reason: 'Strange' }).status, '299 Strange')
  t.equal(receive({ status: 200, reason: 'Fine' }).status, '200 Fine')
})

t.test('tells what was sent', async (t) => {
  const { request } = receive({})
  t.match(request, { method: 'POST', url: 'https://example.com/root/a%20b?q=%20', path: '/a b', query_string: 'q=%20' })
  t.equal(request.headers.get('host'), 'example.com')
  t.ok(request.headers instanceof Headers)
  t.equal(request.data.toString(), 'sent')
})
