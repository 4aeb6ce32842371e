import t from 'tap'
import { type BadInput, get, hostileTest } from './hostile-client.ts'
import { GET_ENDPOINTS } from './kitchen-sink.ts'

const HOST = 'Host: localhost\r\n'
const line = (text: string, rest = `${HOST}\r\n`): string => `${text}\r\n${rest}`

/** Request lines that are none, RFC 9112 section 3. What the server can answer, it answers with a 4xx. */
const LINES: readonly BadInput[] = [
  { name: 'nothing at all', bytes: '', gives: 'closed', unfinished: true },
  { name: 'one letter', bytes: 'G', gives: [400, 'closed'], unfinished: true },
  { name: 'a method', bytes: 'GET', gives: [400, 'closed'], unfinished: true },
  { name: 'a method and its line end', bytes: line('GET'), gives: 400 },
  { name: 'a method and a space', bytes: line('GET '), gives: 400 },
  { name: 'no version', bytes: line('GET /'), gives: 400 },
  { name: 'no target', bytes: line('GET  HTTP/1.1'), gives: 400 },
  { name: 'no method', bytes: line('/ HTTP/1.1'), gives: 400 },
  { name: 'a line cut off', bytes: 'GET /alive HTT', gives: [400, 'closed'], unfinished: true },
  { name: 'a head cut off', bytes: 'GET /alive HTTP/1.1\r\nHost: local', gives: [400, 'closed'], unfinished: true },
  { name: 'an unknown version', bytes: line('GET / HTTP/9.9'), gives: 400 },
  { name: 'version 2', bytes: line('GET / HTTP/2.0'), gives: 400 },
  { name: 'version 0.9', bytes: line('GET / HTTP/0.9'), gives: 400 },
  { name: 'a version with three digits', bytes: line('GET / HTTP/1.10'), gives: 400 },
  { name: 'another protocol', bytes: line('GET /alive RTSP/1.0'), gives: [200, 400] },
  { name: 'a protocol in lower case', bytes: line('GET / http/1.1'), gives: 400 },
  { name: 'the preface of HTTP/2', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', gives: 400 },
  { name: 'a TLS handshake', bytes: Buffer.from('16030100c8010000c40303', 'hex'), gives: 400 },
  { name: 'SSH', bytes: 'SSH-2.0-OpenSSH_9.2\r\n', gives: 400 },
  { name: 'an unknown method', bytes: line('FOO / HTTP/1.1'), gives: 400 },
  { name: 'a method in lower case', bytes: line('get / HTTP/1.1'), gives: 400 },
  { name: 'a method of 5,000 letters', bytes: line(`${'A'.repeat(5000)} / HTTP/1.1`), gives: 400 },
  { name: 'two spaces before the version', bytes: line('GET /alive  HTTP/1.1'), gives: [200, 400] },
  { name: 'a space before the method', bytes: line(' GET / HTTP/1.1'), gives: 400 },
  { name: 'a space in the target', bytes: line('GET /a b HTTP/1.1'), gives: 400 },
  { name: 'a tab for a space', bytes: line('GET\t/ HTTP/1.1'), gives: 400 },
  { name: 'a tab in the target', bytes: line('GET /a\tb HTTP/1.1'), gives: 400 },
  { name: 'a space behind the version', bytes: line('GET / HTTP/1.1 '), gives: 400 },
  { name: 'NUL in the method', bytes: line('G\0T / HTTP/1.1'), gives: 400 },
  { name: 'NUL in the target', bytes: line('GET /a\0b HTTP/1.1'), gives: 400 },
  { name: 'DEL in the target', bytes: line('GET /a\x7fb HTTP/1.1'), gives: 400 },
  { name: 'raw UTF-8 in the target', bytes: Buffer.from(line('GET /游客 HTTP/1.1')), gives: 400 },
  { name: 'raw latin-1 in the target', bytes: line('GET /\xe9 HTTP/1.1'), gives: 400 },
  { name: 'a target of 17 KB', bytes: line(`GET /${'a'.repeat(17_000)} HTTP/1.1`), gives: [414, 431] },
  { name: 'a target of 17 KB without end', bytes: `GET /${'a'.repeat(17_000)}`, gives: [414, 431] },
  { name: 'lines that end with LF alone', bytes: 'GET /alive HTTP/1.1\nHost: localhost\n\n', gives: [200, 400] },
  { name: 'lines that end with CR alone', bytes: 'GET /alive HTTP/1.1\rHost: localhost\r\r', gives: 400 },
  { name: 'CR CR LF', bytes: 'GET /alive HTTP/1.1\r\r\nHost: localhost\r\r\n\r\r\n', gives: 400 },
  { name: 'a thousand empty lines before it', bytes: `${'\r\n'.repeat(1000)}${get('/alive')}`, gives: [200, 400] },
  { name: 'nothing but empty lines', bytes: '\r\n'.repeat(1000), gives: [400, 'closed'], unfinished: true },
  { name: 'a million letters without a line end', bytes: 'A'.repeat(1_000_000), gives: 400 },
  { name: 'a million bytes of noise', bytes: Buffer.alloc(1_000_000, 0xff), gives: 400 },
]

t.test('a request line that is none is answered with a 4xx, and nothing is left behind', (t) =>
  hostileTest(t, (target) => target.takes(t, LINES, 'request lines')),
)

/** Every method that node's parser knows, and what the kitchen sink may answer it with. */
const METHODS = (
  'ACL BIND CHECKOUT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY OPTIONS PATCH ' +
  'POST PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK UNSUBSCRIBE'
).split(' ')

t.test('no method makes an endpoint fail, and TRACE and CONNECT reach none', (t) =>
  hostileTest(t, async (target) => {
    for (const method of METHODS) {
      const gives = method === 'TRACE' ? 405 : undefined
      const inputs = GET_ENDPOINTS.map((path) => ({
        name: `${method} ${path}`,
        bytes: line(`${method} ${path} HTTP/1.1`),
        ...(gives && { gives }),
      }))
      await target.takes(t, inputs, method)
    }
    const tunnel = { name: 'CONNECT', bytes: line('CONNECT localhost:80 HTTP/1.1'), gives: 400 }
    await target.takes(t, [tunnel], 'CONNECT')
  }),
)

t.test('a request that is cut off at any byte is answered or closed', (t) =>
  hostileTest(t, async (target) => {
    const whole = get('/headers?a=1', ['Cookie: a=1', 'X-Long: value'])
    const cuts = Array.from({ length: whole.length }, (_, end) => ({
      name: `cut at ${end}`,
      bytes: whole.slice(0, end),
      gives: [400, 'closed'] as const,
      unfinished: true,
    }))
    await target.takes(t, cuts, 'every place of a head')
  }),
)
