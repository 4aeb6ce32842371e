import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { Flagon, make_response, Response, request, timedelta } from '../../lib/index.ts'
import { URLSafeTimedSerializer } from '../../lib/signing/url-safe.ts'
import { readSignedCookie, type SignedCookieOptions, signCookie } from '../../lib/wrappers/signed-cookies.ts'
import { releaseClock, setClock, T0 } from '../support/cookie-app.ts'
import { HOW_TO_GET_PYTHON, python } from '../support/python.ts'

const SECRET = 'a secret of more than thirty-two bytes'
const owner = { secret_key: SECRET, config: {} }
const VALUES = [
  'ann',
  '',
  'tea; 茶 "quoted"',
  '😀',
  0,
  -1.5,
  true,
  null,
  [1, 'two', [3]],
  { id: 5, name: 'ann', nested: { a: [] } },
  'ab'.repeat(1000),
]

function makeApp(): Flagon {
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = SECRET
  return app
}

t.test('a value that is set comes back with the next request, of the same type', async (t) => {
  const app = makeApp()
  let value: unknown
  let seen: unknown
  app.get('/set', () => {
    const response = make_response('set')
    response.set_signed_cookie('account', value, { httponly: true, max_age: 60 })
    return response
  })
  app.get('/get', () => {
    seen = request.get_signed_cookie('account')
    return 'got'
  })
  const client = app.test_client()
  for (value of VALUES) {
    const header = (await client.get('/set')).headers.get('Set-Cookie')
    t.match(header, /^account=[\w.-]+; Expires=.*; Max-Age=60; HttpOnly; Path=\/$/)
    await client.get('/get')
    t.same(seen, value)
  }
})

t.test('it can be set by a hook, a response made by hand and a response of an error handler', async (t) => {
  const app = makeApp()
  const mark = (response: Response, value: string): Response => {
    response.set_signed_cookie('mark', value)
    return response
  }
  app.get('/view', () => mark(new Response('x'), 'view'))
  app.get('/later', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    return mark(new Response('x'), 'later')
  })
  app.get('/hook', () => 'x')
  app.errorhandler(404)(() => mark(new Response('gone', { status: 404 }), 'handler'))
  app.after_request((response) => (request.path === '/hook' ? mark(response, 'hook') : response))
  app.get('/read', () => request.get_signed_cookie<string>('mark') ?? 'none')
  const client = app.test_client()
  for (const [path, value] of Object.entries({ view: 'view', later: 'later', hook: 'hook', nowhere: 'handler' })) {
    await client.get(`/${path}`)
    t.equal((await client.get('/read')).text, value)
  }
})

t.test('what is missing, forged, from another name or too old is undefined, or the default', async (t) => {
  const app = makeApp()
  const read = (cookie: string, options?: SignedCookieOptions<string>): unknown =>
    app
      .test_request_context('/', { headers: { Cookie: cookie } })
      .run(() => request.get_signed_cookie('account', options))
  setClock(T0)
  t.teardown(releaseClock)
  const token = signCookie(owner, 'account', 'ann')
  t.equal(read(`account=${token}`), 'ann')
  const forged = Buffer.from('"admin"').toString('base64url') + token.slice(token.indexOf('.'))
  for (const bad of [
    '',
    'account=',
    'account=ann',
    `account=${forged}`,
    `account=x${token}`,
    'account=..',
    'account=.A.B.C',
  ]) {
    t.equal(read(bad), undefined, bad)
    t.equal(read(bad, { default: 'nobody' }), 'nobody')
  }
  t.equal(read(`account=${signCookie(owner, 'other', 'ann')}`), undefined, 'pasted under another name')
  t.equal(read(`account=${signCookie({ ...owner, secret_key: 'other' }, 'account', 'ann')}`), undefined)
  setClock(T0 + 60)
  for (const max_age of [60, timedelta({ minutes: 1 }), null, undefined])
    t.equal(read(`account=${token}`, { max_age }), 'ann')
  setClock(T0 + 61)
  for (const max_age of [60, 0, -1, timedelta({ minutes: 1 })])
    t.equal(read(`account=${token}`, { max_age }), undefined)
  t.equal(read(`account=${token}`), 'ann', 'without max_age it never ends')
  setClock(T0 - 1)
  t.equal(read(`account=${token}`, { max_age: 60 }), undefined, 'from the future')
})

