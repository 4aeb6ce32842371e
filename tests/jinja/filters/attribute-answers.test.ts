import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('an attribute is a name, an index or a path of both', async (t) => {
  answers(t, [
    {
      source: '{{ us|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['b', 'A', 'c']",
    },
    {
      source: '{{ us|map(attribute="o.k.1")|list }}',
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
      source: '{{ us|map(attribute="o.k")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: { error: 'UndefinedError' },
    },
    { source: '{{ [[1, 2], [3, 4]]|map(attribute=1)|list }}', answer: '[2, 4]' },
    { source: '{{ [[1, 2], [3, 4]]|map(attribute="1")|list }}', answer: '[2, 4]' },
    { source: '{{ [[1, [7]], [3, [8]]]|map(attribute="1.0")|list }}', answer: '[7, 8]' },
    { source: '{{ [[1, 2]]|map(attribute=-1)|list }}', answer: '[2]' },
    { source: '{{ [[1, 2]]|map(attribute="-1")|list }}', answer: '[Undefined]' },
    { source: '{{ [{"1": "text", 1: "number"}]|map(attribute="1")|list }}', answer: "['number']" },
    { source: '{{ ["ab"]|map(attribute=0)|list }}', answer: "['a']" },
    { source: '{{ [1]|map(attribute=none)|list }}', answer: '[1]' },
    { source: '{{ [{"": 5}]|map(attribute="")|list }}', answer: '[5]' },
    { source: '{{ [{"a": {"": 5}}]|map(attribute="a.")|list }}', answer: '[5]' },
  ])
})

t.test('a step that is not there is undefined, or the default', async (t) => {
  answers(t, [
    {
      source: '{{ us|map(attribute="nope")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: '[Undefined, Undefined, Undefined]',
    },
    {
      source: '{{ us|map(attribute="nope")|join("-") }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: '--',
    },
    {
      source: '{{ us|map(attribute="o.k.9", default="?")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['?', '?', '?']",
    },
    {
      source: '{{ us|map(attribute="nope.deep")|list }}',
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
      source: '{{ us|map(attribute="nope", default=none)|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: '[Undefined, Undefined, Undefined]',
    },
    {
      source: '{{ us|map(attribute="nope", default=0)|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: '[0, 0, 0]',
    },
    {
      source: '{{ us|map(attribute="nope", default="")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['', '', '']",
    },
    {
      source: '{{ us|groupby("o.k.0", default=9)|map("first")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: '[1, 3, 9]',
    },
    {
      source: '{{ us|map(attribute="nope")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: '[Undefined, Undefined, Undefined]',
    },
  ])
})

t.test('attributes that only code should reach are not there', async (t) => {
  answers(t, [
    {
      source: '{{ us|map(attribute="constructor")|map("string")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['', '', '']",
    },
    {
      source: '{{ us|map(attribute="__proto__")|map("string")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['', '', '']",
    },
    { source: '{{ ["x"]|map(attribute="length")|map("string")|list }}', answer: "['']" },
    { source: '{{ [[1]]|map(attribute="length")|map("string")|list }}', answer: "['']" },
  ])
})

t.test('several attributes sort one after the other', async (t) => {
  answers(t, [
    {
      source: '{{ us|sort(attribute="v,n")|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['A', 'b', 'c']",
    },
    {
      source: '{{ us|sort(attribute="v,n", reverse=true)|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['c', 'b', 'A']",
    },
    {
      source: '{{ us|sort(attribute="n")|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['A', 'b', 'c']",
    },
    {
      source: '{{ us|sort(attribute="n", case_sensitive=true)|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['A', 'b', 'c']",
    },
    { source: '{{ [[2, "b"], [1, "c"], [2, "a"]]|sort(attribute="0,1") }}', answer: "[[1, 'c'], [2, 'a'], [2, 'b']]" },
    { source: '{{ [[2, 1], [1, 3]]|sort(attribute=1) }}', answer: '[[2, 1], [1, 3]]' },
    { source: '{{ [[2, 1], [1, 3]]|sort(attribute="1") }}', answer: '[[2, 1], [1, 3]]' },
    {
      source: '{{ us|sort(attribute="v, n")|map(attribute="n")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: "['A', 'b', 'c']",
    },
    {
      source: '{{ us|sort(attribute="nope")|list }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
        ],
      },
      answer: "[{'n': 'b', 'v': 2, 'o': {'k': [1, 2]}}, {'n': 'A', 'v': 1, 'o': {'k': [3, 4]}}]",
    },
  ])
})

t.test('texts are compared without their case unless asked', async (t) => {
  answers(t, [
    { source: '{{ ["b", "A", "ß", "C"]|sort }}', answer: "['A', 'b', 'C', 'ß']" },
    { source: '{{ ["b", "A", "C"]|sort(case_sensitive=true) }}', answer: "['A', 'C', 'b']" },
    { source: '{{ ["a", "A", "b", "B"]|unique|list }}', answer: "['a', 'b']" },
    { source: '{{ ["a", "A", "b"]|unique(true)|list }}', answer: "['a', 'A', 'b']" },
    { source: '{{ ["b", "A"]|min }} {{ ["b", "A"]|max }} {{ ["b", "A"]|max(case_sensitive=true) }}', answer: 'A b b' },
    { source: '{{ ["É", "é", "e"]|unique|list }}', answer: "['É', 'e']" },
    { source: '{{ [1, "a"]|sort }}', answer: { error: 'TypeError' } },
    { source: '{{ [3, true, 2.5]|sort }}', answer: '[True, 2.5, 3]' },
  ])
})
