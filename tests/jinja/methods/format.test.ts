import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { formatMap, formatText, formattersWith } from '../../../lib/jinja/methods/format.ts'
import { renderOf } from '../../support/jinja-answers.ts'

class Point {
  x = 1
  toString(): string {
    return `Point(${this.x})`
  }
}

const CASES: [call: string, output: string][] = [
  ["'{} {}'.format('a', 1)", 'a 1'],
  ["'{1} {0} {1}'.format('a', 'b')", 'b a b'],
  ["'{a} {b}'.format(a=1, b=2)", '1 2'],
  ["'{{}} {}'.format(1)", '{} 1'],
  ["'{0[0]}{0[1]}{d[k]}{d[1]}'.format([7, 8], d={'k': 'v', 1: 'one'})", '78vone'],
  ["'{p.x} {p}'.format(p=p)", '1 Point(1)'],
  ["'{!r} {!s} {!a}'.format('é', 'é', 'é')", "'é' é '\\xe9'"],
  ["'{:>{w}}|{:{f}^5}'.format('a', 'b', w=3, f='*')", '  a|**b**'],
  ["'{0:.2f} {0!r:>8}'.format(1.5)", '1.50      1.5'],
  ["'{[a.b]}'.format({'a.b': 1})", '1'],
  ["'{a}'.format_map({'a': 5})", '5'],
  ["'{}'.format()", '!IndexError'],
  ["'{1}'.format(0)", '!IndexError'],
  ["'{a}'.format(b=1)", '!KeyError'],
  ["'{} {0}'.format(1)", '!ValueError'],
  ["'{0} {}'.format(1)", '!ValueError'],
  ["'{'.format(1)", '!ValueError'],
  ["'}'.format(1)", '!ValueError'],
  ["'{a'.format(a=1)", '!ValueError'],
  ["'{!x}'.format(1)", '!ValueError'],
  ["'{0[9]}'.format([1])", '!IndexError'],
  ["'{0[x]}'.format({})", '!KeyError'],
  ["'{0[x]}'.format(1)", '!TypeError'],
  ["'{0.nope}'.format(p)", '!TypeError'],
  ["'{:{:{:{}}}}'.format(1, 2, 3, 4)", '!ValueError'],
  ["'{a}'.format_map([1])", '!TypeError'],
  ["'{0.__class__}'.format(p)", '!TypeError'],
  ["'{0.constructor}'.format(p)", '!TypeError'],
]

t.test('replacement fields are filled as in Python', (t) => {
  for (const [call, output] of CASES) t.equal(renderOf(`{{ ${call} }}`, { p: new Point() }), output, call)
  t.end()
})

t.test('fields of Markup are escaped', (t) => {
  t.equal(String(formatText(new Markup('<b>{} {}</b>'), {}, '<', new Markup('<i>'))), '<b>&lt; <i></b>')
  t.equal(String(formatText(new Markup('{:>4}'), {}, '<')), '   &lt;')
  t.throws(
    () => formatText(new Markup('{:>4}'), {}, { __html__: () => 'x' }),
    /__html__ is formatted without a specification, not with '>4'/,
  )
  t.equal(String(formatMap(new Markup('{a}'), { a: '&' })), '&amp;')
  t.end()
})

t.test('attributes may be read in another way', (t) => {
  const { format, format_map: formatByMap } = formattersWith((_, name) => `<${name}>`)
  t.equal(format('{0.x}', {}, 1), '<x>')
  t.equal(formatByMap('{a.y}', { a: 1 }), '<y>')
  t.throws(() => formatByMap('{a}', 1), TypeError)
  t.end()
})
