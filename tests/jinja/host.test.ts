import t from 'tap'
import { MultiDict } from '../../lib/http/multi-dict.ts'
import { Environment } from '../../lib/jinja/index.ts'
import { compileReader, makeValues } from '../../lib/routing/values.ts'

/** What Python calls none, JavaScript often leaves undefined. */
class Visit {
  path = '/'
  referrer: string | undefined = undefined

  get blueprint(): string | undefined {
    return undefined
  }

  find(): string | undefined {
    return undefined
  }
}

const EMPTY = new MultiDict()
const FILLED = new MultiDict([
  ['q', '1'],
  ['q', '2'],
  ['n', '3'],
])

function rows(): unknown {
  const read = compileReader([{ name: 'id', converter: undefined as never, isText: true }])
  return read?.(['7'])
}

const CASES: [about: string, source: string, context: Record<string, unknown>, output: string][] = [
  ['a function that gives nothing gives none', '{{ f() }} {{ f() is none }}', { f: () => undefined }, 'None True'],
  ['so does a method', '{{ v.find() }} {{ v.find() or "-" }}', { v: new Visit() }, 'None -'],
  ['a key that is not found is none', '{{ d.get("x") is none }}', { d: FILLED }, 'True'],
  [
    'a member that is there without a value is none',
    '{{ v.referrer }}, {{ v.blueprint }}',
    { v: new Visit() },
    'None, None',
  ],
  ['a member that is not there is undefined', '{{ v.nothing }}{{ v.nothing is defined }}', { v: new Visit() }, 'False'],
  ['a key without a value is undefined', '{{ d.x }}{{ d.x is defined }}', { d: { x: undefined } }, 'False'],
  ['an empty multi-dict is false', '{{ "yes" if d else "no" }}', { d: EMPTY }, 'no'],
  ['one that has something is true', '{{ "yes" if d else "no" }}', { d: FILLED }, 'yes'],
  ['a loop goes through its keys', '{% for key in d %}{{ key }};{% endfor %}', { d: FILLED }, 'q;n;'],
  ['so does list', '{{ d|list|join }}', { d: FILLED }, 'qn'],
  ['items gives its pairs', '{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}', { d: FILLED }, 'q=1;n=3;'],
  ['an object without a prototype is a dict', '{{ d }}{{ d.items()|list|length }}', { d: makeValues() }, '{}0'],
  ['and so are the values of a busy route', '{{ d }} {{ d.items()|list|length }}', { d: rows() }, "{'id': '7'} 1"],
]

for (const [about, source, context, output] of CASES) {
  t.test(about, (t) => {
    t.equal(new Environment().from_string(source).render(context), output)
    t.end()
  })
}
