import t from 'tap'
import { Environment } from '../../lib/jinja/index.ts'
import type { Statement } from '../../lib/jinja/nodes.ts'

function parse(source: string): Statement[] {
  return new Environment({ extensions: ['do', 'loopcontrols'] }).parse(source).body
}

const STATEMENTS: [source: string, node: object][] = [
  [
    '{% for x in y if z recursive %}a{% else %}b{% endfor %}',
    { type: 'For', recursive: true, test: { type: 'Name' }, body: [{}], otherwise: [{}] },
  ],
  [
    '{% for a, (b, c) in y %}{% endfor %}',
    { type: 'For', target: { type: 'Tuple', items: [{ name: 'a', use: 'store' }, { type: 'Tuple' }] } },
  ],
  ['{% if a %}{% elif b %}{% else %}c{% endif %}', { type: 'If', elifs: [{ test: { name: 'b' } }], otherwise: [{}] }],
  ['{% if a: %}b{% endif %}', { type: 'If' }],
  [
    '{% block a scoped required %} {# x #} {% endblock a %}',
    { type: 'Block', name: 'a', scoped: true, required: true },
  ],
  ['{% extends a.b %}', { type: 'Extends', template: { type: 'Getattr' } }],
  ['{% print 1, 2 %}', { type: 'Output', nodes: [{ value: 1 }, { value: 2 }] }],
  [
    '{% macro m(a, b=1) %}{% endmacro %}',
    { type: 'Macro', name: 'm', params: [{ name: 'a' }, { name: 'b' }], defaults: [{ value: 1 }] },
  ],
  ['{% include x %}', { type: 'Include', withContext: true, ignoreMissing: false }],
  ['{% include x ignore missing without context %}', { type: 'Include', withContext: false, ignoreMissing: true }],
  ["{% import 'x' as y with context %}", { type: 'Import', target: 'y', withContext: true }],
  [
    "{% from 'x' import a, b as c without context %}",
    {
      type: 'FromImport',
      names: [
        { name: 'a', alias: 'a' },
        { name: 'b', alias: 'c' },
      ],
      withContext: false,
    },
  ],
  ['{% set a, b = 1, 2 %}', { type: 'Assign', target: { type: 'Tuple' }, value: { type: 'Tuple' } }],
  ['{% set a.b = 1 %}', { type: 'Assign', target: { type: 'NamespaceRef', name: 'a', attr: 'b' } }],
  [
    '{% set a | upper | trim %}x{% endset %}',
    { type: 'AssignBlock', filter: { name: 'trim', node: { name: 'upper', node: undefined } } },
  ],
  ['{% with a = 1, b = 2 %}{% endwith %}', { type: 'With', targets: [{ name: 'a', use: 'param' }, { name: 'b' }] }],
  ['{% autoescape false %}{% endautoescape %}', { type: 'Autoescape', value: { value: false } }],
  [
    '{% call(a, b=1) f(x) %}{% endcall %}',
    { type: 'CallBlock', params: [{ name: 'a' }, { name: 'b' }], call: { type: 'Call' } },
  ],
  ['{% filter a|b(1) %}{% endfilter %}', { type: 'FilterBlock', filter: { name: 'b', node: { name: 'a' } } }],
  ['{% do f() %}', { type: 'ExprStatement' }],
  ['{% for x in y %}{% break %}{% endfor %}', { type: 'For', body: [{ type: 'LoopControl', op: 'break' }] }],
]

t.test('every tag is read', (t) => {
  for (const [source, node] of STATEMENTS) t.match(parse(source)[0], node, source)
  t.end()
})

const ERRORS: [source: string, message: RegExp, line: number][] = [
  ['\n{% nope %}', /'nope' is no tag that can stand here\./, 2],
  ['{% if a %}{% nope %}', /'nope' is no tag.* has to come is 'elif' or 'else' or 'endif'\. 'if' is still open/, 1],
  [
    '{% if a %}{% for b in c %}{% endif %}',
    /nested wrongly: 'endfor' or 'else' has to come first\. 'for' is still open/,
    1,
  ],
  ['{% if a %}\nb', /The template ends too early.* 'elif' or 'else' or 'endif'/, 1],
  ['{% %}', /tag name expected/, 1],
  ['{% for x %}', /'in' has to come here/, 1],
  ['{% for 1 in x %}', /can't assign to 'const'/, 1],
  ['{% set true = 1 %}', /can't assign to 'const'/, 1],
  ["{% set 'a' = 1 %}", /can't assign to 'const'/, 1],
  ['{% macro m(a=1, b) %}', /parameter 'b' needs a default/, 1],
  ['{% macro none() %}', /can't assign to 'none'/, 1],
  ['{% block a-b %}', /a hyphen follows block name 'a': .* underscores/, 1],
  ['{% block a required %}x{% endblock %}', /block 'a' is required, so nothing but comments/, 1],
  ["{% from 'x' import _a %}", /'_a' starts with an underscore, so .* cannot be imported/, 1],
  ["{% from 'x' import %}", /'name' has to come here/, 1],
  ['{% call x %}{% endcall %}', /expected call/, 1],
  ['{% with a %}{% endwith %}', /'=' has to come here/, 1],
  ['{% if a = 1 %}', /'end of statement block' has to come here, not '='/, 1],
  ['{% include "x" without context ignore missing %}', /'end of statement block' has to come here, not 'ignore'/, 1],
]

t.test('what is wrong with a tag is said', (t) => {
  for (const [source, message, lineno] of ERRORS) t.throws(() => parse(source), { message, lineno }, source)
  t.end()
})

t.test('a name with an underscore is refused as an assertion', (t) => {
  t.throws(() => parse("{% from 'x' import _a %}"), { name: 'TemplateAssertionError' })
  t.end()
})
