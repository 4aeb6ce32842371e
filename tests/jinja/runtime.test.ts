import t from 'tap'
import { HELPERS } from '../../lib/jinja/compiler/helpers.ts'
import { DictLoader, Environment, Markup } from '../../lib/jinja/index.ts'
import { renderOf } from '../support/jinja-answers.ts'

t.test('every helper that generated code names is there', (t) => {
  const { runtime } = new Environment()
  for (const name of HELPERS) t.ok(runtime[name] !== undefined, name)
  t.end()
})

const ESCAPED: [source: string, output: string][] = [
  [
    '{{ s }} {{ m }} {{ own }} {{ 1.0 }} {{ none }} {{ [s] }} {{ f }}',
    '&lt; <b> <i> 1.0 None [&#39;&lt;&#39;] &lt;function f&gt;',
  ],
  ['{{ s ~ m }} {{ s ~ 1 }} {{ m ~ none }}', '&lt;<b> &lt;1 <b>None'],
  ['{% filter upper %}{{ s }}{% endfilter %}', '&LT;'],
  ['{% filter length %}x{% endfilter %}', '!TypeError'],
  ['{% set x %}{{ s }}{% endset %}{{ x }}', '&lt;'],
  ['{% set a, b = [1, 2] %}{{ a }}{{ b }}{% set c, (d, e) = 1, "xy" %}{{ e }}', '12y'],
  ['{% set a, b = [1] %}', '!ValueError'],
  ['{% set a, b = [1, 2, 3] %}', '!ValueError'],
  ['{% set a, b = 1 %}', '!TypeError'],
  ["{{ 'abc'['x':] is undefined }}", 'True'],
  ['{{ p }}', '!TemplateRuntimeError'],
]

t.test('values print, join and unpack as in Jinja', (t) => {
  const context = {
    s: '<',
    m: new Markup('<b>'),
    own: { __html__: () => '<i>' },
    f: function f() {},
    p: Promise.resolve(1),
  }
  for (const [source, output] of ESCAPED) t.equal(renderOf(source, context, { autoescape: true }), output, source)
  t.end()
})

const FILES = {
  'page.html': "one\n{% import 'lib.html' as lib %}\n{{ lib.go(f) }}",
  'lib.html': '{% macro go(f) %}\n{{ f() }}\n{% endmacro %}',
}

t.test('an error of a function keeps its class and tells where it passed through templates', (t) => {
  class Broken extends RangeError {}
  const fail = () => {
    throw new Broken('broken')
  }
  try {
    new Environment({ loader: new DictLoader(FILES) }).get_template('page.html').render({ f: fail })
    t.fail('it rendered')
  } catch (error) {
    t.type(error, Broken)
    const { stack, template_frames: frames } = error as Broken & { template_frames: unknown }
    t.same(frames, [
      { template: 'lib.html', line: 2 },
      { template: 'page.html', line: 3 },
    ])
    t.match(stack, /at template \(lib\.html:2\)\n.*at template \(page\.html:3\)/)
    t.notMatch(stack, 'jinja-template:', 'generated code is not shown')
  }
  t.end()
})

t.test('an error that later code throws again keeps its places', async (t) => {
  const fail = async () => {
    await null
    throw new Error('later')
  }
  const template = new Environment().from_string('a\n\n{{ f() }}')
  await t.rejects(template.render_async({ f: fail }), {
    message: 'later',
    template_frames: [{ template: '<template>', line: 3 }],
  })
})

t.test('what is thrown and is no object passes as it is', (t) => {
  const template = new Environment().from_string('{{ f() }}')
  const thrower = (value: unknown) => () => {
    throw value
  }
  for (const value of ['text', undefined, Object.freeze(new Error('frozen'))]) {
    try {
      template.render({ f: thrower(value) })
      t.fail('it rendered')
    } catch (error) {
      t.equal(error, value)
    }
  }
  t.end()
})

t.test('a stack that overflows is a recursion error', (t) => {
  const deep = (n: number): number => deep(n + 1) + 1
  t.throws(() => new Environment().from_string('{{ f(1) }}').render({ f: deep }), { name: 'RecursionError' })
  t.end()
})
