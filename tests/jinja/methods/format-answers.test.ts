import t from 'tap'
import { Environment, SandboxedEnvironment } from '../../../lib/jinja/index.ts'
import { answers } from '../../support/templates.ts'

t.test('fields are numbered by themselves, by place or by name', async (t) => {
  answers(t, [
    {
      source:
        '{{ "{} {}".format(1, "a") }} {{ "{1} {0}".format(1, 2) }} {{ "{a} {b}".format(a=1, b=2) }} {{ "{0}{a}{0}".format(1, a=2) }}',
      answer: '1 a 2 1 1 2 121',
    },
    { source: '{{ "{} {0}".format(1) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{0} {}".format(1) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{}".format() }}', answer: { error: 'IndexError' } },
    { source: '{{ "{5}".format(1) }}', answer: { error: 'IndexError' } },
    { source: '{{ "{x}".format(1) }}', answer: { error: 'KeyError' } },
    { source: '{{ "{{}} {{{}}}".format(1) }}', answer: '{} {1}' },
    { source: '{{ "".format() }}', answer: '' },
    { source: '{{ "plain".format(1, 2, x=3) }}', answer: 'plain' },
    { source: '{{ "{}{a}{}".format(1, 2, a=3) }}', answer: '132' },
  ])
})

t.test('braces that do not match are refused', async (t) => {
  answers(t, [
    { source: '{{ "{".format() }}', answer: { error: 'ValueError' } },
    { source: '{{ "}".format() }}', answer: { error: 'ValueError' } },
    { source: '{{ "{0".format(1) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{0!}".format(1) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{0!x}".format(1) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{0!rr}".format(1) }}', answer: { error: 'ValueError' } },
    { source: '{{ "a}b".format() }}', answer: { error: 'ValueError' } },
    { source: '{{ "{0[}".format([1]) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{0.}".format(1) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{0[]}".format([1]) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{a b}".format(**{"a b": 1}) }}', answer: '1' },
    { source: '{{ "{0[0]x}".format([1]) }}', answer: { error: 'ValueError' } },
  ])
})

t.test('conversions and specifications shape a value', async (t) => {
  answers(t, [
    {
      source: '{{ "{!r} {!s} {!a}".format("é", "é", "é") }} {{ "{0!r:>6}".format("a") }}',
      answer: "'é' é '\\xe9'    'a'",
    },
    {
      source: '{{ "[{:5}] [{:<5}] [{:>5}] [{:^5}] [{:*^5}]".format("a", "b", "c", "d", "e") }}',
      answer: '[a    ] [b    ] [    c] [  d  ] [**e**]',
    },
    {
      source:
        '{{ "{:d} {:05d} {:+d} {:x} {:#x} {:b} {:o} {:,} {:_}".format(1, 2, 3, 255, 255, 5, 8, 1234567, 1234567) }}',
      answer: '1 00002 +3 ff 0xff 101 10 1,234,567 1_234_567',
    },
    {
      source: '{{ "{:.2f} {:e} {:g} {:%} {:8.3f}|".format(1.005, 12345.678, 0.0001, 0.25, 3.14159) }}',
      answer: '1.00 1.234568e+04 0.0001 25.000000%    3.142|',
    },
    {
      source: '{{ "{:.2}".format("abc") }} {{ "{:5}|".format(5) }} {{ "{:=+6d}".format(5) }}',
      answer: 'ab     5| +    5',
    },
    { source: '{{ "{:d}".format("a") }}', answer: { error: 'ValueError' } },
    { source: '{{ "{:q}".format(1) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{:d}".format(1.5) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{:5}".format(none) }}', answer: { error: 'TypeError' } },
    { source: '{{ "{:5}".format([1]) }}', answer: { error: 'TypeError' } },
    { source: '{{ "{} {} {}".format(none, true, [1, "a"]) }}', answer: "None True [1, 'a']" },
    { source: '{{ "{:c}{:c}".format(65, 128512) }}', answer: 'A😀' },
    { source: '{{ "{:{}}|{:{w}.{p}}".format("a", 4, "xyz", w=5, p=2) }}', answer: 'a   |xy   ' },
    { source: '{{ "{:{:{}}}".format(1, 2, 3) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{:5}|{:d}".format(true, true) }}', answer: '    1|1' },
    { source: '{{ "{:s}".format(5) }}', answer: { error: 'ValueError' } },
  ])
})

t.test('a field reaches items and attributes that a template reaches', async (t) => {
  answers(t, [
    {
      source:
        '{{ "{0.real} {0.imag} {0.numerator} {0.denominator}".format(5) }} {{ "{0.real} {0.imag}".format(1.5) }} {{ "{0.real}".format(true) }}',
      answer: '5 0 5 1 1.5 0.0 1',
    },
    { source: '{{ "{0[0]} {0[2]}".format("a😀c") }}', answer: 'a c' },
    { source: '{{ "{0[3]}".format("abc") }}', answer: { error: 'IndexError' } },
    { source: '{{ "{0[x]}".format("abc") }}', answer: { error: 'TypeError' } },
    { source: '{{ "{0[0]}".format(5) }}', answer: { error: 'TypeError' } },
    { source: '{{ "{0[1]} {0[-1]}".format([1, 2]) }}', answer: { error: 'TypeError' } },
    { source: '{{ "{0[1]} {a[k]} {a[k][x]}".format([1, 2], a={"k": {"x": 3}}) }}', answer: "2 {'x': 3} 3" },
    { source: '{{ "{0[9]}".format([1]) }}', answer: { error: 'IndexError' } },
    { source: '{{ "{0[k]}".format({}) }}', answer: { error: 'KeyError' } },
    { source: '{{ "{0[0]}".format({0: "n", "0": "t"}) }}', answer: 'n' },
    { source: '{{ "{0[a.b]}".format({"a.b": 1}) }}', answer: '1' },
    { source: '{{ "{0[!]}{0[:]}".format({"!": 1, ":": 2}) }}', answer: '12' },
  ])
})

