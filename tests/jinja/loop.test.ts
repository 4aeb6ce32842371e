import t from 'tap'
import { LoopContext } from '../../lib/jinja/loop.ts'
import { Undefined } from '../../lib/jinja/undefined.ts'
import { renderOf } from '../support/jinja-answers.ts'

function* generator(count: number): Generator<number> {
  for (let index = 1; index <= count; index++) yield index
}

const FIELDS = 'index index0 revindex revindex0 first last length depth depth0'.split(' ')

t.test('every field of loop is right, for lists and for generators', (t) => {
  for (const xs of [[1, 2, 3], generator(3), new Set([1, 2, 3])]) {
    const source = `{% for x in xs %}${FIELDS.map((name) => `{{ loop.${name} }}`).join(' ')};{% endfor %}`
    const expected = '1 0 3 2 True False 3 1 0;2 1 2 1 False False 3 1 0;3 2 1 0 False True 3 1 0;'
    t.equal(renderOf(source, { xs }), expected)
  }
  t.end()
})

const CASES: [source: string, output: string][] = [
  [
    '{% for x in xs %}{{ loop.previtem|default("-") }}<{{ x }}>{{ loop.nextitem|default("-") }} {% endfor %}',
    '-<1>2 1<2>3 2<3>- ',
  ],
  ['{% for x in xs %}{{ loop.cycle("a", "b") }}{% endfor %}', 'aba'],
  ['{% for x in [1, 1, 2] %}{{ loop.changed(x) }} {% endfor %}', 'True False True '],
  ['{% for x in xs %}{{ loop }} {% endfor %}', '<LoopContext 1/3> <LoopContext 2/3> <LoopContext 3/3> '],
  ['{% for x in xs %}{{ loop|length }}{% endfor %}', '333'],
  [
    '{% for x in [1, [2, [3]]] recursive %}{{ loop.depth }}{{ loop(x) if x is sequence else x }} {% endfor %}',
    '11 122 233   ',
  ],
  ['{% for x in xs %}{{ loop(xs) }}{% endfor %}', '!TypeError'],
  ['{% for x in xs recursive %}{{ loop() }}{% endfor %}', '!TypeError'],
  ['{% for x in xs %}{{ loop.cycle() }}{% endfor %}', '!TypeError'],
  [
    '{% for x in xs %}{% set outer = loop %}{% for y in xs %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}',
    '11 12 13 21 22 23 31 32 33 ',
  ],
  ['{% for x in xs if x != 2 %}{{ loop.index }}/{{ loop.length }} {% endfor %}', '1/2 2/2 '],
  ['{% for x in xs|map("string") %}{{ loop.last }} {% endfor %}', 'False False True '],
]

t.test("what loop can do is what Jinja's can", (t) => {
  for (const [source, output] of CASES) t.equal(renderOf(source, { xs: [1, 2, 3] }), output, source)
  t.end()
})

t.test('a generator is asked for no more than one item ahead', (t) => {
  let asked = 0
  function* counting(): Generator<number> {
    for (;;) yield ++asked
  }
  const source = '{% for x in xs %}{{ x }}{% if loop.last or x == 3 %}{% break %}{% endif %}{% endfor %}'
  t.equal(renderOf(source, { xs: counting() }, { extensions: ['loopcontrols'] }), '123')
  t.equal(asked, 4)
  t.end()
})

t.test('a list that grows meanwhile is gone through to its end', (t) => {
  const xs = [1, 2]
  const loop = new LoopContext(xs, Undefined)
  const seen: unknown[] = []
  while (loop.__next__()) {
    seen.push(loop.__item__)
    if (xs.length < 4) xs.push(9)
  }
  t.same(seen, [1, 2, 9, 9])
  t.end()
})
