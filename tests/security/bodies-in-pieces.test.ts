import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { RawConnection } from '../support/raw-http.ts'
import { LAST_BOUNDARY, MULTIPART_TYPE, part } from '../support/requests.ts'
import { serveKitchenSink } from './kitchen-sink.ts'

/** Bodies with what they are, and how they may be cut. */
const BODIES: readonly (readonly [path: string, type: string, pieces: readonly string[]])[] = [
  ['/form', 'application/x-www-form-urlencoded', ['a=b', '&', '=', '%41', '%zz', '+', '游', '%']],
  ['/json', 'application/json', ['[', ']', '{', '}', '"a"', ':', ',', '1', '游', ' ', 'null']],
  ['/raw', 'text/plain', ['a', '\r\n', '\0', '游', '0\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n']],
  ['/form', MULTIPART_TYPE, ['--XbX', '--XbX--', '\r\n', part('name="a"', 'x'), LAST_BOUNDARY, 'x']],
  ['/upload', MULTIPART_TYPE, [part('name="f"; filename="f"', 'x'), '--XbX', '\r\n', LAST_BOUNDARY]],
]

/** Status and body of the answer to a request whose body comes in the given writes, told by its length or chunked. */
async function answerTo(
  port: number,
  path: string,
  type: string,
  writes: readonly Buffer[],
  isChunked: boolean,
): Promise<string> {
  const connection = await RawConnection.open(port)
  connection.socket.setNoDelay(true)
  const length = writes.reduce((sum, bytes) => sum + bytes.length, 0)
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
  connection.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${framing}\r\n\r\n`)
  for (const bytes of writes) {
    if (isChunked && bytes.length === 0) continue
    connection.write(
      isChunked ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]) : bytes,
    )
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (isChunked) connection.write('0\r\n\r\n')
  const answer = await connection.read()
  connection.close()
  return `${answer.status} ${answer.body}`
}

t.test('a body gives one answer, however its bytes are split and framed', async (t) => {
  const { port } = await serveKitchenSink(t)
  for (const [path, type, pieces] of BODIES) {
    const bodies = fc.tuple(
      fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 10 }),
      fc.array(fc.nat({ max: 300 }), { maxLength: 8 }),
    )
    const RUNS = 60
    await fc.assert(
      fc.asyncProperty(bodies, async ([texts, cuts]) => {
        const body = Buffer.from(texts.join(''))
        const places = [0, ...cuts.map((cut) => cut % (body.length + 1)).sort((a, b) => a - b), body.length]
        const writes = places.slice(1).map((end, index) => body.subarray(places[index], end))
        const whole = await answerTo(port, path, type, [body], false)
        assert.equal(await answerTo(port, path, type, writes, false), whole)
        assert.equal(await answerTo(port, path, type, writes, true), whole)
        assert.doesNotMatch(whole, /^5/)
      }),
      { numRuns: RUNS },
    )
    t.pass(`${RUNS} bodies of ${path} as ${type}`)
  }
})
