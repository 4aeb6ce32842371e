import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { Float, Range, Tuple } from '../../../lib/jinja/python/containers.ts'
import { percentFormat, realText, toAscii } from '../../../lib/jinja/python/percent-format.ts'
import { repr } from '../../../lib/jinja/python/text.ts'
import { Undefined } from '../../../lib/jinja/undefined.ts'

const FORMATS: [format: string | Markup, values: unknown, text: string | Markup][] = [
  ['%s', 1, '1'],
  ['%s', 'a', 'a'],
  ['%s', Tuple.make([1]), '1'],
  ['%s %s', Tuple.make([1, 2]), '1 2'],
  ['%s', Tuple.make([]), '!TypeError'],
  ['%s %s', Tuple.make([1]), '!TypeError'],
  ['%s', Tuple.make([1, 2]), '!TypeError'],
  ['', 1, '!TypeError'],
  ['', Tuple.make([]), ''],
  ['', [1], ''],
  ['', {}, ''],
  ['x%%y', Tuple.make([]), 'x%y'],
  ['%', 1, '!ValueError'],
  ['%5', 1, '!ValueError'],
  ['%q', 1, '!ValueError'],
  ['%d', 5, '5'],
  ['%d', 5.9, '5'],
  ['%d', -5.9, '-5'],
  ['%d', '5', '!TypeError'],
  ['%d', true, '1'],
  ['%i', 100000000000000000000n, '100000000000000000000'],
  ['%u', -3, '-3'],
  ['%5d|', 42, '   42|'],
  ['%-5d|', 42, '42   |'],
  ['%05d', -42, '-0042'],
  ['%+d', 5, '+5'],
  ['% d', 5, ' 5'],
  ['%+d', -5, '-5'],
  ['%.3d', 7, '007'],
  ['%8.3d', -7, '    -007'],
  ['%08.3d', 7, '00000007'],
  ['%x', 255, 'ff'],
  ['%X', 255, 'FF'],
  ['%#x', 255, '0xff'],
  ['%#X', -255, '-0XFF'],
  ['%o', 8, '10'],
  ['%#o', 8, '0o10'],
  ['%#08x', 255, '0x0000ff'],
  ['%x', 1.5, '!TypeError'],
  ['%x', -1, '-1'],
  ['%d', null, '!TypeError'],
  ['%f', 1, '1.000000'],
  ['%.2f', 2.675, '2.67'],
  ['%.0f', 0.5, '0'],
  ['%#.0f', 1, '1.'],
  ['%10.3f|', 3.14159, '     3.142|'],
  ['%-10.1f|', 3.14159, '3.1       |'],
  ['%010.1f', -3.14159, '-0000003.1'],
  ['%+.1e', 12345.678, '+1.2e+04'],
  ['%E', 0.00012, '1.200000E-04'],
  ['%g', 1e-5, '1e-05'],
  ['%g', 100000, '100000'],
  ['%g', 1000000, '1e+06'],
  ['%G', 1e-10, '1E-10'],
  ['%#g', new Float(1), '1.00000'],
  ['%.3g', 1234.5, '1.23e+03'],
  ['%f', Number.POSITIVE_INFINITY, 'inf'],
  ['%05f', Number.NaN, '00nan'],
  ['%F', Number.NEGATIVE_INFINITY, '-INF'],
  ['%d', Number.POSITIVE_INFINITY, '!OverflowError'],
  ['%d', Number.NaN, '!ValueError'],
  ['%f', '1', '!TypeError'],
  ['%f', null, '!TypeError'],
  ['%c', 'a', 'a'],
  ['%c', 65, 'A'],
  ['%c', 128512, '\u{1f600}'],
  ['%c', 'ab', '!TypeError'],
  ['%c', -1, '!OverflowError'],
  ['%c', 1114112, '!OverflowError'],
  ['%c', 1.5, '!TypeError'],
  ['%3c|', 'a', '  a|'],
  ['%-3c|', 'a', 'a  |'],
  ['%r', 'a', "'a'"],
  ['%r', new Markup('a'), "Markup('a')"],
  ['%a', 'é\u{1f600}\u2028', "'\\xe9\\U0001f600\\u2028'"],
  ['%s', 'é', 'é'],
  ['%10s|', 'é\u{1f600}', '        é\u{1f600}|'],
  ['%-10s|', 'ab', 'ab        |'],
  ['%.2s', 'é\u{1f600}x', 'é\u{1f600}'],
  ['%5.1s|', 'ab', '    a|'],
  ['%(a)s', { a: 1 }, '1'],
  ['%(a)s %(a)d', { a: 1 }, '1 1'],
  ['%(b)s', { a: 1 }, '!KeyError'],
  ['%(a)s', Tuple.make([1]), '!TypeError'],
  ['%(a)s', 'x', '!TypeError'],
  ['%(a)s %s', { a: 1 }, '!TypeError'],
  ['%()s', { '': 1 }, '1'],
  ['%(a b)s', { 'a b': 1 }, '1'],
  ['%(a(b)c)s', { 'a(b)c': 2 }, '2'],
  ['%(a', { a: 1 }, '!ValueError'],
  ['%s', { a: 1 }, "{'a': 1}"],
  ['%s', [1, 2], '[1, 2]'],
  ['%s %s', [1, 2], '!TypeError'],
  ['%*d|', Tuple.make([5, 42]), '   42|'],
  ['%-*d|', Tuple.make([5, 42]), '42   |'],
  ['%*d|', Tuple.make([-5, 42]), '42   |'],
  ['%.*f', Tuple.make([2, 3.14159]), '3.14'],
  ['%*.*f', Tuple.make([8, 2, 3.14159]), '    3.14'],
  ['%*d', Tuple.make([5]), '!TypeError'],
  ['%*d', Tuple.make(['5', 1]), '!TypeError'],
  ['%ld', 5, '5'],
  ['%hd', 5, '5'],
  ['%Lf', new Float(1), '1.000000'],
  ['%s', null, 'None'],
  ['%s', true, 'True'],
  ['%s', Tuple.make([null]), 'None'],
  ['%s', Tuple.make([Tuple.make([1])]), '(1,)'],
  ['%5%|', Tuple.make([]), '!TypeError'],
  ['%-5%|', Tuple.make([]), '!TypeError'],
  ['%%%s%%', 1, '%1%'],
  ['a%sb%sc', Tuple.make(['x', 'y']), 'axbyc'],
  ['%.f', 2.5, '2'],
  ['%.0s', 'ab', ''],
  ['%.50f', 0.1, '0.10000000000000000555111512312578270211815834045410'],
  ['%.-1f', 1, '!ValueError'],
  ['%s\n%s', Tuple.make([1, 2]), '1\n2'],
  ['%i', new Float(2), '2'],
  ['%x', 1180591620717411303424n, '400000000000000000'],
  ['%d', new Range(0, 2, 1), '!TypeError'],
  ['plain', new Range(0, 2, 1), 'plain'],
  ['%(a)*d', { a: 1 }, '!TypeError'],
  ['% -05d|', 3, ' 3   |'],
  ['%+ d', 3, '+3'],
  ['%-05d|', 3, '3    |'],
  ['%z', 1, '!ValueError'],
  ['%(a)%', { a: 1 }, '!ValueError'],
  [new Markup('<b>%s</b>'), '<i>', new Markup('<b>&lt;i&gt;</b>')],
  [new Markup('%s'), new Markup('<i>'), new Markup('<i>')],
  [new Markup('%s %d'), Tuple.make(['<', 5]), new Markup('&lt; 5')],
  [new Markup('%(a)s'), { a: '<' }, new Markup('&lt;')],
  [new Markup('%r'), '<', new Markup('&#39;&lt;&#39;')],
  [new Markup('%5s|'), '<', new Markup(' &lt;|')],
  [new Markup('%.2s'), '<<<', new Markup('&l')],
  [new Markup('%s'), null, new Markup('None')],
  [new Markup('%s'), ['<'], new Markup('[&#39;&lt;&#39;]')],
  [new Markup('%f'), 1.5, new Markup('1.500000')],
  [new Markup('%c'), '<', '!TypeError'],
  [new Markup('%a'), 'é<', new Markup('&#39;\\xe9&lt;&#39;')],
  [new Markup('%s'), Tuple.make([Tuple.make(['<'])]), new Markup('(&#39;&lt;&#39;,)')],
  [new Markup('%-3s|'), new Markup('&'), new Markup('&  |')],
  [new Markup('<%s>'), Tuple.make([]), '!TypeError'],
]

