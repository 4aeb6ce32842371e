/** A template with the others it needs and what it is rendered with; the same for Python and for Flagon. */
export interface GeneratedCase {
  files: Record<string, string>
  context: Record<string, unknown>
  options: { trim_blocks?: boolean; lstrip_blocks?: boolean; autoescape?: boolean; keep_trailing_newline?: boolean }
}

/** A small generator of pseudo-random numbers (mulberry32), so that a seed gives the same templates again. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const CONTEXT: Record<string, unknown> = {
  n: 7,
  zero: 0,
  neg: -3,
  f: 2.5,
  s: 'Hello, World',
  html: '<b>"&\'</b>',
  empty: '',
  wide: 'é中😀',
  yes: true,
  no: false,
  nothing: null,
  xs: [3, 1, 2],
  words: ['b', 'A', 'c', 'a'],
  nested: [
    [1, 2],
    [3, [4]],
  ],
  d: { b: 2, a: 1, 'x y': '<' },
  user: { name: 'ann', age: 31, tags: ['x', 'y'], home: { city: 'Oslo' } },
  people: [
    { name: 'bob', age: 25, on: true },
    { name: 'Ann', age: 31, on: false },
    { name: 'cy', age: 25, on: true },
  ],
}

const PARTIALS: Record<string, string> = {
  'part.html': '[{{ s }}{% if x is defined %}|{{ x }}{% endif %}]',
  'macros.html':
    "{% macro field(name, value='', kind='text') %}<i {{ name }}={{ value }} {{ kind }}>{{ caller() if caller }}</i>{% endmacro %}" +
    '{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{% set version = 3 %}',
  'base.html':
    '<t>{% block title %}base{% endblock %}</t>{% block body %}-{% for x in xs %}{% block item scoped %}{{ x }}{% endblock %}{% endfor %}{% endblock %}',
}

type Kind = 'number' | 'text' | 'list' | 'dict' | 'any' | 'boolean'

/** Makes templates that use most of the language, with few errors in them. */
export class TemplateGrammar {
  readonly #random: () => number
  /** Names that a template has set so far, by kind. */
  #names: { name: string; kind: Kind }[] = []
  #count = 0
  #depth = 0

  constructor(random: () => number) {
    this.#random = random
  }

  /** The next template. */
  next(): GeneratedCase {
    this.#names = []
    this.#count = 0
    this.#depth = 0
    const extendsBase = this.#chance(0.15)
    const body = extendsBase ? this.#child() : this.#statements(2 + this.#pick(5))
    const options: GeneratedCase['options'] = {}
    if (this.#chance(0.2)) options.trim_blocks = true
    if (this.#chance(0.2)) options.lstrip_blocks = true
    if (this.#chance(0.2)) options.autoescape = false
    if (this.#chance(0.1)) options.keep_trailing_newline = true
    return { files: { ...PARTIALS, main: body }, context: CONTEXT, options }
  }

  #pick(count: number): number {
    return Math.floor(this.#random() * count)
  }

  #chance(share: number): boolean {
    return this.#random() < share
  }

  #one<T>(items: readonly T[]): T {
    return items[this.#pick(items.length)]!
  }

  #name(kind: Kind): string {
    const name = `v${++this.#count}`
    this.#names.push({ name, kind })
    return name
  }

  #child(): string {
    const blocks = ['title', 'body', 'item'].filter(() => this.#chance(0.6))
    const bodies = blocks.map((name) => {
      const parent = this.#chance(0.4) ? '{{ super() }}' : ''
      return `{% block ${name} %}${parent}${this.#statements(1 + this.#pick(2))}{% endblock %}`
    })
    return `{% extends 'base.html' %}${this.#chance(0.5) ? this.#statement() : ''}${bodies.join(this.#one(['', '\n', 'x']))}`
  }

  #statements(count: number): string {
    let out = ''
    for (let index = 0; index < count; index++)
      out += this.#one(['', ' ', '\n', 'a', '<p> ', '\n  ']) + this.#statement()
    return out
  }

  #tag(text: string): string {
    const open = this.#one(['{%', '{%', '{%', '{%', '{%-', '{%+'])
    const close = this.#one(['%}', '%}', '%}', '%}', '-%}', '+%}'])
    return `${open} ${text} ${close}`
  }

