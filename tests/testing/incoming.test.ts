import { text } from 'node:stream/consumers'
import t from 'tap'
import { makeIncoming, mountRequest } from '../../lib/testing/incoming.ts'
import { buildRequest } from '../../lib/testing/request-builder.ts'
import { Request } from '../../lib/wrappers/request.ts'

const app = { config: {}, json: { dumps: JSON.stringify } }

t.test('a made-up request reads like one that came over a connection', async (t) => {
  const built = buildRequest(app, '/a%20b?q=1', {
    method: 'post',
    base_url: 'https://example.com:8443/mount',
    data: { a: '游' },
    headers: [
      ['X-A', '1'],
      ['X-A', '2'],
    ],
    remote_addr: '192.0.2.7',
  })
  const req = makeIncoming(built)
  t.match(req, { method: 'POST', url: '/a%20b?q=1', httpVersion: '1.1', complete: true })
  t.equal(req.headers['x-a'], '1, 2')
  const request = new Request(req, {
    config: {},
    json: { loads: (bytes) => JSON.parse(Buffer.from(bytes).toString()) },
    debug: false,
  })
  t.equal(request.path, '/a b')
  t.equal(request.root_path, '/mount')
  t.equal(request.url, 'https://example.com:8443/mount/a%20b?q=1')
  t.equal(request.remote_addr, '192.0.2.7')
  t.same(request.headers.getlist('X-A'), ['1', '2'])
  t.equal(request.form.get('a'), '游', 'the body is there at once')
})

t.test('a request at the root of its host is not mounted', async (t) => {
  const req = makeIncoming(buildRequest(app, '/x'))
  t.notOk('baseUrl' in req)
  t.equal(await text(req), '')
  mountRequest(req, '/mount')
  t.match(req, { baseUrl: '/mount', originalUrl: '/mount/x' })
})
