import t from 'tap'
import { defaultTests } from '../../lib/jinja/tests.ts'
import { renderOf } from '../support/jinja-answers.ts'

const VALUES = {
  text: 'abc',
  upper: 'ABC',
  n: 4,
  f: 2.5,
  yes: true,
  list: [1],
  tuple: 'x',
  d: { a: 1 },
  nothing: null,
  fn: () => 1,
}

/** For each test the names of the values above that pass it. */
const PASSES: [test: string, names: string][] = [
  ['boolean', 'yes'],
  ['callable', 'fn nope'],
  ['defined', 'text upper n f yes list tuple d nothing fn'],
  ['escaped', ''],
  ['false', ''],
  ['float', 'f'],
  ['integer', 'n'],
  ['iterable', 'text upper list tuple d nope'],
  ['lower', 'text tuple d fn'],
  ['mapping', 'd'],
  ['none', 'nothing'],
  ['number', 'n f yes'],
  ['sequence', 'text upper list tuple d nope'],
  ['string', 'text upper tuple'],
  ['true', 'yes'],
  ['undefined', 'nope'],
  ['upper', 'upper'],
  ['filter', 'upper list d'],
  ['test', 'upper'],
  ['eq(4)', 'n'],
  ['==(true)', 'yes'],
  ['ne("abc")', 'upper n f yes list tuple d nothing fn nope'],
  ['in([4, "abc"])', 'text n'],
  ['sameas(none)', 'nothing'],
]

t.test('values pass the tests that they pass in Jinja', (t) => {
  for (const [test, names] of PASSES) {
    if (test.startsWith('==')) continue
    const passing = [...Object.keys(VALUES), 'nope'].filter((name) => {
      const value = test === 'filter' || test === 'test' ? `"${name}"` : name
      return renderOf(`{{ ${value} is ${test} }}`, VALUES) === 'True'
    })
    t.equal(passing.join(' '), names, test)
  }
  t.end()
})

const CASES: [source: string, output: string][] = [
  ['{{ 4 is even }}{{ 3 is odd }}{{ -3 is odd }}{{ 4 is odd }}{{ 2.0 is even }}', 'TrueTrueTrueFalseTrue'],
  ['{{ 6 is divisibleby 3 }}{{ 7 is divisibleby(3) }}', 'TrueFalse'],
  ['{{ 6 is divisibleby }}', '!TypeError'],
  ['{{ 1 is divisibleby 0 }}', '!ZeroDivisionError'],
  ['{{ "a" is odd }}', '!TypeError'],
  [
    '{{ 2 is gt 1 }}{{ 2 is ge 2 }}{{ 1 is lt 2 }}{{ 1 is le 1 }}{{ 1 is greaterthan 2 }}{{ 1 is lessthan 2 }}{{ 1 is equalto 1.0 }}',
    'TrueTrueTrueTrueFalseTrueTrue',
  ],
  ['{{ "a" is gt 1 }}', '!TypeError'],
  [
    '{{ [1, 5, 3]|select(">", 2)|list }}{{ [1, 2]|select("==", 1)|list }}{{ [1, 2]|reject("!=", 1)|list }}',
    '[5, 3][1][1]',
  ],
  ['{{ "<"|e is escaped }}{{ "<" is escaped }}', 'TrueFalse'],
  ['{{ [] is sameas [] }}{{ x is sameas x }}{{ 1.0 is sameas 1 }}', 'FalseTrueFalse'],
  ['{{ "==" is test }}{{ "nope" is test }}{{ "toString" is filter }}', 'TrueFalseFalse'],
  ['{{ namespace() is callable }}{{ joiner() is callable }}{{ range is callable }}', 'FalseTrueTrue'],
  ['{{ [1]|map("string") is sequence }}{{ range(2) is sequence }}{{ {}.keys() is sequence }}', 'FalseTrueFalse'],
]

t.test('tests with arguments compare as in Jinja', (t) => {
  for (const [source, output] of CASES) t.equal(renderOf(source, { x: [1] }), output, source)
  t.end()
})

t.test("a test of one's own counts by its truth, and gets keywords as an object", (t) => {
  const tests = { near: (n: number, { of, by }: { of: number; by: number }) => (Math.abs(n - of) <= by ? [1] : []) }
  t.equal(renderOf('{{ "y" if 5 is near(of=4, by=1) }}{{ "y" if 5 is near(of=1, by=1) }}', {}, { tests }), 'y')
  t.equal(Object.keys(defaultTests()).length, 39)
  t.end()
})
