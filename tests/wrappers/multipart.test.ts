import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { HTTPException } from '../../lib/http/exceptions.ts'
import { MultipartDecoder, type PartHandler, type PartHead } from '../../lib/wrappers/multipart.ts'
import { codeOf, LAST_BOUNDARY, part } from '../support/requests.ts'

interface DecodedPart {
  name: string
  filename: string | undefined
  headers: [string, string][]
  text: string
}

class Collector implements PartHandler {
  readonly parts: DecodedPart[] = []

  begin({ name, filename, headers }: PartHead): void {
    this.parts.push({ name, filename, headers: headers.to_list(), text: '' })
  }

  data(bytes: Buffer): void {
    const last = this.parts.at(-1)
    if (last !== undefined) last.text += bytes.toString('latin1')
  }

  end(): void {}
}

function decode(pieces: readonly Buffer[], { boundary = 'XbX', maxParts = 1000 } = {}): DecodedPart[] {
  const collector = new Collector()
  const decoder = new MultipartDecoder(boundary, maxParts, collector)
  for (const piece of pieces) decoder.write(piece)
  decoder.end()
  return collector.parts
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')
const fields = (text: string): [string, string][] => decode([bytesOf(text)]).map((each) => [each.name, each.text])

/** The parts, or the status of what was thrown; anything but an HTTP exception passes through. */
function outcome(pieces: readonly Buffer[]): unknown {
  try {
    return decode(pieces)
  } catch (error) {
    if (error instanceof HTTPException) return error.code
    throw error
  }
}

t.test('reads what Werkzeug reads', (t) => {
  const cases: [title: string, body: string, expected: [string, string][]][] = [
    ['no parts', LAST_BOUNDARY, []],
    ['a part without data', part('name="a"', '') + LAST_BOUNDARY, [['a', '']]],
    ['a boundary right behind the head', `${part('name="a"', '').slice(0, -2)}${LAST_BOUNDARY}`, [['a', '']]],
    ['a boundary within a line', part('name="a"', 'x--XbX') + LAST_BOUNDARY, [['a', 'x--XbX']]],
    ['a boundary with text behind it', part('name="a"', '--XbX no') + LAST_BOUNDARY, [['a', '--XbX no']]],
    ['a longer boundary', part('name="a"', '\r\n--XbXb') + LAST_BOUNDARY, [['a', '\r\n--XbXb']]],
    ['line breaks in data', part('name="a"', '\r\n\n\r') + LAST_BOUNDARY, [['a', '\r\n\n\r']]],
    ['padding behind a boundary', part('name="a"', '1').replace('--XbX', '--XbX \t') + LAST_BOUNDARY, [['a', '1']]],
    ['text before the first boundary', `hello${part('name="a"', '1')}${LAST_BOUNDARY}`, [['a', '1']]],
    ['text behind the last boundary', `${part('name="a"', '1')}${LAST_BOUNDARY}bye--XbX\r\n`, [['a', '1']]],
    ['no line break at the end', part('name="a"', '1') + LAST_BOUNDARY.trimEnd(), [['a', '1']]],
    ['names in any case', part('name="a"', '1').toUpperCase().replace('XBX', 'XbX') + LAST_BOUNDARY, [['A', '1']]],
    ['a folded head', part('\r\n name="a"', '1') + LAST_BOUNDARY, [['a', '1']]],
    ['a token as name', part('name=plain', '1') + LAST_BOUNDARY, [['plain', '1']]],
    ['quotes in a name', part('name="a\\"b"', '1') + LAST_BOUNDARY, [['a"b', '1']]],
    ['two names, of which the last counts', part('name="a"; name="b"', '1') + LAST_BOUNDARY, [['b', '1']]],
    ['another disposition', part('name=a', '1').replace('form-data', 'attachment') + LAST_BOUNDARY, [['a', '1']]],
  ]
  for (const [title, body, expected] of cases) t.same(fields(body), expected, title)
  t.end()
})

t.test('line breaks may be LF or CR alone', (t) => {
  const body = part('name="a"', '1') + part('name="b"', '2') + LAST_BOUNDARY
  for (const lineBreak of ['\n', '\r']) {
    t.same(fields(body.replaceAll('\r\n', lineBreak)), [
      ['a', '1'],
      ['b', '2'],
    ])
  }
  t.end()
})

t.test('a file has its name and the fields of its part', (t) => {
  const [file] = decode([
    bytesOf(part('name="f"; filename="..\\\\a.txt"', 'x', ['Content-Type: text/plain; charset=x']) + LAST_BOUNDARY),
  ])
  t.same(file, {
    name: 'f',
    filename: '..\\a.txt',
    headers: [
      ['Content-Disposition', 'form-data; name="f"; filename="..\\\\a.txt"'],
      ['Content-Type', 'text/plain; charset=x'],
    ],
    text: 'x',
  })
  t.equal(decode([bytesOf(part('name="f"; filename=""', '') + LAST_BOUNDARY)])[0]?.filename, '', 'no file chosen')
  const [extended] = decode([Buffer.from(part("name=f; filename*=UTF-8''%E6%B8%B8.txt", '') + LAST_BOUNDARY)])
  t.equal(extended?.filename, '游.txt')
  t.equal(decode([Buffer.from(part('name="游"', '') + LAST_BOUNDARY)])[0]?.name, '游', 'names are UTF-8')
  t.end()
})

// Security row 1.6 "malformed multipart crashes the process": Werkzeug gives an empty form for these.
t.test('a malformed body is a 400', (t) => {
  const cases: [title: string, body: string][] = [
    ['nothing', ''],
    ['blank lines alone', '\r\n\r\n'],
    ['no boundary', 'hello'],
    ['no last boundary', part('name="a"', '1')],
    ['cut off in a boundary', `${part('name="a"', '1')}--Xb`],
    ['cut off in the head', '--XbX\r\nContent-Dispo'],
    ['no Content-Disposition', `--XbX\r\nX: y\r\n\r\n1\r\n${LAST_BOUNDARY}`],
    ['no head', `--XbX\r\n\r\n1\r\n${LAST_BOUNDARY}`],
    ['no name', part('filename="a"', '1') + LAST_BOUNDARY],
    ['an empty name', part('name=""', '1') + LAST_BOUNDARY],
    ['a head field without a colon', part('name="a"', '1', ['nonsense']) + LAST_BOUNDARY],
    ['a head field without a name', part('name="a"', '1', [': x']) + LAST_BOUNDARY],
    ['a head field whose name has spaces', part('name="a"', '1', ['X y: x']) + LAST_BOUNDARY],
    ['a NUL in the head', part('name="a\0"', '1') + LAST_BOUNDARY],
    ['a name that hides a line break', part("name*=UTF-8''a%0d%0ab", '1') + LAST_BOUNDARY],
    ['a file name that hides a NUL', part("name=a; filename*=UTF-8''a%00b", '1') + LAST_BOUNDARY],
    ['a head that is not UTF-8', part('name="\xff"', '1') + LAST_BOUNDARY],
    ['a space before the last dashes', `${part('name="a"', '1')}--XbX --\r\n`],
  ]
  for (const [title, body] of cases) t.equal(outcome([bytesOf(body)]), 400, title)
  t.end()
})

t.test('a boundary is 1 to 200 visible characters', (t) => {
  const body = (boundary: string): Buffer =>
    bytesOf((part('name="a"', '1') + LAST_BOUNDARY).replaceAll('XbX', () => boundary))
  for (const boundary of ['b', "'()+_,-./:=?", 'a b', '{x}', '-'.repeat(70), 'x'.repeat(200)]) {
    t.equal(decode([body(boundary)], { boundary })[0]?.text, '1', boundary)
  }
  for (const boundary of ['', 'x'.repeat(201), 'a ', 'é', 'a\r\nb', 'a\0b']) {
    t.equal(
      codeOf(() => decode([body(boundary)], { boundary })),
      400,
      JSON.stringify(boundary),
    )
  }
  t.equal(
    codeOf(() => new MultipartDecoder(undefined, 1, new Collector())),
    400,
  )
  t.end()
})

// Security row 1.6, Rack CVE-2025-61770, 61771, 61772.
t.test('what is before the first part, and the head of a part, may have 64 KiB', (t) => {
  const fits = 'x'.repeat(64 * 1024)
  t.same(fields(`${fits}${part('name="a"', '1')}${LAST_BOUNDARY}`), [['a', '1']])
  t.equal(outcome([bytesOf(`${fits}x${part('name="a"', '1')}${LAST_BOUNDARY}`)]), 413)
  const head = (length: number): string => part('name="a"', '1', [`X: ${'x'.repeat(length)}`]) + LAST_BOUNDARY
  t.same(fields(head(60_000)), [['a', '1']])
  t.equal(outcome([bytesOf(head(66_000))]), 413)
  t.equal(outcome([bytesOf(part('name="a"', '1', Array(20_000).fill('X: y')) + LAST_BOUNDARY)]), 413)
  t.end()
})

t.test('a body that never gets to a part is given up early', (t) => {
  const piece = bytesOf('x'.repeat(1000))
  for (const start of ['', '--XbX\r\n', '--XbX\r\nX: ']) {
    const decoder = new MultipartDecoder('XbX', 1000, new Collector())
    decoder.write(bytesOf(start))
    let written = 0
    const code = codeOf(() => {
      for (; written < 10_000_000; written += piece.length) decoder.write(piece)
    })
    t.equal(code, 413)
    t.ok(written < 70_000, `after ${written} bytes`)
  }
  t.end()
})

t.test('one part too many is a 413', (t) => {
  const body = bytesOf(part('name="a"', '').repeat(3) + LAST_BOUNDARY)
  t.equal(decode([body], { maxParts: 3 }).length, 3)
  t.equal(
    codeOf(() => decode([body], { maxParts: 2 })),
    413,
  )
  t.end()
})

const TOKENS = [
  ...['--XbX', '--XbX--', '--Xb', '--', '-', '\r\n', '\n', '\r', '\r\n\r\n', ' ', '\t', 'x', ':', '\xff', '\0'],
  ...['Content-Disposition: form-data; name="a"', 'content-disposition: form-data; name=b; filename="f"'],
  part('name="c"', 'data'),
  LAST_BOUNDARY,
]

/** Bytes that nearly are, or are, a multipart body, cut at some places. */
const CUT_BODIES = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.constantFrom(...TOKENS), { maxLength: 16 }),
    fc.array(fc.nat({ max: 200 }), { maxLength: 12 }),
  )
  .map(([framed, tokens, cuts]) => {
    const text = tokens.join('')
    const body = bytesOf(framed ? part('name="a"', text) + LAST_BOUNDARY : text)
    const places = [0, ...cuts.map((cut) => cut % (body.length + 1)).sort((a, b) => a - b), body.length]
    return places.slice(1).map((end, index) => body.subarray(places[index], end))
  })