t.test('Markup escapes what is filled in', async (t) => {
  answers(t, [
    { source: '{{ ("{:5}"|safe).format("<"|safe) }}', env: { autoescape: true }, answer: { error: 'ValueError' } },
    { source: '{{ "{:5}|".format("<"|safe) }}', env: { autoescape: true }, answer: '&lt;    |' },
    { source: '{{ ("{0[0]}{1[0]}"|safe).format("<"|safe, "<") }}', env: { autoescape: true }, answer: '<&lt;' },
    { source: '{{ ("<b>{}</b>"|safe).format("<") }}', env: { autoescape: true }, answer: '<b>&lt;</b>' },
    { source: '{{ ("{}"|safe).format("<"|safe) }}', env: { autoescape: true }, answer: '<' },
    {
      source: '{{ ("{a} {0!r}"|safe).format("<", a="&") }}',
      env: { autoescape: true },
      answer: '&amp; &#39;&lt;&#39;',
    },
    { source: '{{ ("{:>4}"|safe).format("<") }}', env: { autoescape: true }, answer: '   &lt;' },
    { source: '{{ "{}".format("<"|safe) }}', env: { autoescape: true }, answer: '&lt;' },
    { source: '{{ ("{0[x]}"|safe).format({"x": "<"}) }}', env: { autoescape: true }, answer: '&lt;' },
    {
      source: '{{ ("{}"|safe).format(5) }} {{ ("{}"|safe).format(["<"]) }}',
      env: { autoescape: true },
      answer: '5 [&#39;&lt;&#39;]',
    },
    { source: '{{ ("{}"|safe).format("<") is escaped }}', env: { autoescape: true }, answer: 'True' },
    { source: '{{ ("{x}"|safe).format_map({"x": "<"}) }}', env: { autoescape: true }, answer: '&lt;' },
  ])
})

t.test('format_map reads from a mapping', async (t) => {
  answers(t, [
    { source: '{{ "{}".format_map({}) }}', answer: { error: 'ValueError' } },
    { source: '{{ "{0}".format_map({"0": 1}) }}', answer: { error: 'ValueError' } },
    { source: '{{ ("{}"|safe).format_map({}) }}', env: { autoescape: true }, answer: { error: 'IndexError' } },
    { source: '{{ "{a} {b[0]}".format_map({"a": 1, "b": [2]}) }}', answer: '1 2' },
    { source: '{{ "{x}".format_map({}) }}', answer: { error: 'KeyError' } },
    { source: '{{ "x".format_map({}) }}', answer: 'x' },
    { source: '{{ "{a}".format_map() }}', answer: { error: 'TypeError' } },
    { source: '{{ "{a}".format_map(5) }}', answer: { error: 'TypeError' } },
  ])
})

t.test('a field does not reach the class of an object', async (t) => {
  class Thing {
    name = 'x'
    #secret = 1
    get secret(): number {
      return this.#secret
    }
  }
  const env = new Environment()
  const context = { thing: new Thing(), fn: () => 1 }
  t.equal(env.from_string('{{ "{0.name} {0.secret}".format(thing) }}').render(context), 'x 1')
  const reaches = [
    'constructor',
    '__proto__',
    'prototype',
    '__defineGetter__',
    'toString',
    'name.constructor',
    'name.length',
  ]
  for (const path of reaches) {
    t.throws(() => env.from_string(`{{ "{0.${path}}".format(thing) }}`).render(context), path)
  }
  for (const path of ['constructor', 'prototype', 'call', 'name', '__proto__']) {
    t.throws(() => env.from_string(`{{ "{0.${path}}".format(fn) }}`).render(context), path)
  }
  for (const path of ['constructor', '__proto__', 'toString']) {
    t.throws(() => env.from_string(`{{ "{0[${path}]}".format({}) }}`).render(context), path)
    t.throws(() => env.from_string(`{{ "{${path}}".format(a=1) }}`).render(context), path)
    t.throws(() => env.from_string(`{{ "{${path}}".format_map({}) }}`).render(context), path)
  }
})

t.test('names with underscores are undefined in the fields of a sandbox', async (t) => {
  class Thing {
    _hidden = 'secret'
    __class__ = 'secret'
  }
  const env = new SandboxedEnvironment()
  for (const source of ['{{ "{0._hidden}".format(x) }}', '{{ "{x.__class__}".format_map({"x": x}) }}']) {
    t.equal(env.from_string(source).render({ x: new Thing() }), '', source)
  }
})