t.test('of two cookies with the name the first counts', async (t) => {
  const [first, second] = ['a', 'b'].map((value) => `account=${signCookie(owner, 'account', value)}`)
  const read = (header: string): unknown =>
    makeApp()
      .test_request_context('/', { headers: { Cookie: header } })
      .run(() => request.get_signed_cookie('account'))
  t.equal(read(`${first}; ${second}`), 'a')
  t.equal(read(`account=x; ${second}`), undefined)
})

t.test('every bit of it counts', async (t) => {
  const token = signCookie(owner, 'account', { id: 5 })
  const accepted: number[] = []
  // The last character has two spare bits, which Python ignores too.
  for (let bit = 0; bit < (token.length - 1) * 8; bit += 1) {
    const bytes = Buffer.from(token, 'latin1')
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    if (readSignedCookie(owner, 'account', bytes.toString('latin1'), undefined) !== undefined) accepted.push(bit)
  }
  t.same(accepted, [])
})

t.test('the newest key signs, older ones verify', async (t) => {
  const config = { SECRET_KEY_FALLBACKS: ['old1', 'old2', ''] }
  const sign = (secret_key: string): string => signCookie({ secret_key, config: {} }, 'a', secret_key)
  const read = (token: string): unknown => readSignedCookie({ secret_key: 'new', config }, 'a', token, undefined)
  t.same(['old1', 'old2', 'new', 'older'].map(sign).map(read), ['old1', 'old2', 'new', undefined])
  const fresh = signCookie({ secret_key: 'new', config }, 'a', 1)
  t.equal(readSignedCookie({ secret_key: 'new', config: {} }, 'a', fresh, undefined), 1)
  const empty = new URLSafeTimedSerializer('', 'cookie:a').dumps('forged')
  t.equal(read(empty), undefined, 'nobody signs with an empty key')
})

t.test('misuse says what to do', async (t) => {
  const app = makeApp()
  for (const value of [undefined, () => 1, Symbol('x')]) t.throws(() => signCookie(owner, 'a', value), TypeError)
  t.throws(() => readSignedCookie(owner, 'a', undefined, Number.NaN), RangeError)
  t.throws(() => new Response('x').set_signed_cookie('a', 1), {
    code: 'OUTSIDE_CONTEXT',
    message: /set_signed_cookie\('a'\)/,
  })
  app.app_context().run(() => t.throws(() => new Response('x').set_signed_cookie('a b', 1), TypeError))
  app.config.SECRET_KEY = null
  const missing = { code: 'COOKIE_NO_SECRET', message: /'a'.*app\.config\.SECRET_KEY/ }
  app.test_request_context('/').run(() => {
    t.throws(() => new Response('x').set_signed_cookie('a', 1), missing)
    t.throws(() => request.get_signed_cookie('a'), missing)
  })
})

t.test('names of the prototype are names and keys like any other', async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    t.equal(readSignedCookie(owner, name, signCookie(owner, name, 'x'), undefined), 'x')
  }
  const value = readSignedCookie(
    owner,
    'a',
    signCookie(owner, 'a', JSON.parse('{"__proto__":{"polluted":1}}')),
    undefined,
  )
  t.ok(Object.hasOwn(value as object, '__proto__'))
  t.equal(Reflect.get({}, 'polluted'), undefined)
})

const command = python()
const isRequired = process.env['CI'] === 'true'
const skip = command === undefined && !isRequired ? `no Python with Flask; to have one: ${HOW_TO_GET_PYTHON}` : false

t.test('itsdangerous reads what was set, and what it made is read', { skip }, async (t) => {
  if (command === undefined) return t.fail(`CI needs a Python with Flask: ${HOW_TO_GET_PYTHON}`)
  const script = fileURLToPath(new URL('../support/signed_cookies.py', import.meta.url))
  const child = spawn(command, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const ask = async (question: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify({ secret: SECRET, name: 'account', ...question })}\n`)
    return JSON.parse((await lines.next()).value)
  }
  for (const value of VALUES) {
    t.same(await ask({ token: signCookie(owner, 'account', value) }), JSON.parse(JSON.stringify(value)))
    t.same(readSignedCookie(owner, 'account', String(await ask({ value })), 3600), JSON.parse(JSON.stringify(value)))
  }
  child.stdin.end()
})
