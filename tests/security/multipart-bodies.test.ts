import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { request } from '../../lib/index.ts'
import { exchangeRaw, RawConnection } from '../support/raw-http.ts'
import { LAST_BOUNDARY, MULTIPART_TYPE, part } from '../support/requests.ts'
import { type BadInput, chunked, hostileTest, type Outcome, send } from './hostile-client.ts'
import { POST_ENDPOINTS, serveKitchenSink } from './kitchen-sink.ts'

const KIB = 1024
const MULTIPART = `Content-Type: ${MULTIPART_TYPE}`
/** Past this a file goes to disk. */
const SPOOLED_BYTES = 600_000
/** Parts that a form may have. */
const MOST_PARTS = 1000
/** Bytes that a field may have in memory. */
const FIELD_BYTES = 500_000
/** Bytes that a body may have. */
const BODY_BYTES = 16 * KIB * KIB

const field = (content: string): string => part('name="a"', content)
const file = (content: string, name = 'a.txt'): string => part(`name="f"; filename="${name}"`, content)
const whole = (...parts: string[]): string => parts.join('') + LAST_BOUNDARY
const big = 'x'.repeat(SPOOLED_BYTES)

/** Bodies with the boundary `XbX`, and what a view that asks for the form gives. */
const BODIES: readonly (readonly [name: string, body: string, gives: Outcome])[] = [
  ['nothing', '', 400],
  ['a line end', '\r\n', 400],
  ['two line ends', '\r\n\r\n', 400],
  ['the last boundary alone', LAST_BOUNDARY, 200],
  ['the last boundary without a line end', '--XbX--', 200],
  ['the last boundary twice', LAST_BOUNDARY + LAST_BOUNDARY, 200],
  ['the last boundary and then parts', LAST_BOUNDARY + whole(field('x')), 200],
  ['a boundary alone', '--XbX\r\n', 400],
  ['half a boundary', '--Xb', 400],
  ['dashes', '--', 400],
  ['another boundary', whole(field('x')).replaceAll('XbX', 'YbY'), 400],
  ['no last boundary', field('x'), 400],
  ['no data', '--XbX\r\nContent-Disposition: form-data; name="a"\r\n\r\n', 400],
  ['no blank line', '--XbX\r\nContent-Disposition: form-data; name="a"\r\n--XbX--\r\n', 400],
  ['no header', '--XbX\r\n\r\nx\r\n--XbX--\r\n', 400],
  ['a header without a colon', '--XbX\r\nContent-Disposition form-data\r\n\r\nx\r\n--XbX--\r\n', 400],
  ['another disposition', '--XbX\r\nContent-Disposition: attachment\r\n\r\nx\r\n--XbX--\r\n', 400],
  ['no name', whole(part('filename="x"', 'x')), 400],
  ['an empty name', whole(part('name=""', 'x')), 400],
  ['a name with NUL', whole(part('name="a\0b"', 'x')), 400],
  ['a name with a line end', whole(part('name="a\r\nb"', 'x')), 400],
  ['a header that goes on in the next line', whole(part('name="a";\r\n filename="x"', 'x')), 200],
  ['a name of the prototype', whole(part('name="__proto__"', 'x'), part('name="constructor"; filename="x"', 'y')), 200],
  ['a name in brackets', whole(part('name="a[__proto__][x]"', 'x')), 200],
  ['an open quote', whole(part('name="a', 'x')), 400],
  ['two names', whole(part('name="a"; name="b"', 'x')), 200],
  ['header bytes that are no UTF-8', whole(part('name="\xff"', 'x')), 400],
  ['a path as file name', whole(file('x', '../../x')), 200],
  ['an absolute file name', whole(file('x', '/etc/passwd')), 200],
  ['a Windows path as file name', whole(file('x', 'C:\\\\x')), 200],
  ['a file name with NUL', whole(file('x', 'a\0.txt')), 400],
  ['a file name of dots', whole(file('x', '..')), 200],
  ['an empty file name', whole(file('', '')), 200],
  ['a file name of 60 KB', whole(file('x', 'a'.repeat(60 * KIB))), 200],
  ['a file name of quotes', whole(file('x', '\\"'.repeat(8 * KIB))), 200],
  ['an extended file name', whole(part('name="f"; filename*=UTF-8\'\'%e6%b8%b8.txt', 'x')), 200],
  ['an extended file name in a bad charset', whole(part('name="f"; filename*=x-nonsense\'\'%ff', 'x')), 200],
  ['an extended file name that is broken', whole(part('name="f"; filename*=UTF-8\'\'%ff%zz%', 'x')), 200],
  ['an extended file name without quotes', whole(part('name="f"; filename*=abc', 'x')), 200],
  ['an extended file name of 60 KB', whole(part(`name="f"; filename*=UTF-8''${'%F0'.repeat(20 * KIB)}`, 'x')), 200],
  ['a file name in pieces', whole(part('name="f"; filename*0="a"; filename*1=".txt"', 'x')), 200],
  ['a hundred thousand pieces', whole(part(`name="f"; ${'filename*9=a; '.repeat(4000)}`, 'x')), 200],
  ['a charset that is none', whole(part('name="a"', 'x', ['Content-Type: text/plain; charset=nonsense'])), 200],
  ['a transfer encoding', whole(part('name="a"', 'eA==', ['Content-Transfer-Encoding: base64'])), 200],
  ['a length that lies', whole(part('name="f"; filename="x"', 'x', ['Content-Length: 99999999'])), 200],
  [
    'a part in a part',
    whole(
      part('name="a"', whole(field('x')).replaceAll('XbX', 'YbY'), ['Content-Type: multipart/mixed; boundary=YbY']),
    ),
    200,
  ],
  ['lines that end with LF', whole(field('x')).replaceAll('\r\n', '\n'), 200],
  ['lines that end with CR', whole(field('x')).replaceAll('\r\n', '\r'), 200],
  ['blanks behind a boundary', whole(field('x')).replaceAll('XbX\r', 'XbX \t\r'), 200],
  ['something behind a boundary', whole(field('x')).replace('--XbX\r', '--XbXy\r'), 200],
  ['a boundary within the data', whole(field('a --XbX b --XbX-- c')), 200],
  ['nearly a boundary within the data', whole(field('\r\n--Xb\r\n--XbY\r\n-XbX\r\n--xbx\r\n')), 200],
  ['text before the first boundary', `preamble\r\n${whole(field('x'))}`, 200],
  ['text behind the last boundary', `${whole(field('x'))}epilogue`, 200],
  ['64 KB before the first boundary', `${'x'.repeat(60 * KIB)}\r\n${whole(field('x'))}`, 200],
  ['10 MB before the first boundary', `${'x'.repeat(10_000_000)}\r\n${whole(field('x'))}`, 413],
  ['10 MB behind the last boundary', `${whole(field('x'))}${'x'.repeat(10_000_000)}`, 200],
  ['a header of 10 MB', whole(part('name="a"', 'x', [`X: ${'x'.repeat(10_000_000)}`])), 413],
  [
    '20,000 headers',
    whole(
      part(
        'name="a"',
        'x',
        Array.from({ length: 20_000 }, (_, index) => `X-${index}: y`),
      ),
    ),
    413,
  ],
  ['as many parts as there may be', whole(field('').repeat(MOST_PARTS)), 200],
  ['one part too many', whole(field('').repeat(MOST_PARTS + 1)), 413],
  ['one file too many', whole(file('').repeat(MOST_PARTS + 1)), 413],
  ['10,000 empty parts', whole(field('').repeat(10_000)), 413],
  ['10,000 boundaries', '--XbX\r\n'.repeat(10_000), 413],
  ['a field of as many bytes as there may be', whole(field('x'.repeat(FIELD_BYTES))), 200],
  ['a field with one byte too many', whole(field('x'.repeat(FIELD_BYTES + 1))), 413],
  ['a large file', whole(file(big)), 200],
  ['a large file and no end', file(big), 400],
  ['a large file and then a mistake', whole(file(big), part('filename="x"', 'x')), 400],
  ['a large file and then too large a field', whole(file(big), field(big)), 413],
  ['a large file and too many parts', whole(file(big), field('').repeat(MOST_PARTS)), 413],
  ['ten large files', whole(file(big).repeat(10)), 200],
  ['a large file of line ends', whole(file('\r\n'.repeat(SPOOLED_BYTES))), 200],
  ['a large file of half boundaries', whole(file('\r\n--Xb'.repeat(SPOOLED_BYTES / 6))), 200],
  ['a body past the limit', whole(file('x'.repeat(BODY_BYTES))), 413],
]

