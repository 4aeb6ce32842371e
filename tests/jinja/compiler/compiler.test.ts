import t from 'tap'
import { compileTemplate } from '../../../lib/jinja/compiler/compiler.ts'
import type { Mode } from '../../../lib/jinja/compiler/writer.ts'
import { Environment } from '../../../lib/jinja/index.ts'

function codeOf(source: string, mode: Mode = 'render'): string {
  const host = new Environment()
  return compileTemplate({
    node: host.parse(source),
    host,
    name: 'page.html',
    filename: undefined,
    autoescape: true,
    mode,
  })
}

t.test('each way to render is another kind of function', (t) => {
  const source = '{% block a %}{% endblock %}'
  const heads: [mode: Mode, head: string][] = [
    ['render', 'root: function (ctx)'],
    ['generate', 'root: function* (ctx)'],
    ['render_async', 'root: async function (ctx)'],
    ['generate_async', 'root: async function* (ctx)'],
  ]
  for (const [mode, head] of heads) {
    const code = codeOf(source, mode)
    t.ok(code.includes(head), mode)
    t.match(code, /\["a"\]: .*function\*? block\(ctx\)|\["a"\]: .*function\*? block \(ctx\)/)
  }
  t.end()
})

t.test('text is put together, and constants are printed beforehand', (t) => {
  const code = codeOf('a{{ 1 }}{{ "<" }}b{{ x }}c')
  t.match(code, '"a1&lt;b"')
  t.equal(code.match(/o \+= /g)?.length, 1, 'one addition for all')
  t.end()
})

t.test('whatever a template contains stays a string in its code', (t) => {
  const hostile = '`${x}` \\ " \' \u2028 */ // </script> \n "); throw 1; ("'
  const environment = new Environment()
  t.equal(environment.from_string(hostile).render(), hostile)
  t.equal(environment.from_string(`{{ ${JSON.stringify(hostile).replaceAll('\\u2028', '\u2028')} }}`).render(), hostile)
  t.equal(environment.from_string(`{{ d['"];throw 1;["'] }}`).render({ d: { '"];throw 1;["': 'k' } }), 'k')
  t.end()
})

t.test('blocks that are defined twice are refused', (t) => {
  t.throws(() => codeOf('{% block a %}{% endblock %}\n{% block a %}{% endblock %}'), {
    name: 'TemplateAssertionError',
    message: /block 'a' defined twice/,
  })
  t.end()
})

t.test('the filters and tests that are used are noted', (t) => {
  const template = new Environment().from_string('{{ x|upper|lower is odd }}{{ y|upper }}')
  t.same(
    template.variant('render').uses.map(([kind, name]) => `${kind} ${name}`),
    ['filters upper', 'filters lower', 'tests odd'],
  )
  t.end()
})
