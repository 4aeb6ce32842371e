import t from 'tap'
import { dumps } from '../../../lib/jinja/filters/json.ts'
import { Environment } from '../../../lib/jinja/index.ts'
import { answers } from '../../support/templates.ts'

t.test('values are written as Python writes JSON', async (t) => {
  answers(t, [
    { source: '{{ [1, 2, "a"]|tojson }}', answer: '[1, 2, "a"]' },
    { source: '{{ {"b": {"z": 1, "y": 2}, "a": 1}|tojson }}', answer: '{"a": 1, "b": {"y": 2, "z": 1}}' },
    { source: '{{ {1: "x", none: 1}|tojson }}', answer: { error: 'TypeError' } },
    { source: '{{ {true: 1}|tojson }}', answer: '{"true": 1}' },
    { source: '{{ {2: "b", 10: "a"}|tojson }}', answer: '{"2": "b", "10": "a"}' },
    { source: '{{ {1.5: 1}|tojson }}', answer: '{"1.5": 1}' },
    { source: '{{ [1e16, 1e300, 1.5e-7, 0.1]|tojson }}', answer: '[1e+16, 1e+300, 1.5e-07, 0.1]' },
    { source: '{{ 12345678901234567890|tojson }}', answer: '12345678901234567890' },
    { source: '{{ -1|tojson }}', answer: '-1' },
    { source: '{{ []|tojson }} {{ {}|tojson }} {{ ""|tojson }}', answer: '[] {} ""' },
    { source: '{{ (1,)|tojson }} {{ ()|tojson }}', answer: '[1] []' },
    { source: '{{ (1e400)|tojson }} {{ (-1e400)|tojson }}', answer: 'Infinity -Infinity' },
  ])
})

t.test('texts are ASCII, with signs of HTML as escapes', async (t) => {
  answers(t, [
    { source: '{{ "\\t\\n\\r\\b\\f\\\\ \\""|tojson }}', answer: '"\\t\\n\\r\\b\\f\\\\ \\""' },
    { source: '{{ "äß€"|tojson }}', answer: '"\\u00e4\\u00df\\u20ac"' },
    { source: '{{ "😀"|tojson }}', answer: '"\\ud83d\\ude00"' },
    { source: '{{ x|tojson }}', context: { x: '\u0000\u0001\u001f' }, answer: '"\\u0000\\u0001\\u001f"' },
    { source: '{{ "<>&\'"|tojson }}', answer: '"\\u003c\\u003e\\u0026\\u0027"' },
    { source: '{{ {"<k>": "&"}|tojson }}', answer: '{"\\u003ck\\u003e": "\\u0026"}' },
    {
      source: '{{ {"<k>": "</script>"}|tojson }}',
      env: { autoescape: true },
      answer: '{"\\u003ck\\u003e": "\\u003c/script\\u003e"}',
    },
    { source: '{{ "/"|tojson }}', answer: '"/"' },
    { source: '{{ x|tojson }}', context: { x: '~\x7f\x80\u2028' }, answer: '"~\\u007f\\u0080\\u2028"' },
  ])
})

t.test('an indent breaks the lines', async (t) => {
  answers(t, [
    {
      source: '{{ {"a": [1, {"b": 2}], "c": {}}|tojson(2) }}',
      answer: '{\n  "a": [\n    1,\n    {\n      "b": 2\n    }\n  ],\n  "c": {}\n}',
    },
    { source: '{{ [1, [2, []]]|tojson(indent=4) }}', answer: '[\n    1,\n    [\n        2,\n        []\n    ]\n]' },
    { source: '{{ [1]|tojson(0) }}', answer: '[\n1\n]' },
    { source: '{{ [1]|tojson("\\t") }}', answer: '[\n\t1\n]' },
    { source: '{{ {"a": 1}|tojson("--") }}', answer: '{\n--"a": 1\n}' },
    { source: '{{ [1]|tojson(-1) }}', answer: '[\n1\n]' },
    { source: '{{ []|tojson(2) }}', answer: '[]' },
    { source: '{{ 1|tojson(2) }}', answer: '1' },
    { source: '{{ [1]|tojson("") }}', answer: '[\n1\n]' },
  ])
})

t.test('what JSON cannot hold is refused', async (t) => {
  answers(t, [
    { source: '{{ {"a": 1}.items()|tojson }}', answer: { error: 'TypeError' } },
    { source: '{{ {"a": 1}.keys()|tojson }}', answer: { error: 'TypeError' } },
    { source: '{{ nope|tojson }}', answer: { error: 'TypeError' } },
    { source: '{{ [nope]|tojson }}', answer: { error: 'TypeError' } },
    { source: '{{ range|tojson }}', answer: { error: 'TypeError' } },
    { source: '{{ range(3)|tojson }}', answer: { error: 'TypeError' } },
    { source: '{{ {(1, 2): 3}|tojson }}', answer: { error: 'TypeError' } },
    { source: '{{ {"a": 1, 2: 3}|tojson }}', answer: { error: 'TypeError' } },
    { source: '{% set x = [] %}{% do x.append(x) %}{{ x|tojson }}', answer: { error: 'ValueError' } },
    { source: '{{ ([1]|map("string"))|tojson }}', answer: { error: 'TypeError' } },
    { source: '{{ [1]|tojson(1.5) }}', answer: { error: 'TypeError' } },
    { source: '{{ namespace(a=1)|tojson }}', answer: { error: 'TypeError' } },
  ])
})

t.test('the same list twice is no circle', async (t) => {
  answers(t, [
    { source: '{% set x = [1] %}{{ [x, x]|tojson }}', answer: '[[1], [1]]' },
    { source: '{% set d = {"a": 1} %}{{ {"x": d, "y": d}|tojson }}', answer: '{"x": {"a": 1}, "y": {"a": 1}}' },
  ])
})

t.test('keys stay in their order unless they are sorted', async (t) => {
  t.equal(dumps({ b: 1, a: 2 }), '{"b": 1, "a": 2}')
  t.equal(dumps({ b: 1, a: 2 }, { sort_keys: true }), '{"a": 2, "b": 1}')
  t.equal(
    dumps(
      new Map<unknown, unknown>([
        [2, 'x'],
        [null, 'y'],
        [true, 'z'],
      ]),
    ),
    '{"2": "x", "null": "y", "true": "z"}',
  )
})

t.test('objects of code say themselves what they are in JSON', async (t) => {
  t.equal(dumps(new Date(0)), '"1970-01-01T00:00:00.000Z"')
  t.equal(dumps({ toJSON: () => ['<'] }), '["<"]')
  t.equal(dumps(12345678901234567890n), '12345678901234567890')
  t.throws(() => dumps(new Set([1])), TypeError)
  t.throws(() => dumps(() => 1), TypeError)
  const circle: unknown[] = []
  circle.push(circle)
  t.throws(() => dumps(circle), { name: 'ValueError' })
})

t.test('tojson goes by the policies of the environment and stays safe for HTML', async (t) => {
  const env = new Environment({ autoescape: true })
  env.policies['json.dumps_kwargs'] = { sort_keys: false }
  t.equal(env.from_string('{{ {"b": 1, "a": 2}|tojson }}').render({}), '{"b": 1, "a": 2}')
  const seen: unknown[] = []
  env.policies['json.dumps_function'] = (value: unknown, options: unknown) => {
    seen.push(value, options)
    return '</script>'
  }
  t.equal(env.from_string('{{ [1]|tojson(2) }}').render({}), '\\u003c/script\\u003e')
  t.same(seen, [[1], { sort_keys: false, indent: 2 }])
})
