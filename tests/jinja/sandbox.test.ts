import t from 'tap'
import { ImmutableSandboxedEnvironment, Markup, SandboxedEnvironment, SecurityError } from '../../lib/jinja/index.ts'

class Account {
  owner = 'ann'
  _pin = 1234
  get balance(): number {
    return 5
  }
  close(): string {
    return 'closed'
  }
}

const CONTEXT = {
  account: new Account(),
  f: (x: number) => x + 1,
  d: { g: () => 'g', n: 1 },
  map: new Map([['h', () => 'h']]),
  fs: [() => 'i'],
  xs: [1],
  s: 'a b',
  process,
  global: globalThis,
}

function render(source: string, environment = new SandboxedEnvironment()): string {
  return environment.from_string(source).render({ ...CONTEXT, xs: [1], d: { ...CONTEXT.d } })
}

const ALLOWED: [source: string, output: string][] = [
  ['{{ account.owner }} {{ account.balance }} {{ account["owner"] }}', 'ann 5 ann'],
  ['{{ f(1) }} {{ d.g() }} {{ map.h() }} {{ fs[0]() }}', '2 g h i'],
  ['{{ s.upper() }} {{ s|title }} {{ xs.append(2) }} {{ d.items()|length }}', 'A B A B None 2'],
  [
    '{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(1) }}{% for x in xs %}{{ loop.index }}{{ loop.cycle("a") }}{% endfor %}',
    '<1>1a',
  ],
  ['{% set n = namespace(a=1) %}{{ n.a }}{{ cycler("x").next() }}{{ joiner()() }}{{ dict(a=1).a }}', '1x1'],
  [
    '{{ range(3)|list }} {{ "{0} {1.owner}".format(1, account) }} {{ "{a}".format_map({"a": 2}) }}',
    '[0, 1, 2] 1 ann 2',
  ],
  ['{% block b %}{{ self is defined }}{% endblock %}{{ "x"|attr("upper")() }}', 'TrueX'],
  ['{{ [1, 2]|map("string")|join }}{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}c{% endcall %}', '12c'],
]

t.test('a template reads data and calls what it was handed', (t) => {
  for (const [source, output] of ALLOWED) t.equal(render(source), output, source)
  t.end()
})

const REFUSED: string[] = [
  '{{ account.close() }}',
  '{{ account["close"]() }}',
  '{{ (account|attr("close"))() }}',
  '{% set c = account.close %}{{ c() }}',
  '{{ account._pin + 1 }}',
  '{{ process.exit(1) }}',
  '{{ process.mainModule.require("fs") }}',
  '{{ global.eval("1") }}',
  '{{ global["Function"]("return 1")() }}',
  '{{ f.call(1) }}',
  '{{ f.constructor("return 1")() }}',
  '{{ s.constructor("x") }}',
  '{{ "{0.close.x}".format(account) }}',
  '{{ "{0._pin.x}".format(account) }}',
  '{{ [account]|map(attribute="close")|first()() }}',
]

function refusal(source: string): string {
  try {
    return render(source)
  } catch (error) {
    return (error as Error).name
  }
}

t.test('it reaches no methods of objects and nothing private', (t) => {
  for (const source of REFUSED) {
    t.match(refusal(source), /^(?:SecurityError|UndefinedError|TypeError)$/, source)
  }
  t.equal(render('[{{ account.close }}{{ account._pin }}{{ global.eval }}]'), '[]', 'to print it gives nothing')
  t.throws(() => render('{{ account.close() }}'), {
    name: 'SecurityError',
    message: /may not read 'close' of a 'Account' object/,
  })
  t.end()
})

t.test('functions can be marked as unsafe', (t) => {
  const f = Object.assign(() => 1, { unsafe_callable: true })
  const g = Object.assign(() => 1, { alters_data: true })
  const environment = new SandboxedEnvironment()
  for (const fn of [f, g]) {
    t.throws(() => environment.from_string('{{ fn() }}').render({ fn }), {
      name: 'SecurityError',
      message: /may not call <function/,
    })
  }
  t.end()
})

t.test('ranges are bounded', (t) => {
  t.throws(() => render('{{ range(100001) }}'), {
    name: 'OverflowError',
    message: /at most 100000 numbers in a sandbox, not 100001/,
  })
  t.equal(render('{{ range(100000)|length }}'), '100000')
  t.end()
})

t.test('the rules can be others', (t) => {
  class Lenient extends SandboxedEnvironment {
    override is_safe_attribute(obj: unknown, attr: string, value: unknown): boolean {
      return (obj instanceof Account && attr === 'close') || super.is_safe_attribute(obj, attr, value)
    }
  }
  t.equal(render('{{ account.close() }}', new Lenient()), 'closed')
  class Strict extends SandboxedEnvironment {
    override is_safe_callable(): boolean {
      return false
    }
  }
  t.throws(() => render('{{ f(1) }}', new Strict()), SecurityError)
  t.end()
})

t.test('an immutable sandbox lets templates change nothing', (t) => {
  const environment = new ImmutableSandboxedEnvironment({ autoescape: true })
  for (const source of [
    '{{ xs.append(2) }}',
    '{{ xs.clear() }}',
    '{{ d.update({"a": 1}) }}',
    '{{ d.pop("n") }}',
    '{{ xs.sort() }}',
  ]) {
    t.throws(() => render(source, environment), SecurityError, source)
  }
  t.equal(render('{{ xs.index(1) }}{{ d.get("n") }}{{ xs|sort|first }}{{ "<" }}', environment), '011&lt;')
  t.equal(environment.from_string('{{ m.upper() }}').render({ m: new Markup('<b>') }), '<B>')
  t.end()
})