t.test('what is no form is a 400 where the form is asked for, and no upload leaves a file', (t) =>
  hostileTest(t, async (target) => {
    for (const [name, body, gives] of BODIES) {
      const asked: BadInput[] = [
        { name: '/form', bytes: send('POST', '/form', [MULTIPART], body), gives },
        { name: '/upload', bytes: send('POST', '/upload', [MULTIPART], body), gives },
        {
          name: '/upload, chunked',
          bytes: chunked('POST', '/upload', body === '' ? [] : pieces(body), [MULTIPART]),
          gives: [gives, ...(body === '' ? ([200] as const) : [])],
        },
      ]
      await target.takes(t, asked, name)
      if (body.length > 1_000_000) continue
      const elsewhere = POST_ENDPOINTS.filter((path) => path !== '/form' && path !== '/upload').map((path) => ({
        name: path,
        bytes: send('POST', path, [MULTIPART], body),
      }))
      await target.takes(t, elsewhere, `${name}, elsewhere`)
    }
  }),
)

/** The body cut into chunks of odd sizes. */
function pieces(body: string): string[] {
  const size = Math.max(7, Math.ceil(body.length / 50))
  return Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
    body.slice(index * size, (index + 1) * size),
  )
}

/** Content types of a multipart body whose boundary is the given one, quoted or not. */
const BOUNDARIES: readonly (readonly [
  name: string,
  type: string,
  boundary: string,
  gives: Outcome | readonly Outcome[],
])[] = [
  ['no boundary', 'multipart/form-data', '', 400],
  ['an empty boundary', 'multipart/form-data; boundary=', '', 400],
  ['an empty quoted boundary', 'multipart/form-data; boundary=""', '', 400],
  ['one letter', 'multipart/form-data; boundary=X', 'X', 200],
  ['a dash', 'multipart/form-data; boundary=-', '-', 200],
  ['70 letters', `multipart/form-data; boundary=${'X'.repeat(70)}`, 'X'.repeat(70), 200],
  ['71 letters', `multipart/form-data; boundary=${'X'.repeat(71)}`, 'X'.repeat(71), 200],
  ['200 letters', `multipart/form-data; boundary=${'X'.repeat(200)}`, 'X'.repeat(200), 200],
  ['201 letters', `multipart/form-data; boundary=${'X'.repeat(201)}`, 'X'.repeat(201), 400],
  ['8,000 letters', `multipart/form-data; boundary=${'X'.repeat(8000)}`, 'X'.repeat(8000), 400],
  ['two boundaries', 'multipart/form-data; boundary=XbX; boundary=YbY', 'XbX', 400],
  ['two boundaries that agree', 'multipart/form-data; boundary=XbX; boundary=XbX', 'XbX', 400],
  ['two boundaries, one extended', "multipart/form-data; boundary=XbX; boundary*=UTF-8''YbY", 'XbX', 400],
  ['a boundary in other letters', 'multipart/form-data; BOUNDARY=XbX', 'XbX', 200],
  ['a type in other letters', 'Multipart/Form-Data; boundary=XbX', 'XbX', 200],
  ['a boundary with blanks', 'multipart/form-data; boundary="a b c"', 'a b c', 200],
  ['a boundary that ends with a blank', 'multipart/form-data; boundary="a "', 'a ', 400],
  ['a boundary with a quote', 'multipart/form-data; boundary="a\\"b"', 'a"b', 200],
  ['a boundary with a semicolon', 'multipart/form-data; boundary="a;b"', 'a;b', 200],
  ['a boundary past ASCII', 'multipart/form-data; boundary=\xe9', '\xe9', 400],
  ['a boundary like a pattern', 'multipart/form-data; boundary="(.*)+$[^"', '(.*)+$[^', 200],
  ['an open quote', 'multipart/form-data; boundary="XbX', 'XbX', [200, 400]],
]

