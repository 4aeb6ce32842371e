import t from 'tap'
import { freeNames, Scope, usesLoop } from '../../../lib/jinja/compiler/scope.ts'
import { Environment } from '../../../lib/jinja/index.ts'
import type { For, Statement } from '../../../lib/jinja/nodes.ts'
import { renderOf } from '../../support/jinja-answers.ts'

function bodyOf(source: string): Statement[] {
  return new Environment().parse(source).body
}

function sources(source: string, parent?: Scope): Record<string, string> {
  const scope = new Scope(parent)
  scope.analyze(bodyOf(source))
  return Object.fromEntries([...scope.variables()].map(({ name, source: { from } }) => [name, from]))
}

t.test('where a name comes from is known before a template runs', (t) => {
  t.same(sources('{{ a }}'), { a: 'context' })
  t.same(sources('{% set a = 1 %}{{ a }}'), { a: 'nothing' })
  t.same(sources('{{ a }}{% set a = 1 %}'), { a: 'context' })
  t.same(sources('{% if x %}{% set a = 1 %}{% endif %}'), { x: 'context', a: 'context' })
  t.same(sources('{% for x in xs %}{{ y }}{% endfor %}'), { xs: 'context' }, 'a loop has names of its own')
  t.same(sources('{% macro m(a) %}{{ b }}{% endmacro %}'), { m: 'nothing' })
  t.same(sources("{% import 'x' as y %}{% from z import a as b %}"), { y: 'nothing', z: 'context', b: 'nothing' })
  t.same(sources('{% set n.a = 1 %}'), { n: 'context' })
  const outer = new Scope()
  outer.analyze(bodyOf('{% set a = 1 %}'))
  t.same(sources('{{ a }}', outer), {}, 'a name of an outer scope is used as it is')
  t.same(sources('{% set a = 2 %}', outer), { a: 'outer' }, 'until it is set here')
  t.end()
})

t.test('names that are set around a place are seen by what is included there', (t) => {
  const outer = new Scope()
  outer.analyze(bodyOf('{% set a = 1 %}{{ read }}'))
  const inner = new Scope(outer)
  inner.parameter('x')
  t.same([...inner.visible().keys()], ['x', 'a'])
  t.equal(inner.find('a')?.id, 'l0_a')
  t.equal(inner.find('x')?.id, 'l1_x')
  t.ok(inner.stores('x'))
  t.notOk(inner.stores('a'))
  t.end()
})

t.test('names that a body reads without setting them are found', (t) => {
  const free = (source: string, ...names: string[]) => [...freeNames(bodyOf(source), names)]
  t.same(free('{{ caller() }}{{ kwargs }}', 'caller', 'kwargs', 'varargs'), ['caller', 'kwargs'])
  t.same(free('{% set caller = 1 %}{{ caller }}', 'caller'), [])
  t.same(free('{% block b %}{{ self }}{% endblock %}', 'self'), [], 'not inside of blocks')
  t.end()
})

t.test('a loop has its loop object only when something may use it', (t) => {
  const uses = (source: string) => usesLoop(bodyOf(source)[0] as For)
  t.ok(uses('{% for x in y %}{{ loop.index }}{% endfor %}'))
  t.ok(uses('{% for x in y recursive %}{% endfor %}'))
  t.ok(uses('{% for x in y %}{% block b scoped %}{% endblock %}{% endfor %}'))
  t.notOk(uses('{% for x in y %}{{ x }}{% include "i" %}{% endfor %}'))
  t.end()
})

const CASES: [source: string, output: string][] = [
  ['{% set x = 0 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}', '120'],
  ['{% for i in [1, 2] %}{{ x }}{% set x = i %}{{ x }}{% endfor %}', 'c1c2'],
  ['{{ x }}{% if true %}{% set x = 2 %}{% endif %}{{ x }}', 'c2'],
  ['{% if false %}{% set x = 2 %}{% endif %}{{ x }}', 'c'],
  ['{% set y = 1 %}{% macro m() %}{{ y }}{{ x }}{% endmacro %}{% set y = 2 %}{{ m() }}', '2c'],
  ['{% macro m() %}{{ z }}{% endmacro %}{% with z = 1 %}{{ m() }}{% endwith %}', ''],
  ['{% with x = 1, y = x %}{{ x }}{{ y }}{% endwith %}{{ x }}', '1cc'],
  ['{% for x in [1] %}{% endfor %}{{ x }}', 'c'],
  ['{% set x %}{% set x = 5 %}{{ x }}{% endset %}{{ x }}', '5'],
  ['{% block b %}{% set x = 1 %}{% endblock %}{{ x }}', 'c'],
  [
    '{% for i in [1] %}{% block b scoped %}{{ i }}{% endblock %}{% block d %}[{{ i }}]{% endblock %}{% endfor %}',
    '1[]',
  ],
  ['{% set class = 1 %}{% set let = 2 %}{{ class + let }}', '3'],
  ['{% macro m(eval, arguments) %}{{ eval }}{{ arguments }}{% endmacro %}{{ m(1, 2) }}', '12'],
  ['{{ rt }}{{ env }}{{ ctx }}{{ o }}{{ L }}{{ t1 }}{{ fail }}', ''],
]

t.test('templates are scoped as Jinja scopes them', (t) => {
  for (const [source, output] of CASES) t.equal(renderOf(source, { x: 'c' }), output, source)
  t.end()
})
