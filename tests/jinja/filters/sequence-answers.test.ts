import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('batch fills rows', async (t) => {
  answers(t, [
    { source: '{{ [1, 2, 3, 4, 5]|batch(2)|list }}', answer: '[[1, 2], [3, 4], [5]]' },
    { source: '{{ [1, 2, 3]|batch(2, "-")|list }}', answer: "[[1, 2], [3, '-']]" },
    { source: '{{ [1, 2, 3]|batch(linecount=2, fill_with=0)|list }}', answer: '[[1, 2], [3, 0]]' },
    { source: '{{ []|batch(2)|list }}', answer: '[]' },
    { source: '{{ [1, 2]|batch(5, none)|list }}', answer: '[[1, 2]]' },
    { source: '{{ "abc"|batch(2)|list }}', answer: "[['a', 'b'], ['c']]" },
    { source: '{{ [1]|batch(1)|list }}', answer: '[[1]]' },
    { source: '[{{ nope|batch(2)|list }}]', answer: '[[]]' },
    { source: '{{ 5|batch(2)|list }}', answer: { error: 'TypeError' } },
    { source: '{{ range(7)|batch(3, fill_with="x")|map("join")|join("/") }}', answer: '012/345/6xx' },
    { source: '{{ [1, 2]|batch(2, "x")|list }}', answer: '[[1, 2]]' },
  ])
})

t.test('slice fills columns', async (t) => {
  answers(t, [
    { source: '{{ [1]|slice(0)|list }}', answer: { error: 'ZeroDivisionError' } },
    { source: '{{ [1, 2, 3, 4, 5]|slice(2)|list }}', answer: '[[1, 2, 3], [4, 5]]' },
    { source: '{{ [1, 2, 3, 4, 5]|slice(3, "-")|list }}', answer: "[[1, 2], [3, 4], [5, '-']]" },
    { source: '{{ [1]|slice(3)|list }}', answer: '[[1], [], []]' },
    { source: '{{ []|slice(2)|list }}', answer: '[[], []]' },
    { source: '{{ []|slice(2, "x")|list }}', answer: "[['x'], ['x']]" },
    { source: '{{ [1, 2]|slice(slices=2, fill_with="x")|list }}', answer: "[[1, 'x'], [2, 'x']]" },
    { source: '{{ "abcd"|slice(3)|list }}', answer: "[['a', 'b'], ['c'], ['d']]" },
    { source: '[{{ nope|slice(2)|list }}]', answer: '[[[], []]]' },
    { source: '{{ [1, 2, 3]|slice(-1)|list }}', answer: '[]' },
    { source: '{{ 5|slice(2)|list }}', answer: { error: 'TypeError' } },
  ])
})

t.test('first, last and random take an item', async (t) => {
  answers(t, [
    {
      source:
        '{{ [1, 2]|first }} {{ "ab"|first }} {{ {"a": 1}|first }} {{ (1, 2)|last }} {{ "ab"|last }} {{ {"a": 1, "b": 2}|last }} {{ range(5)|last }}',
      answer: '1 a a 2 b b 4',
    },
    { source: '[{{ []|first }}][{{ ""|last }}][{{ []|random }}]', answer: '[][][]' },
    { source: '{{ [7]|random }}{{ "x"|random }}', answer: '7x' },
    { source: '{{ []|first is defined }}', answer: 'False' },
    { source: '{{ []|first.x }}', answer: { error: 'TemplateAssertionError', line: 1 } },
    { source: '{{ nope|first is defined }} {{ nope|last is defined }}', answer: 'False False' },
    { source: '{{ nope|random is defined }}', answer: 'False' },
    { source: '{{ 5|first }}', answer: { error: 'TypeError' } },
    { source: '{{ 5|last }}', answer: { error: 'TypeError' } },
    { source: '{{ 5|random }}', answer: { error: 'TypeError' } },
    { source: '{{ "<é"|safe|first }}{{ "é<"|safe|last }}', env: { autoescape: true }, answer: '&lt;<' },
    { source: '{{ "😀x"|first }}', answer: '😀' },
    { source: '{{ [none]|first }} {{ [none]|last }}', answer: 'None None' },
    { source: '{{ ([1, 2]|map("abs"))|first }}', answer: '1' },
  ])
})

