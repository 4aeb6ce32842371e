import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('get, setdefault and pop read with a default', async (t) => {
  answers(t, [
    {
      source:
        '{% set d = {"a": 1, "n": none} %}{{ d.get("a") }} {{ d.get("x") }} {{ d.get("x", 5) }} {{ d.get("n", 5) }} {{ d.get(1) }}',
      answer: '1 None 5 None None',
    },
    { source: '{{ {}.get() }}', answer: { error: 'TypeError' } },
    { source: '{{ {}.get("a", "b", "c") }}', answer: { error: 'TypeError' } },
    { source: '{{ {"a": 1}.get(key="a") }}', answer: { error: 'TypeError' } },
    {
      source: '{% set d = {} %}{{ d.setdefault("a", 1) }}{{ d.setdefault("a", 2) }}{{ d.setdefault("b") }}{{ d }}',
      answer: "11None{'a': 1, 'b': None}",
    },
    {
      source: '{% set d = {"a": 1, "b": 2} %}{{ d.pop("a") }}{{ d.pop("a", "x") }}{{ d.pop("z", none) }}{{ d }}',
      answer: "1xNone{'b': 2}",
    },
    { source: '{{ {}.pop("a") }}', answer: { error: 'KeyError' } },
    { source: '{{ {}.pop() }}', answer: { error: 'TypeError' } },
    {
      source: '{{ {1: "x", 1.5: "y"}.get(1.0) }} {{ {1: "x"}.get(true) }} {{ {(1, 2): 3}.get((1, 2)) }}',
      answer: 'x x 3',
    },
    { source: '{{ {}.get([]) }}', answer: { error: 'TypeError' } },
    { source: '{{ {}.pop("a", 1, 2) }}', answer: { error: 'TypeError' } },
  ])
})

t.test('items, keys and values are views', async (t) => {
  answers(t, [
    {
      source: '{{ {"a": 1, "b": 2}.items() }} {{ {"a": 1, "b": 2}.keys() }} {{ {"a": 1, "b": 2}.values() }}',
      answer: "dict_items([('a', 1), ('b', 2)]) dict_keys(['a', 'b']) dict_values([1, 2])",
    },
    { source: '{{ {}.items() }} {{ {}.keys()|list }} {{ {}.values()|length }}', answer: 'dict_items([]) [] 0' },
    {
      source: '{% for k, v in {"a": 1, "b": 2}.items() %}{{ k }}{{ v }}{{ loop.last }}{% endfor %}',
      answer: 'a1Falseb2True',
    },
    {
      source: '{{ "a" in {"a": 1}.keys() }} {{ 1 in {"a": 1}.values() }} {{ ("a", 1) in {"a": 1}.items() }}',
      answer: 'True True True',
    },
    { source: '{{ {"b": 1, "a": 2}.keys()|sort }} {{ {"a": 3}.values()|sum }}', answer: "['a', 'b'] 3" },
    { source: '{{ {"a": 1}.items()[0] }}', answer: '' },
    { source: '{{ {"a": 1}.items(1) }}', answer: { error: 'TypeError' } },
    { source: '{{ {"a": 1}.keys() == {"a": 2}.keys() }}', answer: 'True' },
  ])
})

t.test('update writes pairs and names', async (t) => {
  answers(t, [
    { source: '{% set d = {"a": 1} %}{{ d.update({"b": 2}) }}{{ d }}', answer: "None{'a': 1, 'b': 2}" },
    {
      source: '{% set d = {} %}{% do d.update([("a", 1), ["b", 2]], c=3) %}{{ d }}',
      answer: "{'a': 1, 'b': 2, 'c': 3}",
    },
    { source: '{% set d = {} %}{% do d.update(a=1) %}{% do d.update() %}{{ d }}', answer: "{'a': 1}" },
    { source: '{{ {}.update({}, {}) }}', answer: { error: 'TypeError' } },
    { source: '{{ {}.update([1]) }}', answer: { error: 'TypeError' } },
    { source: '{{ {}.update(["abc"]) }}', answer: { error: 'ValueError' } },
    { source: '{{ {}.update(5) }}', answer: { error: 'TypeError' } },
    { source: '{% set d = {} %}{% do d.update(["ab"]) %}{{ d }}', answer: "{'a': 'b'}" },
    {
      source: '{% set d = {} %}{% do d.update({"__proto__": 1, "constructor": 2}) %}{{ d }}{{ d.x is defined }}',
      answer: "{'__proto__': 1, 'constructor': 2}False",
    },
  ])
})

t.test('popitem, copy and clear', async (t) => {
  answers(t, [
    { source: '{% set d = {"a": 1, "b": 2} %}{{ d.popitem() }}{{ d }}', answer: "('b', 2){'a': 1}" },
    { source: '{{ {}.popitem() }}', answer: { error: 'KeyError' } },
    {
      source:
        '{% set d = {"a": [1]} %}{% set e = d.copy() %}{% do e.update(b=2) %}{% do e.a.append(2) %}{{ d }}{{ e }}',
      answer: "{'a': [1, 2]}{'a': [1, 2], 'b': 2}",
    },
    { source: '{% set d = {"a": 1} %}{{ d.clear() }}{{ d }}', answer: 'None{}' },
    { source: '{% set d = {"a": 1} %}{{ d.copy() == d }} {{ d.copy() is sameas d }}', answer: 'True False' },
    { source: '{{ {}.copy(1) }}', answer: { error: 'TypeError' } },
  ])
})

t.test('keys hide methods only for brackets, methods hide keys for dots', async (t) => {
  answers(t, [
    {
      source:
        '{{ {"items": 5}.items()|list }} {{ {"items": 5}["items"] }} {{ {"a": 5}.a }} {{ {"get": 1}.get("get") }}',
      answer: "[('items', 5)] 5 5 1",
    },
    {
      source:
        '{{ {}["items"] is defined }} {{ {}.items is defined }} {{ {}.has_key is defined }} {{ {}.entries is defined }} {{ {}.size is defined }} {{ {}.hasOwnProperty is defined }}',
      answer: 'True True False False False False',
    },
    {
      source:
        '{{ d.keys()|list }} {{ d["keys"] }} {{ d.constructor is defined }} {{ d.toString is defined }} {{ d.__proto__ is defined }}',
      context: { d: { keys: 1 } },
      answer: "['keys'] 1 False False False",
    },
  ])
})

t.test('dicts of code work as those of templates', async (t) => {
  answers(t, [
    {
      source: '{{ d.items()|list }} {{ d.get("x") }} {{ d.pop("a") }} {{ d }}',
      context: { d: { a: 1, b: 2 } },
      answer: "[('a', 1), ('b', 2)] None 1 {'b': 2}",
    },
    {
      source: '{{ d.update(c=1) }}{{ d }}{{ d.setdefault("z", 1) }}{{ d.popitem() }}{{ d.copy() }}',
      context: { d: { a: 1 } },
      answer: "None{'a': 1, 'c': 1}1('z', 1){'a': 1, 'c': 1}",
    },
    { source: '{{ d.clear() }}{{ d }}{{ d.keys() }}', context: { d: { a: 1 } }, answer: 'None{}dict_keys([])' },
    {
      source: '{{ d.get("__proto__") }} {{ d.get("constructor", "no") }} {{ "toString" in d }}',
      context: { d: {} },
      answer: 'None no False',
    },
  ])
})
