import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { buildRequest, type RequestBuilderOptions } from '../../lib/testing/request-builder.ts'
import { type Answer, type RequestHandler, Transport } from '../../lib/testing/transport.ts'

function send(handler: RequestHandler, path = '/', options: RequestBuilderOptions = {}): Promise<Answer> {
  return new Transport(handler).send(buildRequest({ config: {}, json: { dumps: JSON.stringify } }, path, options))
}

t.test('a request goes through the parser of node as it was described, and nothing is added', async (t) => {
  const answer = await send(
    (req, res) => res.end(JSON.stringify([req.method, req.url, req.httpVersion, req.rawHeaders])),
    '/a%20b?c=1',
    {
      method: 'PURGE',
      headers: [
        ['X-A', '1'],
        ['X-A', '2'],
      ],
    },
  )
  t.same(JSON.parse(answer.body.toString()), [
    'PURGE',
    '/a%20b?c=1',
    '1.1',
    ['Host', 'localhost', 'User-Agent', 'Flagon', 'X-A', '1', 'X-A', '2'],
  ])
})

t.test('status, reason, header fields in their order, and body come back', async (t) => {
  const answer = await send((_req, res) => {
    res.writeHead(299, 'Strange', ['X-B', '1', 'Set-Cookie', 'a=1', 'X-B', '2', 'Set-Cookie', 'b=2'])
    res.write('chunk,')
    res.end(Buffer.from([0xff]))
  })
  t.match(answer, { status: 299, reason: 'Strange' })
  t.same(answer.rawHeaders.slice(0, 8), ['X-B', '1', 'Set-Cookie', 'a=1', 'X-B', '2', 'Set-Cookie', 'b=2'])
  t.same(answer.body, Buffer.from('chunk,\xff', 'latin1'))
})

t.test('an answer to HEAD has its header and no body', async (t) => {
  const answer = await send((_req, res) => res.setHeader('Content-Length', 5).end('hello'), '/', { method: 'HEAD' })
  t.equal(answer.body.length, 0)
  t.ok(answer.rawHeaders.includes('5'))
})

t.test('a body larger than any buffer arrives whole, both ways', async (t) => {
  const data = Buffer.alloc(5_000_000, 'flagon')
  const answer = await send(async (req, res) => res.end(await buffer(req)), '/', { method: 'POST', data })
  t.ok(answer.body.equals(data))
})

t.test('an answer that comes before the body was read is still the answer', async (t) => {
  const answer = await send((_req, res) => res.writeHead(413, { Connection: 'close' }).end('too large'), '/', {
    method: 'POST',
    data: Buffer.alloc(5_000_000),
  })
  t.equal(answer.status, 413)
  t.equal(answer.body.toString(), 'too large')
})

t.test('the server sees scheme, address and root path as described', async (t) => {
  const answer = await send(
    (req, res) => {
      const { baseUrl, socket, url } = req as IncomingMessage & { baseUrl?: string }
      res.end(JSON.stringify(['encrypted' in socket, socket.remoteAddress, baseUrl, url]))
    },
    '/x',
    { base_url: 'https://example.com/root', remote_addr: '192.0.2.7' },
  )
  t.same(JSON.parse(answer.body.toString()), [true, '192.0.2.7', '/root', '/x'])
})

const failure = new Error('from the handler')
const FAILING: [name: string, handler: RequestHandler][] = [
  [
    'throws',
    () => {
      throw failure
    },
  ],
  ['rejects', () => Promise.reject(failure)],
  [
    'rejects after a part of the answer',
    async (_req, res) => {
      res.write('begun')
      await delay(1)
      throw failure
    },
  ],
  [
    'rejects after the whole answer',
    async (_req, res) => {
      res.end('whole')
      await delay(1)
      throw failure
    },
  ],
  [
    'answers with a page and leaves the error on the response',
    (_req, res) => {
      Object.assign(res, { [Symbol.for('flagon.error')]: failure })
      res.writeHead(500).end('page')
    },
  ],
]
for (const [name, handler] of FAILING) {
  t.test(`a handler that ${name} rejects with the very error`, async (t) => {
    t.equal(await send(handler).catch((error: unknown) => error), failure)
  })
}

t.test('a handler that closes the connection rejects with what a client would see', async (t) => {
  await t.rejects(
    send((req) => req.socket.destroy()),
    { code: 'ECONNRESET' },
  )
  await t.rejects(
    send((_req, res) => res.write('begun', () => res.destroy())),
    { code: 'ECONNRESET' },
  )
})

t.test('the answer is given after the handler is done', async (t) => {
  let tornDown = false
  await send(async (_req, res) => {
    res.end('sent')
    await delay(5)
    tornDown = true
  })
  t.ok(tornDown)
})

t.test('many requests at once do not mix', async (t) => {
  const transport = new Transport(async (req: IncomingMessage, res: ServerResponse) => {
    await delay(Math.random() * 5)
    res.end(req.url)
  })
  const app = { config: {}, json: { dumps: JSON.stringify } }
  const paths = Array.from({ length: 50 }, (_, index) => `/${index}`)
  const answers = await Promise.all(paths.map((path) => transport.send(buildRequest(app, path))))
  t.same(
    answers.map((answer) => answer.body.toString()),
    paths,
  )
})

t.test('nothing stays behind that keeps the process alive', async (t) => {
  await send((_req, res) => res.end('kept alive'))
  await delay(1)
  const handles = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Server|HTTP/i.test(name))
  t.same(handles, [])
})

t.test('a header that cannot be sent is refused', async (t) => {
  await t.rejects(
    send((_req, res) => res.end(), '/', { headers: { 'X-A': '游' } }),
    { code: 'ERR_INVALID_CHAR' },
  )
})