  #output(): string {
    const kind = this.#one<Kind>(['number', 'text', 'text', 'list', 'dict', 'any', 'boolean'])
    return `${this.#one(['{{', '{{', '{{-'])} ${this.#expression(kind, 3)} ${this.#one(['}}', '}}', '-}}'])}`
  }

  /** Statements with a scope of their own: what is set in them is forgotten after. */
  #scoped(build: () => string): string {
    const before = this.#names
    this.#names = [...before]
    const out = build()
    this.#names = before
    return out
  }

  #statement(): string {
    if (this.#depth > 3) return this.#output()
    this.#depth++
    const out = this.#choose()
    this.#depth--
    return out
  }

  #choose(): string {
    const roll = this.#pick(22)
    if (roll < 7) return this.#output()
    if (roll < 9) return this.#if()
    if (roll < 12) return this.#for()
    if (roll < 14) return this.#set()
    if (roll === 14) return this.#with()
    if (roll === 15) return this.#macro()
    if (roll === 16) return this.#filterBlock()
    if (roll === 17) return `{# ${this.#one(['note', '{{ x }}', '\n'])} #}`
    if (roll === 18)
      return this.#one([
        "{% include 'part.html' %}",
        "{% include ['no', 'part.html'] %}",
        "{% include 'no' ignore missing %}",
      ])
    if (roll === 19) return this.#import()
    if (roll === 20) return `{% raw %}{{ ${this.#one(['x', '%}'])} }}{% endraw %}`
    return this.#scoped(
      () => `{% autoescape ${this.#one(['true', 'false', 'yes', 'no'])} %}${this.#statements(1)}{% endautoescape %}`,
    )
  }

  #if(): string {
    let out = `${this.#tag(`if ${this.#expression('any', 2)}`)}${this.#statements(1)}`
    if (this.#chance(0.3)) out += `${this.#tag(`elif ${this.#expression('boolean', 2)}`)}${this.#statements(1)}`
    if (this.#chance(0.5)) out += `${this.#tag('else')}${this.#statements(1)}`
    return out + this.#tag('endif')
  }

  #for(): string {
    return this.#scoped(() => {
      const isPairs = this.#chance(0.25)
      const source = isPairs
        ? this.#one(['d.items()', 'd|dictsort', "people|groupby('age')"])
        : this.#expression('list', 2)
      const target = isPairs ? `${this.#name('any')}, ${this.#name('any')}` : this.#name('any')
      const test = this.#chance(0.2)
        ? ` if ${this.#names.at(-1)!.name} ${this.#one(['is defined', 'is string', 'is number', '!= 2'])}`
        : ''
      const loop = this.#chance(0.5)
        ? `{{ loop.${this.#one(['index', 'index0', 'revindex', 'revindex0', 'first', 'last', 'length', 'depth', "cycle('a', 'b')", 'previtem', 'nextitem', 'changed(1)'])} }}`
        : ''
      const otherwise = this.#chance(0.3) ? `${this.#tag('else')}${this.#statements(1)}` : ''
      return `${this.#tag(`for ${target} in ${source}${test}`)}${loop}${this.#statements(1)}${otherwise}${this.#tag('endfor')}`
    })
  }

  #set(): string {
    const roll = this.#pick(4)
    if (roll === 0) {
      const body = this.#scoped(() => this.#statements(1))
      return `${this.#tag(`set ${this.#name('text')}${this.#one(['', ' | upper', " | replace('a', 'b')"])}`)}${body}${this.#tag('endset')}`
    }
    if (roll === 1) {
      const pair = `${this.#expression('number', 1)}, ${this.#expression('text', 1)}`
      return this.#tag(`set ${this.#name('number')}, ${this.#name('text')} = ${pair}`)
    }
    const kind = this.#one<Kind>(['number', 'text', 'list', 'dict', 'any'])
    const value = this.#expression(kind, 2)
    return this.#tag(`set ${this.#name(kind)} = ${value}`)
  }

  #with(): string {
    return this.#scoped(() => {
      const value = this.#expression('number', 2)
      return `${this.#tag(`with ${this.#name('number')} = ${value}`)}${this.#statements(1)}${this.#tag('endwith')}`
    })
  }

  #macro(): string {
    const name = `m${++this.#count}`
    const call = this.#one([
      `{{ ${name}(1) }}`,
      `{{ ${name}('<', b=2) }}`,
      `{{ ${name}(b=[1]) }}`,
      `{% call ${name}(1) %}<c>{% endcall %}`,
    ])
    const body = this.#scoped(() => {
      this.#names.push({ name: 'p', kind: 'any' }, { name: 'b', kind: 'any' })
      return this.#statements(1)
    })
    return `{% macro ${name}(p, b='z') %}(${body}{{ caller() if caller }}){% endmacro %}${call}`
  }

  #filterBlock(): string {
    const filter = this.#one([
      'upper',
      'trim',
      "replace('a', '<')",
      'indent(2)',
      'title',
      'striptags',
      'truncate(9)',
      'escape',
    ])
    return `${this.#tag(`filter ${filter}`)}${this.#scoped(() => this.#statements(1))}${this.#tag('endfilter')}`
  }

  #import(): string {
    return this.#one([
      "{% import 'macros.html' as lib %}{{ lib.field('a', html) }}{{ lib.version }}",
      "{% from 'macros.html' import twice, field as f2 %}{{ twice(html) }}{% call f2('q') %}{{ n }}{% endcall %}",
      "{% from 'macros.html' import twice with context %}{{ twice(x=s)|upper }}",
    ])
  }

  #expression(kind: Kind, depth: number): string {
    const known = this.#names.filter((one) => one.kind === kind || kind === 'any')
    if (known.length > 0 && this.#chance(0.3)) return this.#one(known).name
    if (depth <= 0) return this.#leaf(kind)
    const inner = (wanted: Kind) => this.#expression(wanted, depth - 1)
    switch (kind) {
      case 'number':
        return this.#number(inner)
      case 'text':
        return this.#text(inner)
      case 'list':
        return this.#list(inner)
      case 'dict':
        return this.#one([
          this.#leaf('dict'),
          `{'k': ${inner('any')}, 'z': ${inner('number')}}`,
          `dict(a=${inner('any')}, b=1)`,
        ])
      case 'boolean':
        return this.#boolean(inner)
      case 'any':
        return this.#any(inner)
    }
  }

  #leaf(kind: Kind): string {
    const leaves: Record<Kind, readonly string[]> = {
      number: ['n', 'zero', 'neg', 'f', '1', '42', '2.5', '1.0', '0', 'user.age', 'xs[0]', "d['b']", 'xs|length'],
      text: ['s', 'html', 'empty', 'wide', "'lit'", "'<i>'", 'user.name', "d['x y']", 'words[1]', "'a b c'", '"it\'s"'],
      list: ['xs', 'words', '[1, 2]', '[]', "('t', 2)", 'range(3)|list', 'user.tags', 'nested', 'd|list', "'xyz'|list"],
      dict: ['d', 'user', '{}', "{'q': 1}", 'user.home', 'people[0]'],
      boolean: ['yes', 'no', 'true', 'false', 'not no', 'nope is defined', 'n is odd'],
      any: ['nope', 'nothing', 'user.nope', 'none', 'n', 's', 'xs', 'd', 'yes', 'xs[9]', "d['nope']"],
    }
    return this.#one(leaves[kind])
  }

  #number(inner: (kind: Kind) => string): string {
    const roll = this.#pick(9)
    if (roll === 0) return `(${inner('number')} ${this.#one(['+', '-', '*'])} ${inner('number')})`
    if (roll === 1)
      return `(${inner('number')} ${this.#one(['//', '%', '/'])} ${this.#one(['2', '3', '-2', '1.5', '7'])})`
    if (roll === 2) return `(${inner('number')} ** ${this.#one(['2', '0', '3'])})`
    if (roll === 3) return `${inner('list')}|length`
    if (roll === 4)
      return `${inner('number')}|${this.#one(['abs', 'round', 'int', 'float', 'round(1)', "round(1, 'floor')"])}`
    if (roll === 5) return `(${inner('number')} if ${inner('boolean')} else ${inner('number')})`
    if (roll === 6) return `${inner('text')}.${this.#one(["find('l')", "count('a')", "rfind('o')"])}`
    if (roll === 7) return `(-${this.#leaf('number')})`
    return this.#leaf('number')
  }

  #text(inner: (kind: Kind) => string): string {
    const roll = this.#pick(9)
    const filters =
      'upper lower title capitalize trim escape e safe string reverse striptags urlencode center(9) indent(1) forceescape'
        .split(' ')
        .concat([
          "replace('l', '<')",
          "truncate(6, true, '..', 0)",
          'wordwrap(5)',
          "default('d')",
          "join('-')",
          'tojson',
          'wordcount|string',
        ])
    const methods = [
      'upper()',
      'title()',
      "replace('a', 'b')",
      'strip()',
      "center(8, '*')",
      'swapcase()',
      'zfill(4)',
      "split('l')[0]",
      'ljust(5)',
      "partition('o')[2]",
    ]
    if (roll < 3) return `${inner('text')}|${this.#one(filters)}`
    if (roll === 3) return `(${inner('any')} ~ ${inner('any')})`
    if (roll === 4) return `${inner('text')}.${this.#one(methods)}`
    if (roll === 5) return `${inner('text')}${this.#one(['[0:2]', '[1:]', '[::-1]', '[-2:]', '[:3]'])}`
    if (roll === 6) return `${inner('list')}|join(${this.#one(["''", "', '", "'<'"])})`
    if (roll === 7) return `${this.#one(["'%s/%s'|format(", "'{}/{}'.format("])}${inner('any')}, ${inner('number')})`
    return `(${inner('text')} if ${inner('boolean')} else ${inner('text')})`
  }

  #list(inner: (kind: Kind) => string): string {
    const roll = this.#pick(8)
    if (roll === 0) return `[${inner('any')}, ${inner('number')}]`
    if (roll === 1) return `(${this.#one(['[1]', 'xs', 'words'])} + ${this.#one(['[2]', 'xs', '[n, f]'])})`
    if (roll === 2)
      return this.#one([
        'words|sort',
        'xs|sort(reverse=true)',
        'words|unique|list',
        'd|dictsort',
        "people|sort(attribute='age,name')",
        'words|sort(case_sensitive=true)',
      ])
    if (roll === 3)
      return `people|${this.#one(["map(attribute='name')", "selectattr('on')|map(attribute='name')", "rejectattr('age', 'gt', 30)|map(attribute='age')"])}|list`
    if (roll === 4)
      return `${this.#one(['xs', 'range(7)', 'words'])}|${this.#one(['batch(2)', 'slice(2)', "batch(2, 'f')", "map('string')", 'reverse', "select('string')", 'reject'])}|list`
    if (roll === 5) return `${this.#leaf('list')}[${this.#one(['1:', ':2', '::2', '::-1', ':-1'])}]`
    if (roll === 6) return `d.${this.#one(['keys()', 'values()', 'items()'])}|list`
    return `${inner('text')}.split(${this.#one(['', "','", "' ', 1"])})`
  }

  #boolean(inner: (kind: Kind) => string): string {
    const roll = this.#pick(7)
    if (roll === 0) return `(${inner('number')} ${this.#one(['<', '<=', '>', '>=', '==', '!='])} ${inner('number')})`
    if (roll === 1) return `(${inner('any')} ${this.#one(['==', '!='])} ${inner('any')})`
    if (roll === 2) return `(${inner('any')} in ${inner('list')})`
    if (roll === 3) return `(${inner('boolean')} ${this.#one(['and', 'or'])} ${inner('boolean')})`
    if (roll === 4) return `(not ${inner('any')})`
    if (roll === 5)
      return `(${inner('any')} is ${this.#one(['defined', 'undefined', 'none', 'string', 'number', 'mapping', 'iterable', 'boolean', 'sequence', 'not defined', 'escaped'])})`
    return `(1 < ${inner('number')} <= 9)`
  }

  #any(inner: (kind: Kind) => string): string {
    const roll = this.#pick(7)
    if (roll === 0) return `(${inner('any')} ${this.#one(['and', 'or'])} ${inner('any')})`
    if (roll === 1) return `(${inner('any')} if ${inner('boolean')})`
    if (roll === 2) return `${inner('any')}|default(${inner('any')}${this.#one(['', ', true'])})`
    if (roll === 3) return `${inner('list')}|${this.#one(['first', 'last', 'length', 'list'])}`
    if (roll === 4) return `${inner('dict')}.${this.#one(["get('a')", "get('q', 1)", 'a', 'name', 'keys()|list'])}`
    return inner(this.#one<Kind>(['number', 'text', 'list', 'dict', 'boolean']))
  }
}
