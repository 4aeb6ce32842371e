import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('map applies a filter with its arguments, or reads an attribute', async (t) => {
  answers(t, [
    { source: '{{ ns|map("string")|list }}', context: { ns: [1, 2, 3, 4, 5] }, answer: "['1', '2', '3', '4', '5']" },
    { source: '{{ ["a", "b"]|map("upper")|join }}', answer: 'AB' },
    { source: '{{ ["1", "x"]|map("int", 7)|list }}', answer: '[1, 7]' },
    { source: '{{ ["1", "x"]|map("int", default=7)|list }}', answer: '[1, 7]' },
    {
      source: '{{ us|map(attribute="n")|join }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: 'bAc',
    },
    { source: '{{ ["a b"]|map("replace", " ", "-")|list }}', answer: "['a-b']" },
    { source: '{{ [[2, 1]]|map("sort", reverse=true)|list }}', answer: '[[2, 1]]' },
    { source: '[{{ nope|map("upper")|list }}]', answer: '[[]]' },
    { source: '[{{ []|map("upper")|list }}]', answer: '[[]]' },
    { source: '{{ {"a": 1}|map("upper")|list }}', answer: "['A']" },
    { source: '{{ "ab"|map("upper")|list }}', answer: "['A', 'B']" },
    { source: '{{ ["<"]|map("e")|join(",") }}', env: { autoescape: true }, answer: '&lt;' },
    { source: '{{ ["<"]|map("upper")|join(",") }}', env: { autoescape: true }, answer: '&lt;' },
    { source: '{{ [1, 2]|map("abs") is iterable }}', answer: 'True' },
    { source: '{{ (["a"]|map("upper")).x is defined }}', answer: 'False' },
    { source: '{{ [[1, 2], [3]]|map("sum")|sum }}', answer: '6' },
    { source: '{{ ["a"]|map("default", "x")|list }}', answer: "['a']" },
    { source: '{{ none|map("upper")|list }}', answer: '[]' },
  ])
})

t.test('map refuses what is no filter or argument', async (t) => {
  answers(t, [
    { source: '{{ [1]|map|list }}', answer: { error: 'FilterArgumentError' } },
    { source: '{{ [1]|map("nope")|list }}', answer: { error: 'TemplateRuntimeError' } },
    { source: '{{ [1]|map("constructor")|list }}', answer: { error: 'TemplateRuntimeError' } },
    { source: '{{ [1]|map("__proto__")|list }}', answer: { error: 'TemplateRuntimeError' } },
    { source: '{{ [1]|map(attribute="x", foo=1)|list }}', answer: { error: 'FilterArgumentError' } },
    { source: '{{ [1]|map(foo=1)|list }}', answer: { error: 'FilterArgumentError' } },
    { source: '{{ 5|map("abs")|list }}', answer: { error: 'TypeError' } },
    { source: '{{ ["x"]|map("upper", 1)|list }}', answer: { error: 'TypeError' } },
    { source: '{{ [1]|map(1)|list }}', answer: { error: 'TemplateRuntimeError' } },
    { source: '{{ []|map("nope")|list }}', answer: '[]' },
    { source: '{{ [1]|map("nope") is iterable }}', answer: 'True' },
    { source: '{{ [1]|map(default=1)|list }}', answer: { error: 'FilterArgumentError' } },
  ])
})

t.test('select and reject go by a test, or by truth', async (t) => {
  answers(t, [
    {
      source: '{{ ns|select("odd")|list }} {{ ns|reject("odd")|list }}',
      context: { ns: [1, 2, 3, 4, 5] },
      answer: '[1, 3, 5] [2, 4]',
    },
    {
      source: '{{ [0, 1, "", "a", none, []]|select|list }} {{ [0, 1, "", "a", none]|reject|list }}',
      answer: "[1, 'a'] [0, '', None]",
    },
    {
      source: '{{ ns|select("divisibleby", 2)|list }} {{ ns|reject("divisibleby", num=3)|list }}',
      context: { ns: [1, 2, 3, 4, 5] },
      answer: '[2, 4] [1, 2, 4, 5]',
    },
    {
      source:
        '{{ ns|select("in", [1, 9])|list }} {{ ns|select("gt", 3)|list }} {{ ns|select("<", 3)|list }} {{ ns|select("==", 3)|list }}',
      context: { ns: [1, 2, 3, 4, 5] },
      answer: '[1] [4, 5] [1, 2] [3]',
    },
    { source: '[{{ nope|select|list }}]', answer: '[[]]' },
    { source: '[{{ nope|reject("odd")|list }}]', answer: '[[]]' },
    { source: '[{{ []|select("nope")|list }}]', answer: '[[]]' },
    { source: '{{ [1]|select("nope")|list }}', answer: { error: 'TemplateRuntimeError' } },
    { source: '{{ [1]|select("constructor")|list }}', answer: { error: 'TemplateRuntimeError' } },
    { source: '{{ 5|select|list }}', answer: { error: 'TypeError' } },
    { source: '{{ ["a"]|select("odd")|list }}', answer: { error: 'TypeError' } },
    { source: '{{ [nope, 1]|select("defined")|list }}', answer: '[1]' },
    { source: '{{ "aBc"|select("lower")|list }}', answer: "['a', 'c']" },
    { source: '{{ {"a": 1, "": 2}|select|list }}', answer: "['a']" },
  ])
})

t.test('selectattr and rejectattr test an attribute', async (t) => {
  answers(t, [
    {
      source:
        '{{ us|selectattr("v", "eq", 2)|map(attribute="n")|list }} {{ us|rejectattr("v", "eq", 2)|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['b', 'c'] ['A']",
    },
    {
      source: '{{ us|selectattr("o")|map(attribute="n")|list }} {{ us|rejectattr("o")|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['b', 'A'] ['c']",
    },
    {
      source: '{{ us|selectattr("o", "defined")|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['b', 'A']",
    },
    {
      source: '{{ us|selectattr("o.k.0", "==", 3)|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: { error: 'UndefinedError' },
    },
    {
      source: '{{ us|selectattr }}{{ us|selectattr|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: { error: 'FilterArgumentError' },
    },
    {
      source: '{{ us|rejectattr|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: { error: 'FilterArgumentError' },
    },
    {
      source: '{{ us|selectattr("n", "nope")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: { error: 'TemplateRuntimeError' },
    },
    {
      source: '{{ [[1, 0], [0, 1]]|selectattr(0)|list }} {{ [[1, 0], [0, 1]]|rejectattr("0")|list }}',
      answer: '[[1, 0]] [[0, 1]]',
    },
    { source: '[{{ nope|selectattr("x")|list }}]', answer: '[[]]' },
    { source: '[{{ []|selectattr|list }}]', answer: '[[]]' },
    {
      source: '{{ us|selectattr("constructor")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: '[]',
    },
    {
      source: '{{ us|selectattr("n", "in", "bc")|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['b', 'c']",
    },
    {
      source: '{{ us|selectattr("nope", "gt", 1)|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: { error: 'UndefinedError' },
    },
  ])
})

t.test('nothing is computed before it is read', async (t) => {
  answers(t, [
    { source: '{{ [1, 0]|map("nope") is defined }}', answer: 'True' },
    { source: '{% set r = ["a"]|map("upper") %}{{ r|list }}{{ r|list }}', answer: "['A'][]" },
    { source: '{% set r = [1, 2]|select("odd") %}{{ r|first }}{{ r|list }}', answer: '1[]' },
  ])
})