t.test('join puts a text between items', async (t) => {
  answers(t, [
    { source: '{{ [1, 2, "a"]|join }} {{ [1, 2]|join(", ") }} {{ [1, 2]|join(d="-") }}', answer: '12a 1, 2 1-2' },
    {
      source: '{{ us|join(", ", attribute="n") }} {{ us|join("-", "v") }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: 'b, A, c 2-1-2',
    },
    {
      source: '[{{ []|join("x") }}][{{ ""|join("x") }}] {{ "abc"|join(".") }} {{ {"a": 1, "b": 2}|join }}',
      answer: '[][] a.b.c ab',
    },
    { source: '[{{ nope|join(",") }}]', answer: '[]' },
    { source: '{{ 5|join }}', answer: { error: 'TypeError' } },
    { source: '{{ [none, true]|join(1) }}', answer: 'None1True' },
    { source: '{{ ["<", "b"]|join("<br>") }}', env: { autoescape: true }, answer: '&lt;&lt;br&gt;b' },
    { source: '{{ ["<", "b"]|join("<br>"|safe) }}', env: { autoescape: true }, answer: '&lt;<br>b' },
    { source: '{{ ["<"|safe, "<b"]|join("<br>") }}', env: { autoescape: true }, answer: '<&lt;br&gt;&lt;b' },
    { source: '{{ ["<"|safe, "<b"]|join("<br>") }}', answer: '<<br><b' },
    { source: '{{ ["<"|safe, 1]|join("<br>"|safe) }}', env: { autoescape: true }, answer: '<<br>1' },
    { source: '{{ [nope, "<"|safe]|join(",") }}', env: { autoescape: true }, answer: ',<' },
    {
      source: '{{ ["a"]|join is escaped }} {{ ["a"|safe]|join is escaped }}',
      env: { autoescape: true },
      answer: 'False True',
    },
    { source: '{{ [[1], [2]]|join(attribute=0) }}', answer: '12' },
  ])
})

t.test('length, list and reverse see every iterable', async (t) => {
  answers(t, [
    {
      source: '{{ [1, 2]|length }} {{ "é😀"|length }} {{ {"a": 1}|length }} {{ range(5)|length }} {{ ""|length }}',
      answer: '2 2 1 5 0',
    },
    { source: '{{ nope|length }}', answer: '0' },
    { source: '{{ 5|length }}', answer: { error: 'TypeError' } },
    { source: '{{ none|length }}', answer: { error: 'TypeError' } },
    { source: '{{ ([1]|map("abs"))|length }}', answer: { error: 'TypeError' } },
    {
      source: '{{ "ab😀"|list }} {{ {"a": 1}|list }} {{ (1, 2)|list }} {{ nope|list }} {{ range(3)|list }}',
      answer: "['a', 'b', '😀'] ['a'] [1, 2] [] [0, 1, 2]",
    },
    { source: '{{ 5|list }}', answer: { error: 'TypeError' } },
    { source: '{{ none|list }}', answer: { error: 'TypeError' } },
    {
      source:
        '{{ "ab😀"|reverse }} {{ [1, 2]|reverse|list }} {{ {"a": 1, "b": 2}|reverse|list }} {{ range(3)|reverse|list }}',
      answer: "😀ba [2, 1] ['b', 'a'] [2, 1, 0]",
    },
    { source: '[{{ ""|reverse }}]', answer: '[]' },
    { source: '{{ 5|reverse }}', answer: { error: 'FilterArgumentError' } },
    { source: '[{{ nope|reverse|list }}]', answer: '[[]]' },
    { source: '{{ ([1, 2]|map("abs"))|reverse|list }}', answer: '[2, 1]' },
    { source: '{{ "ab<"|reverse }}{{ "a<"|safe|reverse }}', env: { autoescape: true }, answer: '&lt;ba<a' },
    { source: '{{ "<"|safe|list }}', env: { autoescape: true }, answer: '[&#39;&lt;&#39;]' },
  ])
})

t.test('sort orders, keeping equals in order', async (t) => {
  answers(t, [
    {
      source: '{{ [3, 1, 2]|sort }} {{ [3, 1, 2]|sort(reverse=true) }} {{ [3, 1, 2]|sort(true) }}',
      answer: '[1, 2, 3] [3, 2, 1] [3, 2, 1]',
    },
    {
      source: '{{ ["b", "a", "C"]|sort }} {{ ["b", "a", "C"]|sort(false, true) }}',
      answer: "['a', 'b', 'C'] ['C', 'a', 'b']",
    },
    {
      source: '{{ "cab"|sort }} {{ {"b": 1, "a": 2}|sort }} {{ []|sort }} {{ nope|sort }}',
      answer: "['a', 'b', 'c'] ['a', 'b'] [] []",
    },
    { source: '{{ [1, "a"]|sort }}', answer: { error: 'TypeError' } },
    { source: '{{ [none, 1]|sort }}', answer: { error: 'TypeError' } },
    { source: '{{ 5|sort }}', answer: { error: 'TypeError' } },
    {
      source: '{{ us|sort(attribute="v", reverse=true)|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['b', 'c', 'A']",
    },
    {
      source: '{{ [[2, 1], [1, 2]]|sort }} {{ [(1, "b"), (1, "a")]|sort }}',
      answer: "[[1, 2], [2, 1]] [(1, 'a'), (1, 'b')]",
    },
    { source: '{{ [1.5, 1, true, 0]|sort }}', answer: '[0, 1, True, 1.5]' },
    { source: '{{ [{"a": 1}, {"a": 0}]|sort }}', answer: { error: 'TypeError' } },
    { source: '{% set x = [2, 1] %}{{ x|sort }}{{ x }}', answer: '[1, 2][2, 1]' },
    { source: '{{ ["ß", "ss", "st", "é", "z"]|sort }}', answer: "['ss', 'st', 'z', 'ß', 'é']" },
    { source: '{{ ["10", "9", "1"]|sort }}', answer: "['1', '10', '9']" },
  ])
})

