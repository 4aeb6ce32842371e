import t from 'tap'
import { EndOfTemplate } from '../../../lib/jinja/compiler/targets.ts'
import { DictLoader, Environment } from '../../../lib/jinja/index.ts'
import { renderOf } from '../../support/jinja-answers.ts'

t.test('names set at the top level, in if too, are exported; names with an underscore and imports are not', (t) => {
  const files = {
    lib: "{% set a = 1 %}{% set _b = 2 %}{% if 1 %}{% set c = 3 %}{% endif %}{% for x in [1] %}{% set d = 4 %}{% endfor %}{% macro m() %}{% endmacro %}{% import 'o' as o %}{% from 'o' import p %}{% set e, (f, g) = 1, [2, 3] %}",
    o: '{% set p = 1 %}',
  }
  const { module } = new Environment({ loader: new DictLoader(files) }).get_template('lib')
  t.same(Object.keys(module).sort(), ['a', 'c', 'e', 'f', 'g', 'm'])
  t.end()
})

t.test('a name that was imported over is exported no more', (t) => {
  const files = { lib: "{% set a = 1 %}{% from 'o' import a %}", o: '{% set a = 2 %}' }
  t.same(Object.keys(new Environment({ loader: new DictLoader(files) }).get_template('lib').module), [])
  t.end()
})

t.test('targets that do not fit their values say so', (t) => {
  for (const source of [
    '{% set a, b = 1, 2, 3 %}',
    '{% for a, b in [[1]] %}{% endfor %}',
    '{% with a, b = "x" %}{% endwith %}',
  ]) {
    t.equal(renderOf(source), '!ValueError', source)
  }
  t.equal(renderOf('{% set x.y = 1 %}', { x: {} }), '!TemplateRuntimeError')
  t.type(new EndOfTemplate(), Error)
  t.end()
})
