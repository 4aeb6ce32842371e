import t from 'tap'
import { renderOf } from '../../support/jinja-answers.ts'

const CASES: [filtered: string, output: string][] = [
  ['["a", "b"]|map("upper")|list', "['A', 'B']"],
  ['["a-b"]|map("replace", "-", "+")|list', "['a+b']"],
  ['["ab"]|map("truncate", 1, killwords=true, end="", leeway=0)|list', "['a']"],
  ['users|map(attribute="n")|list', "['a', 'b']"],
  ['users|map(attribute="home.city", default="-")|list', "['-', 'Oslo']"],
  ['[[1, 2]]|map(attribute=1)|list', '[2]'],
  ['[1]|map|list', '!FilterArgumentError'],
  ['[1]|map(attribute="a", x=1)|list', '!FilterArgumentError'],
  ['[1]|map("nope")|list', '!TemplateRuntimeError'],
  ['[]|map("nope")|list', '[]'],
  ['[{}]|map(attribute="a.b")|list', '!UndefinedError'],
  ['[0, 1, "", "a"]|select|list ~ [0, 1]|reject|list', "[1, 'a'][0]"],
  ['[1, 2, 3]|select("odd")|list ~ [1, 2, 3]|reject("odd")|list', '[1, 3][2]'],
  ['[1, 5]|select("gt", 2)|list ~ [1, 5]|select("in", [1])|list', '[5][1]'],
  ['[1]|select("nope")|list', '!TemplateRuntimeError'],
  ['users|selectattr("on")|map(attribute="n")|list', "['a']"],
  ['users|rejectattr("on")|map(attribute="n")|list', "['b']"],
  ['users|selectattr("n", "eq", "b")|list|length', '1'],
  ['users|selectattr("home", "defined")|list|length', '1'],
  ['users|selectattr|list', '!FilterArgumentError'],
  ['nope|select("odd")|list', '[]'],
]

const CONTEXT = {
  users: [
    { n: 'a', on: true },
    { n: 'b', on: false, home: { city: 'Oslo' } },
  ],
}

t.test('a filter or test is applied to each item', (t) => {
  for (const [filtered, output] of CASES) t.equal(renderOf(`{{ ${filtered} }}`, CONTEXT), output, filtered)
  t.end()
})

t.test("filters and tests of one's own are applied too, with keywords as an object", (t) => {
  const filters = { wrap: (x: string, { by }: { by: string }) => by + x + by }
  const tests = { near: (n: number, to: number) => Math.abs(n - to) < 2 }
  t.equal(
    renderOf('{{ ["a"]|map("wrap", by="*")|list }}{{ [1, 5]|select("near", 4)|list }}', {}, { filters, tests }),
    "['*a*'][5]",
  )
  t.end()
})

t.test('items are looked at only when they are needed', (t) => {
  let seen = 0
  const filters = {
    count: (x: unknown) => {
      seen++
      return x
    },
  }
  t.equal(renderOf('{% set r = xs|map("count") %}{{ r|first }}', { xs: [7, 8, 9] }, { filters }), '7')
  t.equal(seen, 1)
  t.end()
})
