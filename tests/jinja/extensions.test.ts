import t from 'tap'
import { doExtension, findExtension, loopControls } from '../../lib/jinja/extensions.ts'
import { Environment, type Extension } from '../../lib/jinja/index.ts'

t.test('do evaluates without printing', (t) => {
  const environment = new Environment({ extensions: ['do'] })
  t.equal(environment.from_string('{% do xs.append(3) %}{{ xs }}{% do 1, 2 %}').render({ xs: [1] }), '[1, 3]')
  t.throws(() => new Environment().from_string('{% do 1 %}'), /'do' is no tag/)
  t.end()
})

t.test('break and continue act on the innermost loop', (t) => {
  const environment = new Environment({ extensions: ['loopcontrols'] })
  const cases: [source: string, output: string][] = [
    ['{% for x in [1, 2, 3] %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% endfor %}', '1'],
    ['{% for x in [1, 2, 3] %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% endfor %}', '13'],
    ['{% for x in [1, 2] %}{% for y in [1, 2] %}{% break %}{% endfor %}{{ x }}{% endfor %}', '12'],
    ['{% for x in [1, 2, 3] %}{{ loop.index }}{% if loop.index == 2 %}{% break %}{% endif %}{% endfor %}', '12'],
    ['{% for x in [1, 2] recursive %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% endfor %}', '1'],
  ]
  for (const [source, output] of cases) t.equal(environment.from_string(source).render(), output, source)
  for (const word of ['break', 'continue']) {
    t.throws(() => environment.from_string(`{% ${word} %}`), new RegExp(`'${word}' outside loop`))
    t.throws(() => environment.from_string(`{% for x in y %}{% macro m() %}{% ${word} %}{% endmacro %}{% endfor %}`))
  }
  t.end()
})

t.test('extensions are known by their short names and by those of Python', (t) => {
  for (const name of ['do', 'jinja2.ext.do']) t.equal(findExtension(name), doExtension)
  for (const name of ['loopcontrols', 'jinja2.ext.loopcontrols']) t.equal(findExtension(name), loopControls)
  t.throws(() => findExtension('i18n'), /no extension 'i18n'/)
  t.end()
})

t.test("an extension of one's own adds tags, filters, tests and globals", (t) => {
  const shout: Extension = {
    tags: {
      shout(parser) {
        const { line } = parser.stream.next()
        const filter = { name: 'loud', args: [], kwargs: [], spread: undefined, spreadKeywords: undefined } as const
        const chain = { type: 'Filter' as const, node: undefined, ...filter, args: [], kwargs: [], line }
        return { type: 'FilterBlock', filter: chain, body: parser.parseStatements(['endshout'], true), line }
      },
    },
    filters: { loud: (text: unknown) => `${String(text).toUpperCase()}!` },
    tests: { loud: (text: string) => text.endsWith('!') },
    globals: { volume: 11 },
  }
  const environment = new Environment({ extensions: [shout] })
  t.equal(environment.from_string('{% shout %}a{{ volume }}{% endshout %} {{ "x!" is loud }}').render(), 'A11! True')
  const late = new Environment()
  late.add_extension('do')
  t.equal(late.from_string('{% do 1 %}x').render(), 'x')
  t.end()
})
