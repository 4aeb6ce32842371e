import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { Response } from '../../lib/wrappers/response.ts'
import { sendResponse } from '../../lib/wrappers/send.ts'
import { exchangeRaw, headerValues, type RawResponse } from '../support/raw-http.ts'

/** Sends a response behind a layer that has set header fields of its own, as middleware of Express does. */
async function exchangeBehind(
  layer: (res: ServerResponse) => void,
  make: () => Response,
): Promise<{ answer: RawResponse; error: unknown }> {
  let error: unknown
  const server = createServer((req, res) => {
    layer(res)
    try {
      sendResponse(make(), req, res)
    } catch (thrown) {
      error = thrown
      sendResponse(new Response('failed', { status: 500 }), req, res)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    return { answer: await exchangeRaw(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), error }
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

t.test('fields set before stay, but for those that the response has itself', async (t) => {
  const { answer } = await exchangeBehind(
    (res) => {
      res.setHeader('X-Frame-Options', 'DENY')
      res.setHeader('X-A', 'before')
      res.setHeader('x-b', ['before', 'too'])
    },
    () => new Response('x', { headers: { 'X-A': 'view', 'X-B': 'view' }, status: '299 Strange' }),
  )
  t.same([answer.status, answer.reason], [299, 'Strange'])
  t.same(headerValues(answer, 'X-Frame-Options'), ['DENY'])
  t.same(headerValues(answer, 'X-A'), ['view'])
  t.same(headerValues(answer, 'X-B'), ['view'])
  t.same(headerValues(answer, 'Content-Length'), ['1'])
})

t.test('cookies set before are sent too, and each one of the response', async (t) => {
  for (const before of ['outer=1', ['outer=1', 'outer2=2']]) {
    const { answer } = await exchangeBehind(
      (res) => void res.setHeader('Set-Cookie', before),
      () => {
        const response = new Response('x')
        response.set_cookie('a', '1')
        response.set_cookie('b', '2')
        return response
      },
    )
    t.same(headerValues(answer, 'Set-Cookie'), [...[before].flat(), 'a=1; Path=/', 'b=2; Path=/'])
  }
})

t.test('bytes past ASCII in a field set before stay as they are, whatever the body is', async (t) => {
  const { answer } = await exchangeBehind(
    (res) => void res.setHeader('X-Name', 'J\xfcrgen'),
    () => new Response('游'),
  )
  t.same(headerValues(answer, 'X-Name'), ['J\xfcrgen'])
  t.equal(answer.body.toString(), '游')
})

// security: additions to Vary merge, and * wins
t.test('what the answer varies by is the sum of what both say', async (t) => {
  const cases: [before: string | string[], own: string[], sent: string][] = [
    ['Origin', ['Cookie'], 'Origin, Cookie'],
    ['Origin, cookie', ['Cookie', 'Accept'], 'Origin, cookie, Accept'],
    [['Origin', 'Accept-Encoding'], ['Cookie'], 'Origin, Accept-Encoding, Cookie'],
    ['*', ['Cookie'], '*'],
    ['Origin', ['*'], '*'],
    ['Origin', [], 'Origin'],
  ]
  for (const [before, own, sent] of cases) {
    const { answer } = await exchangeBehind(
      (res) => void res.setHeader('Vary', before),
      () => {
        const response = new Response('x')
        response.vary.update(own)
        return response
      },
    )
    t.same(headerValues(answer, 'Vary'), [sent])
  }
})

t.test('a response that cannot be sent leaves nothing of itself behind for the next', async (t) => {
  const { answer, error } = await exchangeBehind(
    (res) => {
      res.setHeader('X-Frame-Options', 'DENY')
      res.setHeader('Set-Cookie', 'outer=1')
    },
    () => new Response('x', { headers: { 'X-A': 'view', 'Set-Cookie': 'a=1', 'X-Frame-Options': 'no', 'X-B': '游' } }),
  )
  t.match(error, { code: 'ERR_INVALID_CHAR' })
  t.equal(answer.status, 500)
  t.same(headerValues(answer, 'X-A'), [])
  t.same(headerValues(answer, 'Set-Cookie'), ['outer=1'])
  t.same(headerValues(answer, 'X-Frame-Options'), ['DENY'])
})
