import t from 'tap'
import { Environment } from '../../../lib/jinja/index.ts'
import { renderOf } from '../../support/jinja-answers.ts'

/** A function that notes the order in which it is called. */
function recorder(): { f: (name: string, value?: unknown) => unknown; order: string[] } {
  const order: string[] = []
  return {
    order,
    f: (name, value = name) => {
      order.push(name)
      return value
    },
  }
}

const ORDERS: [source: string, order: string][] = [
  ['f("a") ~ f("b") ~ f("c")', 'abc'],
  ['f("a", 1) + f("b", 2) * f("c", 3)', 'abc'],
  ['f("a", 1) < f("b", 2) < f("c", 3)', 'abc'],
  ['f("a", 3) < f("b", 2) < f("c", 3)', 'ab'],
  ['f("a") in f("b", ["a"])', 'ab'],
  ['f("a", 1) in f("b", [1]) == f("c", 1)', 'abc'],
  ['f("a") not in f("b") not in f("c")', 'abc'],
  ['f("a", 0) and f("b")', 'a'],
  ['f("a", 0) or f("b")', 'ab'],
  ['f("b") if f("a", 1) else f("c")', 'ab'],
  ['f("a", {"k": f("b")})[f("c", "k")]', 'bac'],
  ['f("a")|replace(f("b"), f("c"))', 'abc'],
  ['[f("a"), f("b")]|length is eq(f("c", 2))', 'abc'],
  ['{f("a"): f("b"), f("c"): f("d")}', 'abcd'],
  ['f(f("a"), *[f("b")])', 'aba'],
  ['f("a")[f("b", 0):f("c", 1)]', 'abc'],
]

t.test('parts of an expression are evaluated once, from left to right, and only when needed', (t) => {
  for (const [source, order] of ORDERS) {
    const { f, order: seen } = recorder()
    renderOf(`{{ ${source} }}`, { f })
    t.equal(seen.join(''), order, source)
  }
  t.end()
})

const CASES: [source: string, output: string][] = [
  [
    '{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}{{ 1 < 2 in [2] }}{{ 3 > 2 > 1 > 0 }}{{ 1 == 1.0 == true }}',
    'TrueFalseTrueTrueTrue',
  ],
  ['{{ 1 in [1] in [[1]] }}', 'True'],
  ['{{ 0 or "a" }}{{ "" and 1 }}{{ nope or none }}', 'aNone'],
  ['{{ not 1 == 2 }}{{ not (1 and 0) }}', 'TrueTrue'],
  ['{{ "x" if 0 }}{{ ("x" if 0) is undefined }}', 'True'],
  ['{{ (1, 2)[1] }}{{ [1, 2][-1] }}{{ {"a": {"b": 3}}.a.b }}', '223'],
  ['{{ "abc"[1:] }}{{ [1, 2, 3][::-1] }}{{ "abc"[none:none:2] }}', 'bc[3, 2, 1]ac'],
  ['{{ 1.0 }}{{ 1e400 }}{{ -1.5 }}{{ 10000000000000000000 }}', '1.0inf-1.510000000000000000000'],
  ['{{ -x }}{{ +x }}{{ - -x }}', '-555'],
  ['{{ x is odd and x is not even }}', 'True'],
  ['{% for a in [1] %}{{ a if a else loop }}{{ loop.index + loop["index"] }}{% endfor %}', '12'],
]

t.test('expressions have the values that they have in Jinja', (t) => {
  for (const [source, output] of CASES) t.equal(renderOf(source, { x: 5 }), output, source)
  t.end()
})

t.test('the line of an error is that of its part', (t) => {
  const lines: [source: string, line: number][] = [
    ['{{\n\nnope.x }}', 3],
    ['{{ f(1,\n2,\nnope.x) }}', 3],
    ['{{ 1\n+\nd[nope.x] }}', 3],
    ['{{ "a"\n|upper\n|truncate(1) }}', 3],
  ]
  for (const [source, line] of lines) {
    try {
      new Environment().from_string(source).render({ f: () => 1, d: {} })
      t.fail(source)
    } catch (error) {
      t.equal((error as { template_frames: { line: number }[] }).template_frames[0]?.line, line, source)
    }
  }
  t.end()
})