t.test('a format with percent signs gives what Python gives; values in Markup are escaped', (t) => {
  for (const [format, values, text] of FORMATS) {
    const title = `${repr(format)} % ${repr(values)}`
    let found: unknown
    try {
      found = percentFormat(format, values)
    } catch (error) {
      found = `!${(error as Error).name}`
    }
    t.equal(repr(found), repr(text), title)
  }
  t.end()
})

t.test('an undefined value prints as nothing, and fails as a number', (t) => {
  const missing = new Undefined({ name: 'x' })
  t.equal(percentFormat('[%s]', missing), '[]')
  t.throws(() => percentFormat('%d', missing))
  t.throws(() => percentFormat('%f', Tuple.make([missing])))
  t.end()
})

// security.md 1.8, "prototype reach"
t.test('keys are own keys alone', (t) => {
  for (const key of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    t.throws(() => percentFormat(`%(${key})s`, { a: 1 }), { name: 'KeyError' }, key)
  }
  t.equal(percentFormat('%(__proto__)s', JSON.parse('{"__proto__": 7}')), '7')
  t.end()
})

// security.md 1.8, "SSTI": one number in a template cannot take all memory.
t.test('a width or precision beyond all use is refused at once', (t) => {
  const formats: [format: string, values: unknown][] = [
    ['%100000000d', 1],
    ['%-100000000d', 1],
    ['%0100000000d', 1],
    ['%.100000000d', 1],
    ['%100000000s', 'a'],
    ['%-100000000c', 'a'],
    ['%.100000000f', 1.5],
    ['%.100000000e', 1.5],
    ['%#.100000000g', 1.5],
    ['%*d', Tuple.make([10 ** 12, 1])],
    ['%*d', Tuple.make([-(10 ** 12), 1])],
    ['%.*f', Tuple.make([10 ** 12, 1])],
    [`%${'9'.repeat(400)}d`, 1],
  ]
  for (const [format, values] of formats) {
    t.throws(() => percentFormat(format, values), { name: 'OverflowError' }, format.slice(0, 20))
  }
  t.end()
})

