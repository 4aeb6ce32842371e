import t from 'tap'
import { HELPERS } from '../../../lib/jinja/compiler/helpers.ts'
import { Environment } from '../../../lib/jinja/index.ts'

t.test('each helper is named once', (t) => {
  t.equal(new Set(HELPERS).size, HELPERS.length)
  t.end()
})

t.test('generated code takes nothing from its surroundings but these', (t) => {
  const source =
    "{% extends 'a' %}{% import 'b' as b %}{% macro m(x=1) %}{{ caller() }}{{ x|upper }}{% endmacro %}{% for x in y recursive %}" +
    "{{ loop(x) }}{% include 'c' %}{% endfor %}{% call m() %}{{ a.b[1] ~ c(d=1) }}{% endcall %}{% block t %}{{ super() }}{% endblock %}"
  for (const mode of ['render', 'generate', 'render_async', 'generate_async'] as const) {
    const code = new Environment().from_string(source).code(mode)
    t.match(code.split('\n')[1], /^const \{ .* \} = rt;$/)
    for (const name of ['process', 'require', 'globalThis', 'import', 'eval', 'Function']) {
      t.notMatch(code, new RegExp(`\\b${name}\\b`), name)
    }
  }
  t.end()
})
