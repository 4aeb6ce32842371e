import t from 'tap'
import {
  ChainableUndefined,
  DebugUndefined,
  Environment,
  make_logging_undefined,
  StrictUndefined,
  Undefined,
  type UndefinedClass,
  UndefinedError,
} from '../../lib/jinja/index.ts'
import { renderOf } from '../support/jinja-answers.ts'

/** What each class makes of the same templates. */
const CASES: [source: string, plain: string, chainable: string, debug: string, strict: string][] = [
  ['{{ x }}', '', '', '{{ x }}', '!UndefinedError'],
  ['{{ d.x }}', '', '', "{{ no such element: dict object['x'] }}", '!UndefinedError'],
  ['{{ x.y }}', '!UndefinedError', '', '!UndefinedError', '!UndefinedError'],
  ['{{ x.y.z["a"] }}', '!UndefinedError', '', '!UndefinedError', '!UndefinedError'],
  ['{{ x() }}', '!UndefinedError', '!UndefinedError', '!UndefinedError', '!UndefinedError'],
  ['{{ x + 1 }}', '!UndefinedError', '!UndefinedError', '!UndefinedError', '!UndefinedError'],
  ['{{ 1 < x }}', '!UndefinedError', '!UndefinedError', '!UndefinedError', '!UndefinedError'],
  ['{{ "a" if x else "b" }}', 'b', 'b', 'b', '!UndefinedError'],
  ['{{ x == y }}', 'True', 'True', 'True', '!UndefinedError'],
  ['{{ x == none }}', 'False', 'False', 'False', '!UndefinedError'],
  ['{% for a in x %}a{% else %}none{% endfor %}', 'none', 'none', 'none', '!UndefinedError'],
  ['{{ x|length }}', '0', '0', '0', '!UndefinedError'],
  ['{{ 1 in x }}', 'False', 'False', 'False', '!UndefinedError'],
  ['{{ x is defined }}{{ x|default("d") }}', 'Falsed', 'Falsed', 'Falsed', 'Falsed'],
  ['{{ [x] }}', '[Undefined]', '[Undefined]', '[Undefined]', '[Undefined]'],
  ['{{ x ~ "a" }}', 'a', 'a', '{{ x }}a', '!UndefinedError'],
  ['{{ {x: 1}[y] }}', '1', '1', '1', '!UndefinedError'],
]

t.test('the classes differ in what they let through', (t) => {
  const classes: UndefinedClass[] = [Undefined, ChainableUndefined, DebugUndefined, StrictUndefined]
  for (const [source, ...outputs] of CASES) {
    if (source.startsWith('{{ {x')) continue
    classes.forEach((undefinedClass, index) => {
      t.equal(
        renderOf(source, { d: {} }, { undefined: undefinedClass }),
        outputs[index],
        `${undefinedClass.name} ${source}`,
      )
    })
  }
  t.equal(renderOf('{{ {x: 1}[y] }}'), '1')
  t.end()
})

const MESSAGES: [source: string, message: string][] = [
  ['{{ x.y }}', "'x' is undefined"],
  ['{{ d.x.y }}', "'dict object' has no attribute 'x'"],
  ['{{ s.x.y }}', "'str object' has no attribute 'x'"],
  ['{{ xs[3].y }}', 'list object has no element 3'],
  ['{{ none.x.y }}', "'NoneType object' has no attribute 'x'"],
  ['{% macro m(a) %}{{ a.b }}{% endmacro %}{{ m() }}', "parameter 'a' was not provided"],
  ['{{ ([]|first).x }}', 'there is no first item: the sequence is empty'],
]

t.test('the error says what is missing', (t) => {
  for (const [source, message] of MESSAGES) {
    t.throws(
      () => new Environment().from_string(source).render({ d: {}, s: '', xs: [] }),
      { name: 'UndefinedError', message },
      source,
    )
  }
  t.end()
})

t.test('an undefined value can be made and used from JavaScript', (t) => {
  const value = new Undefined({ name: 'x' })
  t.equal(String(value), '')
  t.equal(value.__undefined_name__, 'x')
  t.throws(() => value.fail(), UndefinedError)
  t.throws(() => new Undefined({ hint: 'gone', exc: RangeError }).fail(), { name: 'RangeError', message: 'gone' })
  t.equal(String(new DebugUndefined({ hint: 'why' })), '{{ undefined value printed: why }}')
  t.equal(String(new ChainableUndefined({ name: 'x' })), '')
  t.end()
})

t.test('uses of undefined values can be logged', (t) => {
  const log: string[] = []
  const logger = { warning: (text: string) => log.push(`w ${text}`), error: (text: string) => log.push(`e ${text}`) }
  const Logging = make_logging_undefined(logger)
  t.equal(renderOf('{{ a }}{% if b %}{% endif %}{% for x in c %}{% endfor %}', {}, { undefined: Logging }), '')
  t.equal(renderOf('{{ d.e }}', {}, { undefined: Logging }), '!UndefinedError')
  t.same(
    log,
    ['a', 'b', 'c']
      .map((name) => `w Template variable warning: '${name}' is undefined`)
      .concat("e Template variable error: 'd' is undefined"),
  )
  const Both = make_logging_undefined(logger, ChainableUndefined)
  t.equal(renderOf('{{ a.b.c }}', {}, { undefined: Both }), '')
  t.end()
})

t.test("a class of one's own decides what it prints", (t) => {
  class Shouting extends Undefined {
    override __str__(): string {
      return `<${String(this.__undefined_name__)}?>`
    }
  }
  t.equal(renderOf('{{ x }}{{ d.y }}', { d: {} }, { undefined: Shouting }), '<x?><y?>')
  t.equal(renderOf('{{ x }}', {}, { undefined: Shouting, autoescape: true }), '&lt;x?&gt;')
  t.end()
})