t.test('a body gives one answer however it is split, and never throws what is not an HTTP exception', (t) => {
  fc.assert(
    fc.property(CUT_BODIES, (pieces) => {
      assert.deepEqual(outcome(pieces), outcome([Buffer.concat(pieces)]))
    }),
    { numRuns: 3000 },
  )
  fc.assert(
    fc.property(CUT_BODIES, (pieces) => {
      const body = Buffer.concat(pieces)
      assert.deepEqual(outcome([...body].map((byte) => Buffer.of(byte))), outcome([body]))
    }),
    { numRuns: 1000 },
  )
  t.pass('4,000 bodies')
  t.end()
})

t.test('any data survives between two boundaries', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('\r', '\n', '-', '--XbX', 'X', 'b', '\0', '\xff')), (pieces) => {
      const text = pieces.join('').replaceAll(/(\r\n|\r|\n)--XbX/g, '$1-XbX')
      // A boundary right behind the head would end the part.
      if (text.startsWith('--XbX')) return
      assert.deepEqual(fields(part('name="a"', text) + LAST_BOUNDARY), [['a', text]])
    }),
  )
  t.pass('100 texts')
  t.end()
})

// Security row 1.6, Werkzeug CVE-2023-46136.
t.test('the cost is linear in the size of the body', (t) => {
  const hostile: [title: string, unit: string][] = [
    ['line breaks', '\r\n'],
    ['halves of boundaries', '\r\n--Xb'],
    ['boundaries that go on', '\r\n--XbX no'],
    ['boundaries with padding', `\r\n--XbX${' '.repeat(200)}x`],
  ]
  for (const [title, unit] of hostile) {
    const time = (megabytes: number): number => {
      const content = unit.repeat((megabytes * 1_000_000) / unit.length)
      const body = bytesOf(part('name="f"; filename="f"', content) + LAST_BOUNDARY)
      const decoder = new MultipartDecoder('XbX', 1, { begin() {}, data() {}, end() {} })
      const start = performance.now()
      for (let at = 0; at < body.length; at += 65_536) decoder.write(body.subarray(at, at + 65_536))
      decoder.end()
      return performance.now() - start
    }
    time(2)
    t.ok(time(10) < 2500, `10 MB of ${title}`)
  }
  t.end()
})
