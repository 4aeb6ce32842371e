import t from 'tap'
import { HIDDEN, Secrets } from '../../lib/debug/secrets.ts'
import { showNamed, showValue } from '../../lib/debug/show-value.ts'

const secrets = new Secrets(['the-inner-value'])

t.test('a value is shown as code would write it, without its secrets', async (t) => {
  class User {
    name = 'ann'
    password_hash = 'x'
    #hidden = 1
    get broken(): number {
      return this.#hidden
    }
  }
  const VALUES: [value: unknown, text: string][] = [
    ['a the-inner-value b', `a ${HIDDEN} b`],
    [7, '7'],
    [7n, '7n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [
      { a: [1, 'x'], token: 'y', on: { password: null } },
      `{ a: [ 1, 'x' ], token: ${HIDDEN}, on: { password: null } }`,
    ],
    [new User(), `User { name: 'ann', password_hash: ${HIDDEN} }`],
    [new Map([['key', 1]]), `Map(1) { 'key' => ${HIDDEN} }`],
    [new Set(['the-inner-value']), `Set(1) { '${HIDDEN}' }`],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [Buffer.from('abc'), '<3 bytes>'],
    [function view() {}, '[function view]'],
    [{ 'the-inner-value': 1 }, `{ '${HIDDEN}': 1 }`],
  ]
  for (const [value, text] of VALUES) t.equal(showValue(value, secrets), text)
})

t.test('under a name that says so a value is hidden, unless it is unset or on or off', async (t) => {
  t.equal(showNamed('password', 'x', secrets), HIDDEN)
  t.equal(showNamed('password', 7, secrets), HIDDEN)
  t.equal(showNamed('SECRET_KEY', null, secrets), 'null')
  t.equal(showNamed('token', true, secrets), 'true')
  t.equal(showNamed('name', 'x', secrets), 'x')
})

t.test('no code of a value is run, and whatever it is, there is a text', async (t) => {
  let ran = 0
  const trap = {
    get x(): number {
      return ran++
    },
    toString: () => String(ran++),
    toJSON: () => ran++,
    [Symbol.for('nodejs.util.inspect.custom')]: () => String(ran++),
  }
  t.match(showValue(trap, secrets), /x: \[getter\]/)
  t.match(showValue({ deep: trap }, secrets), /deep/)
  t.equal(ran, 0)
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  for (const value of [
    proxy,
    { proxy },
    circular,
    Object.create(null),
    Symbol('s'),
    new Error('x'),
    /x/g,
    Number.NaN,
  ]) {
    t.type(showValue(value, secrets), 'string')
  }
  t.equal(showValue(circular, secrets), '{ self: [circular] }')
})

t.test('what is long, deep or many is cut', async (t) => {
  t.match(showValue('x'.repeat(5000), secrets), /^x{2000}… \(3000 more characters\)$/)
  t.match(
    showValue(
      Array.from({ length: 60 }, () => 1),
      secrets,
    ),
    /… 10 more/,
  )
  t.match(showValue({ a: { b: { c: { d: { e: 1 } } } } }, secrets), /d: Object \{…\}/)
})