t.test('a boundary is 1 to 200 characters, whatever they are, and there is one', (t) =>
  hostileTest(t, async (target) => {
    for (const [name, type, boundary, gives] of BOUNDARIES) {
      const body = whole(field('--\r\n-'), file('y')).replaceAll('XbX', boundary)
      const inputs = ['/form', '/upload'].map((path) => ({
        name: path,
        bytes: send('POST', path, [`Content-Type: ${type}`], body),
        gives,
      }))
      await target.takes(t, inputs, name)
    }
  }),
)

t.test('an upload that is cut off leaves no file, wherever it is cut', (t) =>
  hostileTest(t, async (target) => {
    const body = whole(field('a'), file(big), file(big, 'b.txt'))
    const sent = send('POST', '/upload', [MULTIPART], body)
    const inputs: BadInput[] = []
    for (let end = 100; end < sent.length; end += 29_989) {
      inputs.push({ name: `cut at ${end}`, bytes: sent.slice(0, end), gives: [400, 'closed'], unfinished: true })
    }
    await target.takes(t, inputs, 'cuts')
  }),
)

t.test('200 uploads that are aborted leave no file and no descriptor', (t) =>
  hostileTest(t, async ({ sink }) => {
    const abort = async (how: number): Promise<void> => {
      const connection = await RawConnection.open(sink.port)
      connection.write(send('POST', '/upload', [MULTIPART, 'Content-Length: 5000000']) + file(big).slice(0, -10))
      await sleep(how % 20)
      if (how % 2 === 0) connection.socket.resetAndDestroy()
      else connection.close()
    }
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 20 }, (_, index) => abort(index)))
  }),
)

