import t from 'tap'
import { Environment } from '../../lib/jinja/index.ts'
import { findMethod, getattr, getitem, readAttribute } from '../../lib/jinja/lookup.ts'
import { Markup } from '../../lib/jinja/markup.ts'
import { Dict, Float, Range, Tuple } from '../../lib/jinja/python/containers.ts'
import { Undefined } from '../../lib/jinja/undefined.ts'
import { renderOf } from '../support/jinja-answers.ts'

class User {
  name = 'ann'
  roles = ['a']
  get upper(): string {
    return this.name.toUpperCase()
  }
  greet(): string {
    return `hi ${this.name}`
  }
}

/** Something like a Map, as headers and form data are. */
class Form {
  #values = new Map<string, string>([
    ['q', 'tea'],
    ['items', 'own'],
  ])
  has(key: string): boolean {
    return this.#values.has(key)
  }
  get(key: string): string | undefined {
    return this.#values.get(key)
  }
  items(): unknown[] {
    return [...this.#values]
  }
}

const CONTEXT = {
  user: new User(),
  form: new Form(),
  d: { name: 'n', items: 'I', 'a b': 1, nested: { x: [1, { y: 'z' }] } },
  map: new Map<unknown, unknown>([
    ['k', 'v'],
    [1, 'one'],
  ]),
  xs: ['a', 'b', 'c'],
  s: 'text',
  m: new Markup('<b>'),
  date: new Date(0),
  set: new Set([1]),
}

const CASES: [source: string, output: string][] = [
  [
    '{% set groups = [{"a": 1}, {"a": 2}]|groupby("a") %}{{ groups|map(attribute="grouper")|join(",") }} ' +
      '{{ groups[0]["grouper"] }} {{ groups[0].grouper }} {{ groups[0].list }} {{ groups[0].length is defined }}',
    "1,2 1 1 [{'a': 1}] False",
  ],
  ['{{ d.name }} {{ d["name"] }} {{ d["a b"] }} {{ d.nested.x.1.y }}', 'n n 1 z'],
  ['{{ d["items"] }} {{ d.items()|length }}', 'I 4'],
  [
    '{{ user.name }} {{ user["name"] }} {{ user.upper }} {{ user.greet() }} {{ user["greet"]() }}',
    'ann ann ANN hi ann hi ann',
  ],
  ['{{ user.roles[0] }} {{ user.nope is undefined }} {{ user["nope"] is undefined }}', 'a True True'],
  [
    '{{ form.q }} {{ form["q"] }} {{ form.items()|length }} {{ form["items"] }} {{ form.nope is undefined }}',
    'tea tea 2 own True',
  ],
  [
    '{{ map.k }} {{ map["k"] }} {{ map[1] }} {{ map["1"] is undefined }} {{ map.size is undefined }}',
    'v v one True True',
  ],
  [
    '{{ xs[0] }}{{ xs[-1] }}{{ xs.1 }}{{ xs[true] }}{{ xs[9] is undefined }}{{ xs["0"] is undefined }}{{ xs.length is undefined }}',
    'acbbTrueTrueTrue',
  ],
  ['{{ s[0] }}{{ s[-1] }}{{ s.length is undefined }}{{ s.toUpperCase is undefined }}', 'ttTrueTrue'],
  ['{{ "😀a"[1] }}{{ "😀a"[0] }}', 'a😀'],
  ['{{ m[0] is escaped }}{{ s[0] is escaped }}', 'TrueFalse'],
  ['{{ (1, 2)[1] }}{{ (1, 2).count(1) }}{{ range(5)[1] }}{{ range(5)[-1] }}', '2114'],
  [
    '{{ (1).real }}{{ (1.5).imag }}{{ (3).numerator }}{{ (3).denominator }}{{ (1).value is undefined }}{{ (1.0).value is undefined }}',
    '10.031TrueTrue',
  ],
  ['{{ date.getTime() }}', '0'],
  ['{{ none.x is undefined }}{{ true.x is undefined }}', 'TrueTrue'],
  ['{{ nope.x }}', '!UndefinedError'],
  ['{{ nope["x"] }}', '!UndefinedError'],
  ['{{ d.keys }}', '<function keys>'],
]

t.test('names and items are looked up as in Jinja', (t) => {
  for (const [source, output] of CASES) t.equal(renderOf(source, CONTEXT), output, source)
  t.end()
})

t.test('what leads from a value to its class and from there to everything is undefined', (t) => {
  const values = [
    'd',
    'user',
    'form',
    'map',
    'xs',
    's',
    'm',
    'date',
    'set',
    '1',
    'true',
    '(1, 2)',
    'range(3)',
    'user.greet',
    'd.keys',
    'namespace()',
  ]
  for (const value of values) {
    for (const name of [
      'constructor',
      '__proto__',
      'prototype',
      '__defineGetter__',
      'hasOwnProperty',
      '__lookupGetter__',
    ]) {
      const source = `{{ (${value}).${name} is undefined }}{{ (${value})["${name}"] is undefined }}`
      t.equal(renderOf(source, CONTEXT), 'TrueTrue', source)
    }
  }
  t.end()
})

t.test('own keys with such names are data like any other', (t) => {
  const d = JSON.parse('{"constructor": 1, "__proto__": 2, "toString": 3}') as object
  t.equal(renderOf('{{ d.constructor }}{{ d["__proto__"] }}{{ d.toString }}', { d }), '123')
  t.end()
})

t.test('a polluted Object.prototype is not seen', (t) => {
  const pollution = Object.prototype as unknown as Record<string, unknown>
  pollution['polluted'] = 'x'
  try {
    t.equal(
      renderOf('[{{ {}.polluted }}{{ d.polluted }}{{ d["polluted"] }}{{ user.polluted }}{{ polluted }}]', CONTEXT),
      '[]',
    )
  } finally {
    delete pollution['polluted']
  }
  t.end()
})

t.test('getters throw through', (t) => {
  const value = {
    get broken(): string {
      throw new RangeError('broken')
    },
  }
  t.equal(renderOf('{{ v.broken }}', { v: value }), '!RangeError')
  t.end()
})

t.test('look-ups work from JavaScript', (t) => {
  const environment = new Environment()
  t.equal(getattr(environment, { a: 1 }, 'a'), 1)
  t.equal(getitem(environment, Dict.make([[1, 'x']]), new Float(1)), 'x')
  t.type(getattr(environment, {}, 'a'), Undefined)
  t.match(
    String((getattr(environment, {}, 'a') as Undefined).__undefined_message__),
    "'dict object' has no attribute 'a'",
  )
  t.match(String((getitem(environment, [], 3) as Undefined).__undefined_message__), 'list object has no element 3')
  t.equal(findMethod('a', 'upper')?.call('a'), 'A')
  t.equal(findMethod(Tuple.make([]), 'append'), undefined)
  t.equal(readAttribute({ keys: 1 }, 'nope'), undefined)
  t.equal(readAttribute(new Range(0, 3, 1), 'stop'), 3)
  t.end()
})