t.test('hostile formats take time in proportion to their length', (t) => {
  const started = performance.now()
  for (const format of [
    '%'.repeat(100_001),
    `%${'('.repeat(50_000)}`,
    `%(${'()'.repeat(50_000)}`,
    `%${'0'.repeat(100_000)}`,
    '%('.repeat(50_000),
    `%(${'a()'.repeat(30_000)}`,
    `${'%('.repeat(20_000)})`,
  ]) {
    t.throws(() => percentFormat(format, { a: 1 }), format.slice(0, 10))
  }
  t.ok(performance.now() - started < 10_000)
  t.end()
})

t.test('real numbers come in the forms e, f and g', (t) => {
  t.equal(realText('f', 1.5, 2), '1.50')
  t.equal(realText('e', 1.5, 2), '1.50e+00')
  t.equal(realText('g', 1.5, 2), '1.5')
  t.equal(realText('f', 2, 0, true), '2.')
  t.equal(realText('e', 2, 0, true), '2.e+00')
  t.equal(realText('f', Number.NEGATIVE_INFINITY, 2), '-inf')
  t.end()
})

t.test('what is not ASCII is written as an escape', (t) => {
  t.equal(toAscii('aé中😀\u2028'), 'a\\xe9\\u4e2d\\U0001f600\\u2028')
  t.end()
})
