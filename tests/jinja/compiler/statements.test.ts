import t from 'tap'
import { Environment } from '../../../lib/jinja/index.ts'
import { renderOf } from '../../support/jinja-answers.ts'

const CASES: [source: string, output: string][] = [
  ['{% if a %}1{% elif b %}2{% elif 1 %}3{% else %}4{% endif %}', '3'],
  ['{% if a %}{% else %}{% endif %}', ''],
  ['{% set a = 1 %}{% set a, b = 2, a %}{{ a }}{{ b }}', '21'],
  ['{% set (a, (b, c)) = [1, "xy"] %}{{ a }}{{ b }}{{ c }}', '1xy'],
  ['{% set a %}<{{ 1 }}>{% endset %}{{ a }}', '<1>'],
  ['{% set a | upper | replace("X", "-") %}x{% endset %}{{ a }}', '-'],
  ['{% set a | replace(old, new ~ 1) %}x{% endset %}{{ a }}', 'y1'],
  ['{% filter replace(old, new) %}{{ "x" }}{% endfilter %}', 'y'],
  ['{% set n = namespace() %}{% set n.a, n.b = 1, 2 %}{% set n.c %}3{% endset %}{{ n.a }}{{ n.b }}{{ n.c }}', '123'],
  ['{% with %}{% set a = 1 %}{{ a }}{% endwith %}{{ a is defined }}', '1False'],
  ['{% with a, b = (1, 2), c = 3 %}{{ a }}{{ b }}{{ c }}{% endwith %}', '123'],
  ['{% filter upper %}a{{ "b" }}{% for x in "cd" %}{{ x }}{% endfor %}{% endfilter %}', 'ABCD'],
  ['{% filter replace("a", "b")|upper %}a{% endfilter %}', 'B'],
  [
    '{% autoescape true %}{{ "<" }}{% autoescape false %}{{ "<" }}{% endautoescape %}{% endautoescape %}{{ "<" }}',
    '&lt;<<',
  ],
  [
    '{% autoescape flag %}{{ x }}{{ x ~ "" }}{% set y %}{{ x }}{% endset %}{{ y is escaped }}{% endautoescape %}',
    '&lt;&lt;True',
  ],
  ['{% print 1, "a" %}{% print %}', '1a'],
  ['{% do 1 %}{% do xs.append(1) %}{{ xs }}', '[1]'],
  ['a{% raw %}{{ b }}{% endraw %}c', 'a{{ b }}c'],
]

t.test('statements do what they do in Jinja', (t) => {
  const options = { extensions: ['do'] }
  for (const [source, output] of CASES)
    t.equal(renderOf(source, { x: '<', flag: true, xs: [], old: 'x', new: 'y' }, options), output, source)
  t.end()
})

t.test('output comes piece by piece where it is generated', (t) => {
  const template = new Environment().from_string(
    'a{% if 1 %}b{% endif %}{{ 1 }}c{% for x in [1, 2] %}{{ x }}{% endfor %}',
  )
  t.ok([...template.generate()].length >= 4)
  let calls = 0
  const pieces = new Environment().from_string('{{ f() }}{{ f() }}').generate({ f: () => ++calls })
  pieces.next()
  t.equal(calls, 1, 'nothing is computed ahead')
  t.end()
})