t.test('dictsort orders the pairs of a dict', async (t) => {
  answers(t, [
    { source: '{{ {"b": 1, "A": 3, "c": 2}|dictsort }}', answer: "[('A', 3), ('b', 1), ('c', 2)]" },
    { source: '{{ {"b": 1, "A": 3, "c": 2}|dictsort(true) }}', answer: "[('A', 3), ('b', 1), ('c', 2)]" },
    { source: '{{ {"b": 1, "A": 3, "c": 2}|dictsort(by="value") }}', answer: "[('b', 1), ('c', 2), ('A', 3)]" },
    {
      source: '{{ {"b": 1, "A": 3, "c": 2}|dictsort(false, "value", true) }}',
      answer: "[('A', 3), ('c', 2), ('b', 1)]",
    },
    { source: '{{ {"b": 1}|dictsort(by="x") }}', answer: { error: 'FilterArgumentError' } },
    { source: '{{ {}|dictsort }}', answer: '[]' },
    { source: '{{ nope|dictsort }}', answer: { error: 'UndefinedError' } },
    {
      source:
        '{{ {"a": "B", "b": "a"}|dictsort(by="value") }} {{ {"a": "B", "b": "a"}|dictsort(by="value", case_sensitive=true) }}',
      answer: "[('b', 'a'), ('a', 'B')] [('a', 'B'), ('b', 'a')]",
    },
    { source: '{{ {"b": 1, "A": 3}|dictsort(reverse=true) }}', answer: "[('b', 1), ('A', 3)]" },
    { source: '{{ {1: "a", "b": 2}|dictsort }}', answer: { error: 'TypeError' } },
    { source: '{% for k, v in {"b": 1, "a": 2}|dictsort %}{{ k }}{{ v }}{% endfor %}', answer: 'a2b1' },
  ])
})

t.test('unique keeps the first of equals', async (t) => {
  answers(t, [
    { source: '{{ [1, 2, 1, 1.0, true]|unique|list }}', answer: '[1, 2]' },
    {
      source: '{{ ["a", "A", "b"]|unique|list }} {{ ["a", "A"]|unique(case_sensitive=true)|list }}',
      answer: "['a', 'b'] ['a', 'A']",
    },
    {
      source: '{{ us|unique(attribute="v")|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['b', 'A']",
    },
    { source: '{{ "aAb"|unique|join }}', answer: 'ab' },
    { source: '{{ [[1], [1]]|unique|list }}', answer: { error: 'TypeError' } },
    { source: '{{ [(1, 2), (1, 2)]|unique|list }}', answer: '[(1, 2)]' },
    { source: '[{{ nope|unique|list }}]', answer: '[[]]' },
    { source: '{{ 5|unique|list }}', answer: { error: 'TypeError' } },
    { source: '{{ [none, 0, false, ""]|unique|list }}', answer: "[None, 0, '']" },
  ])
})

t.test('min and max compare', async (t) => {
  answers(t, [
    { source: '{{ [3, 1, 2]|min }} {{ [3, 1, 2]|max }}', answer: '1 3' },
    {
      source: '{{ ["b", "A"]|min }} {{ ["b", "A"]|min(true) }} {{ ["b", "a", "C"]|max(case_sensitive=true) }}',
      answer: 'A A b',
    },
    {
      source: '{{ (us|min(attribute="v")).n }} {{ (us|max(attribute="v")).n }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: 'A b',
    },
    { source: '[{{ []|min }}][{{ []|max }}]', answer: '[][]' },
    { source: '{{ []|min is defined }} {{ nope|max is defined }}', answer: 'False False' },
    { source: '{{ [1, "a"]|min }}', answer: { error: 'TypeError' } },
    { source: '{{ 5|max }}', answer: { error: 'TypeError' } },
    { source: '{{ "hello"|max }}', answer: 'o' },
    { source: '{{ ["b", "B"]|min }} {{ ["b", "B"]|max }}', answer: 'b b' },
    { source: '{{ [1, 1.0, true]|max }} {{ [1.0, 1]|min }}', answer: '1 1.0' },
  ])
})

