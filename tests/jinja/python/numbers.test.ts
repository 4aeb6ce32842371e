import t from 'tap'
import { Float } from '../../../lib/jinja/python/containers.ts'
import { parseFloatText, parseInteger, toInteger } from '../../../lib/jinja/python/numbers.ts'
import { repr } from '../../../lib/jinja/python/text.ts'

type Read = number | bigint | undefined

const BASES = [10, 16, 2, 36, 0]
const INTEGERS: [text: string, decimal: Read, hexadecimal: Read, binary: Read, base36: Read, byPrefix: Read][] = [
  ['5', 5, 5, undefined, 5, 5],
  [' 7 ', 7, 7, undefined, 7, 7],
  ['-3', -3, -3, undefined, -3, -3],
  ['+4', 4, 4, undefined, 4, 4],
  ['1_000', 1000, 4096, 8, 46656, 1000],
  ['_1', undefined, undefined, undefined, undefined, undefined],
  ['1_', undefined, undefined, undefined, undefined, undefined],
  ['1__0', undefined, undefined, undefined, undefined, undefined],
  ['0x1f', undefined, 31, undefined, 42819, 31],
  ['0b101', undefined, 45313, 5, 514513, 5],
  ['0o17', undefined, undefined, undefined, 31147, 15],
  ['0X1F', undefined, 31, undefined, 42819, 31],
  ['0b', undefined, 11, undefined, 11, undefined],
  ['x', undefined, undefined, undefined, 33, undefined],
  ['', undefined, undefined, undefined, undefined, undefined],
  ['  ', undefined, undefined, undefined, undefined, undefined],
  ['٣٤', 34, 52, undefined, 112, 34],
  ['１２', 12, 18, undefined, 38, 12],
  ['1.5', undefined, undefined, undefined, undefined, undefined],
  ['1e3', undefined, 483, undefined, 1803, undefined],
  ['007', 7, 7, undefined, 7, undefined],
  ['0', 0, 0, 0, 0, 0],
  ['00', 0, 0, 0, 0, 0],
  ['-0', 0, 0, 0, 0, 0],
  [
    '9007199254740993',
    9007199254740993n,
    10378291982571407763n,
    undefined,
    1989698611603181063024343n,
    9007199254740993n,
  ],
  [
    '1000000000000000000000000000000',
    1000000000000000000000000000000n,
    1329227995784915872903807060280344576n,
    1073741824,
    48873677980689257489322752273774603865660850176n,
    1000000000000000000000000000000n,
  ],
  ['ff', undefined, 255, undefined, 555, undefined],
  ['z', undefined, undefined, undefined, 35, undefined],
  ['0_7', 7, 7, undefined, 7, undefined],
  ['+ 1', undefined, undefined, undefined, undefined, undefined],
  ['\u20281', 1, 1, 1, 1, 1],
  ['1\xa0', 1, 1, 1, 1, 1],
  ['²', undefined, undefined, undefined, undefined, undefined],
  ['inf', undefined, undefined, undefined, 24171, undefined],
  ['0x_f', undefined, 15, undefined, 1203, 15],
  ['--1', undefined, undefined, undefined, undefined, undefined],
  ['\u{1d7d9}\u{1d7da}', 12, 18, undefined, 38, 12],
]

t.test("texts are read as Python's int() reads them, in each base", (t) => {
  for (const [text, ...values] of INTEGERS) {
    values.forEach((value, at) => {
      t.equal(parseInteger(text, BASES[at]), value, `${repr(text)} in base ${BASES[at]}`)
    })
  }
  t.end()
})

const FLOATS: [text: string, value: number | undefined][] = [
  ['1', 1],
  ['1.5', 1.5],
  [' 2.50 ', 2.5],
  ['-.5', -0.5],
  ['5.', 5],
  ['.', undefined],
  ['', undefined],
  ['1e3', 1000],
  ['1E-3', 0.001],
  ['1e', undefined],
  ['e5', undefined],
  ['+1.0', 1],
  ['1_0.0_1', 10.01],
  ['1._5', undefined],
  ['_1.0', undefined],
  ['inf', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['+INF', Number.POSITIVE_INFINITY],
  ['nan', Number.NaN],
  ['-NaN', Number.NaN],
  ['infinit', undefined],
  ['0x10', undefined],
  ['٣.٥', 3.5],
  ['1 2', undefined],
  ['1e400', Number.POSITIVE_INFINITY],
  ['1e-400', 0],
  ['--1', undefined],
  ['1.5.2', undefined],
  ['12345678901234567890', 1.2345678901234567e19],
  ['1,5', undefined],
  ['1_000e1_0', 10000000000000],
  ['\x0c3\x0b', 3],
]

t.test("texts are read as Python's float() reads them", (t) => {
  for (const [text, value] of FLOATS) t.same(parseFloatText(text), value, repr(text))
  t.end()
})

const WHOLE: [value: unknown, whole: number | bigint | undefined][] = [
  [1, 1],
  [new Float(1), 1],
  [2.9, 2],
  [-2.9, -2],
  [true, 1],
  [100000000000000000000n, 100000000000000000000n],
  [1e22, 10000000000000000000000n],
  [-0.5, 0],
  [Number.POSITIVE_INFINITY, undefined],
  [Number.NaN, undefined],
  [null, undefined],
  [[], undefined],
  [1000000000000000.5, 1000000000000000],
]

t.test('a number loses its fraction toward zero; what is none or endless gives nothing', (t) => {
  for (const [value, whole] of WHOLE) t.equal(toInteger(value), whole, repr(value))
  t.end()
})

t.test('a base that is none reads nothing', (t) => {
  for (const base of [-1, 1, 37, 10 ** 9]) t.equal(parseInteger('1', base), undefined, String(base))
  t.end()
})

t.test('no more digits are read than Python reads', (t) => {
  t.equal(parseInteger('9'.repeat(4_300)), 10n ** 4_300n - 1n)
  t.equal(parseInteger('9'.repeat(4_301)), undefined)
  t.end()
})

// security.md 1.8, "linearity"
t.test('long texts take no more than a moment, digits or not', (t) => {
  const started = performance.now()
  for (const text of ['9'.repeat(5_000), '1_'.repeat(50_000), '_'.repeat(100_000), `${'1_1'.repeat(50_000)}x`]) {
    parseInteger(text)
    parseFloatText(text)
  }
  t.equal(parseFloatText(`${'1'.repeat(100_000)}e`), undefined)
  t.ok(performance.now() - started < 10_000)
  t.end()
})