t.test('while an upload is answered its files are private, and gone right after', async (t) => {
  const sink = await serveKitchenSink(t)
  const modes: number[] = []
  const folder = join(process.env['TMPDIR'] ?? '')
  sink.app.before_request(() => {
    if (request.path !== '/upload') return
    for (const name of readdirSync(folder)) {
      modes.push(statSync(join(folder, name)).mode & 0o777)
      for (const file of readdirSync(join(folder, name))) {
        modes.push(statSync(join(folder, name, file)).mode & 0o777)
        t.match(file, /^[0-9a-f]{32}$/, 'a name that cannot be guessed')
      }
    }
  })
  const answer = await exchangeRaw(sink.port, send('POST', '/upload', [MULTIPART], whole(file(big), file(big))))
  t.equal(answer.status, 200)
  t.same(modes, [0o700, 0o600, 0o600])
  for (let waits = 0; sink.temporaryFiles().length > 0 && waits < 100; waits++) await sleep(10)
  t.same(sink.temporaryFiles(), [])
})

t.test('the cost of an upload is in proportion to its size, whatever its bytes', async (t) => {
  const { port } = await serveKitchenSink(t)
  const timed = async (content: string): Promise<number> => {
    const bytes = Buffer.from(send('POST', '/form', [MULTIPART], whole(file(content))), 'latin1')
    const start = performance.now()
    t.equal((await exchangeRaw(port, bytes)).status, 200)
    return performance.now() - start
  }
  for (const unit of ['\r\n', '\r', '\n', '\r\n--Xb', '-', '\r\n--XbY']) {
    const repeat = (bytes: number): string => unit.repeat(Math.ceil(bytes / unit.length))
    await timed(repeat(1_000_000))
    const [once, twice] = [await timed(repeat(5_000_000)), await timed(repeat(10_000_000))]
    t.ok(
      twice < 5 * once + 200,
      `${JSON.stringify(unit)}: ${once.toFixed()} ms, and ${twice.toFixed()} ms for twice as much`,
    )
  }
})