t.test('groupby groups by an attribute', async (t) => {
  answers(t, [
    {
      source: '{% for v, items in us|groupby("v") %}{{ v }}:{{ items|map(attribute="n")|join }} {% endfor %}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: '1:A 2:bc ',
    },
    {
      source: '{% for g in us|groupby("v") %}{{ g.grouper }}:{{ g.list|length }} {% endfor %}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: '1:1 2:2 ',
    },
    {
      source: '{{ us|groupby("nope", default="x")|length }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: '1',
    },
    {
      source:
        '{% for k, g in [{"c": "CA"}, {"c": "ny"}, {"c": "ca"}]|groupby("c") %}{{ k }}{{ g|length }} {% endfor %}',
      answer: 'CA2 ny1 ',
    },
    {
      source:
        '{% for k, g in [{"c": "CA"}, {"c": "ny"}, {"c": "ca"}]|groupby("c", case_sensitive=true) %}{{ k }}{{ g|length }} {% endfor %}',
      answer: 'CA1 ca1 ny1 ',
    },
    {
      source: '{% for k, g in [[1, 2], [1, 3], [0, 4]]|groupby(0) %}{{ k }}{{ g }} {% endfor %}',
      answer: '0[[0, 4]] 1[[1, 2], [1, 3]] ',
    },
    { source: '{{ []|groupby("x") }}', answer: '[]' },
    { source: '{{ nope|groupby("x") }}', answer: '[]' },
    {
      source: '{{ us|groupby }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: { error: 'TypeError' },
    },
    {
      source: '{{ us|groupby("o.k.0") }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
        ],
      },
      answer: "[(1, [{'n': 'b', 'v': 2, 'o': {'k': [1, 2]}}]), (3, [{'n': 'A', 'v': 1, 'o': {'k': [3, 4]}}])]",
    },
    { source: '{{ [{"a": 1}]|groupby("a") }}', answer: "[(1, [{'a': 1}])]" },
    { source: '{{ [{"a": 1}, {"a": "x"}]|groupby("a") }}', answer: { error: 'TypeError' } },
    { source: '{% for k, g in [{"a": {"b": 2}}, {"a": {"b": 1}}]|groupby("a.b") %}{{ k }}{% endfor %}', answer: '12' },
  ])
})

t.test('items gives the pairs of a mapping', async (t) => {
  answers(t, [
    { source: '{% for k, v in {"a": 1, "b": 2}|items %}{{ k }}{{ v }}{% endfor %}', answer: 'a1b2' },
    { source: '[{{ nope|items|list }}]', answer: '[[]]' },
    { source: '{{ {}|items|list }}', answer: '[]' },
    { source: '{{ [1]|items|list }}', answer: { error: 'TypeError' } },
    { source: '{{ none|items|list }}', answer: { error: 'TypeError' } },
    { source: '{{ "ab"|items|list }}', answer: { error: 'TypeError' } },
    { source: '{{ {1: 2}|items|first }}', answer: '(1, 2)' },
  ])
})

// security.md 1.8, "SSTI": one number in a template cannot take all memory or keep the process busy.
t.test('ranges and rows without an end are read where they can be, and else refused at once', async (t) => {
  answers(t, [
    { source: '{{ range(10**15)|first }} {{ range(10**15)|last }} {{ range(0)|last }}', answer: '0 999999999999999 ' },
    {
      source: '{{ range(10**15)|reverse|first }} {{ range(10**15)|length }}',
      answer: '999999999999999 1000000000000000',
    },
    { source: '{{ range(5, 0, -2)|reverse|list }} {{ range(3)|reverse|join }}', answer: '[1, 3, 5] 210' },
    { source: '{{ range(10**15)|batch(2)|first }}', answer: '[0, 1]' },
    { source: '{{ range(10**15)|map("string")|first }}', answer: '0' },
  ])
  for (const expression of [
    'range(10**15)|list',
    'range(10**15)|join',
    'range(10**15)|sort',
    'range(10**15)|max',
    'range(10**15)|slice(2)|list',
    '[1]|batch(10**15, 0)|list',
    '[1]|slice(10**15)|list',
    '[1]|slice(10**15, 0)|list',
  ]) {
    answers(t, [{ source: `{{ ${expression} }}`, answer: { error: 'OverflowError' } }])
  }
})
