import t from 'tap'
import { adviceFor } from '../../lib/debug/causes.ts'
import {
  type Context,
  Flagon,
  flash,
  g,
  make_response,
  render_template,
  render_template_string,
  request,
  session,
  url_for,
} from '../../lib/index.ts'

/** What is advised about the error that a view fails with. */
async function adviceOn(view: () => unknown, prepare?: (app: Flagon) => void, init: object = {}): Promise<string> {
  const app = new Flagon(import.meta.url)
  app.debug = true
  app.logger.disabled = true
  let advice = ''
  app.log_exception = (error) => {
    if (seen !== undefined) advice = adviceFor([error], seen).join('\n')
  }
  let seen: Context | undefined
  const handle = app.full_dispatch_request
  app.full_dispatch_request = (context) => {
    seen = context
    return handle.call(app, context)
  }
  prepare?.(app)
  app.get('/cart', { endpoint: 'cart' }, () => 'x')
  app.get('/checkout', { endpoint: 'checkout' }, () => 'x')
  app.route('/', { methods: ['GET', 'POST'], endpoint: 'index' })(view as () => string)
  await app
    .test_client()
    .open('/', init)
    .catch(() => undefined)
  return advice
}

const withKey = (app: Flagon) => {
  app.config.SECRET_KEY = 'a key of thirty-two bytes at least'
}

t.test('each cause that is known gets a sentence on what to do', async (t) => {
  const CASES: [
    name: string,
    view: () => unknown,
    advice: RegExp,
    prepare?: ((app: Flagon) => void) | undefined,
    init?: object,
  ][] = [
    ['a session without a key', () => session.set('a', 1), /flagon secret.*SECRET_KEY = process\.env/],
    ['flash without a key', () => flash('x'), /flagon secret/],
    [
      'a session too large for its cookie',
      () => {
        session.set('a', Array.from({ length: 3000 }, () => Math.random()).join())
        return 'x'
      },
      /4,096 bytes.*flagon\/session/,
      withKey,
    ],
    [
      'a session that is empty as its cookie is sent over https only',
      () => (session.get('user') as { name: string }).name,
      /SESSION_COOKIE_SECURE is set/,
      (app) => {
        withKey(app)
        app.config.SESSION_COOKIE_SECURE = true
      },
    ],
    ['an endpoint that is near another', () => url_for('chekout'), /no endpoint 'chekout'\. The nearest: 'checkout'/],
    ['an endpoint that is near none', () => url_for('zzz'), /no endpoint 'zzz'\. An endpoint is/],
    [
      'a form field that is missing',
      () => request.form.require('email'),
      /no 'email'.*form 'emial', 'name'; files none; query 'q'\. Perhaps 'emial' was meant/,
      undefined,
      { method: 'POST', data: { emial: 'x', name: 'y' }, query_string: { q: '1' } },
    ],
    [
      'a form field of JSON',
      () => request.form.require('email'),
      /The body is JSON: read it from request\.json/,
      undefined,
      { method: 'POST', json: { email: 'x' } },
    ],
    ['a template that is missing', () => render_template('idnex.html'), /Looked for 'idnex\.html' in '.*templates'/],
    ['an attribute that is undefined', () => render_template_string('{{ a.b.c }}'), /is defined/],
    ['a view that returned nothing', () => undefined, /branch without a return/],
    ['a name of the session itself', () => Object.assign(session, { items: 1 }), /\.set\('name', value\)/, withKey],
    [
      'what is no error',
      () => {
        throw 'text'
      },
      /Throw an Error/,
    ],
  ]
  for (const [name, view, advice, prepare, init] of CASES) t.match(await adviceOn(view, prepare, init), advice, name)
})

t.test('a context that is missing', async (t) => {
  const app = new Flagon(import.meta.url)
  let error: unknown
  try {
    g.get('x')
  } catch (failure) {
    error = failure
  }
  t.match(adviceFor([error], app.app_context()), [/copy_current_request_context/])
})

t.test('an error of no known cause gets none, and one cause in a chain one sentence', async (t) => {
  t.equal(await adviceOn(() => Reflect.get(undefined as unknown as object, 'x')), '')
  t.equal(await adviceOn(() => make_response('x', 'no status' as never).status), '')
  const context = new Flagon(import.meta.url).app_context()
  t.same(adviceFor(['a', 'b', new Error('x')], context).length, 1)
})
