import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { renderOf } from '../../support/jinja-answers.ts'

const CASES: [filtered: string, output: string][] = [
  ['[1, 2, 3]|batch(2)|list', '[[1, 2], [3]]'],
  ['[1, 2, 3]|batch(2, "x")|list', "[[1, 2], [3, 'x']]"],
  ['[]|batch(2)|list', '[]'],
  ['[1, 2, 3, 4, 5]|slice(3)|list', '[[1, 2], [3, 4], [5]]'],
  ['[1, 2]|slice(3, "x")|list', "[[1], [2], ['x']]"],
  ['{"b": 1, "A": 2}|dictsort', "[('A', 2), ('b', 1)]"],
  ['{"b": 1, "A": 2}|dictsort(true, "value", true)', "[('A', 2), ('b', 1)]"],
  ['{"a": 1}|dictsort(by="x")', '!FilterArgumentError'],
  ['[1]|dictsort', '!TypeError'],
  ['nope|dictsort', '!UndefinedError'],
  ['xs|first ~ xs|last ~ "abc"|first ~ "abc"|last ~ {"k": 1}|first', '32ack'],
  ['[]|first is undefined', 'True'],
  ['none|first', '!TypeError'],
  ['xs|select|last', '!TypeError'],
  [
    'users|groupby("on")',
    "[(False, [{'n': 'b', 'on': False}]), (True, [{'n': 'a', 'on': True}, {'n': 'C', 'on': True}])]",
  ],
  ['users|groupby("on")|map(attribute="grouper")|list', '[False, True]'],
  ['[{"k": "a"}, {"k": "A"}]|groupby("k")|map("last")|map("length")|list', '[2]'],
  ['[{"k": "a"}, {"k": "A"}]|groupby("k", case_sensitive=true)|map(attribute="list")|map("length")|list', '[1, 1]'],
  ['[{}, {"k": 1}]|groupby("k", default=0)|map("first")|list', '[0, 1]'],
  ['[{"k": 1}, {"k": "x"}]|groupby("k")', '!TypeError'],
  ['{"a": 1}|items|list ~ nope|items|list', "[('a', 1)][]"],
  ['[1]|items|list', '!TypeError'],
  ['xs|join("-") ~ xs|join ~ "abc"|join("|") ~ users|join(",", "n")', '3-1-2312a|b|cb,a,C'],
  ['5|join', '!TypeError'],
  ['"abc"|length ~ {"a": 1}|count ~ range(4)|length ~ "😀"|length', '3141'],
  ['5|length', '!TypeError'],
  ['"ab"|list ~ {"a": 1}|list ~ nope|list', "['a', 'b']['a'][]"],
  ['xs|max ~ xs|min ~ ["b", "A"]|max ~ ["b", "A"]|min(case_sensitive=true) ~ (users|max(attribute="n")).n', '31bAC'],
  ['[]|max is undefined', 'True'],
  ['[1, "a"]|max', '!TypeError'],
  ['[7]|random ~ []|random', '7'],
  ['xs|random in xs', 'True'],
  ['"abc"|reverse ~ xs|reverse|list ~ {"a": 1, "b": 2}|reverse|list', "cba[2, 1, 3]['b', 'a']"],
  ['5|reverse', '!FilterArgumentError'],
  [
    'xs|sort ~ xs|sort(true) ~ ["b", "A"]|sort ~ ["b", "A"]|sort(case_sensitive=true)',
    "[1, 2, 3][3, 2, 1]['A', 'b']['A', 'b']",
  ],
  ['users|sort(attribute="on,n")|map(attribute="n")|list', "['b', 'a', 'C']"],
  ['users|sort(attribute="nope.x")', '!UndefinedError'],
  ['[1, "a"]|sort', '!TypeError'],
  ['[[2, "a"], [1, "b"]]|sort(attribute=0)', "[[1, 'b'], [2, 'a']]"],
  [
    '["a", "A", "b", "a"]|unique|list ~ ["a", "A"]|unique(true)|list ~ users|unique(attribute="on")|map(attribute="n")|list',
    "['a', 'b']['a', 'A']['b', 'a']",
  ],
  ['[1, 1.0, true, "1"]|unique|list', "[1, '1']"],
  ['[[1]]|unique|list', '!TypeError'],
]

const CONTEXT = {
  xs: [3, 1, 2],
  users: [
    { n: 'b', on: false },
    { n: 'a', on: true },
    { n: 'C', on: true },
  ],
}

t.test('lists and dicts are filtered as in Jinja', (t) => {
  for (const [filtered, output] of CASES) t.equal(renderOf(`{{ ${filtered} }}`, CONTEXT), output, filtered)
  t.end()
})

t.test('filters do not change what they are given', (t) => {
  const xs = [3, 1, 2]
  renderOf('{{ xs|sort }}{{ xs|reverse|list }}{{ xs|unique|list }}{{ xs|batch(2, 0)|list }}', { xs })
  t.same(xs, [3, 1, 2])
  t.end()
})

t.test('joined HTML is safe, and what is joined to it is escaped', (t) => {
  const render = (source: string) => renderOf(`{{ ${source} }}`, { m: new Markup('<b>') }, { autoescape: true })
  t.equal(render('["<", m]|join("&")'), '&lt;&amp;<b>')
  t.equal(render('["<", ">"]|join(m)'), '&lt;<b>&gt;')
  t.equal(render('["<", ">"]|join("&")'), '&lt;&amp;&gt;')
  t.equal(render('[{"x": m}]|join("", attribute="x")'), '<b>')
  t.equal(render('m|last ~ m|first'), '>' + '&lt;')
  t.end()
})
