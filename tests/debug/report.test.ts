import t from 'tap'
import { describeFailure, type FailureReport } from '../../lib/debug/report.ts'
import { HIDDEN } from '../../lib/debug/secrets.ts'
import { type Context, Flagon, g, request, session } from '../../lib/index.ts'

const KEY = 'the-key-of-this-app-which-nobody-may-see'

/** What is told about the error of a view. */
async function reportOf(
  view: () => unknown,
  init: { headers?: Record<string, string>; data?: Record<string, string>; path?: string } = {},
  prepare?: (app: Flagon) => void,
): Promise<{ report: FailureReport; text: string; rows: (title: string) => Record<string, string> | undefined }> {
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = KEY
  app.debug = true
  let report: FailureReport | undefined
  let seen: Context | undefined
  const handle = app.full_dispatch_request
  app.full_dispatch_request = (context) => {
    seen = context
    return handle.call(app, context)
  }
  app.handle_exception = async (error, context = seen as Context) => {
    report = await describeFailure(context, error)
    return app.make_response('x', 500)
  }
  prepare?.(app)
  app.route('/view/<int:id>', { methods: ['GET', 'POST'] })(function show() {
    return view() as string
  })
  const { path = '/view/7', ...rest } = init
  await app.test_client().open(path, { method: rest.data === undefined ? 'GET' : 'POST', ...rest })
  if (report === undefined) throw new Error('the view did not fail')
  const made = report
  const rows = (title: string) => {
    const found = made.sections.find((section) => section.title === title)
    return found === undefined ? undefined : Object.fromEntries(found.rows)
  }
  return { report: made, text: JSON.stringify(made), rows }
}

const fail = (): never => {
  throw new Error('boom')
}

t.test('it is told what was asked, what matched, what ran, and what g and the session hold', async (t) => {
  const { rows } = await reportOf(
    () => {
      session.set('user', 'ann')
      g.set('cart', [1])
      fail()
    },
    { path: '/view/7?q=1' },
    (app) => {
      app.before_request(function load_user() {})
    },
  )
  t.match(rows('Request'), { method: 'GET', URL: /\/view\/7\?q=1$/, id: /./ })
  t.match(rows('Query'), { q: '1' })
  t.match(rows('Route'), { rule: '/view/<int:id>', endpoint: 'show', view: 'show', id: '7', methods: /GET/ })
  t.match(rows('Hooks'), { 'before_request load_user': 'ran' })
  t.match(rows('Session'), { user: 'ann' })
  t.match(rows('g'), { cart: '[ 1 ]' })
  t.match(rows('Config'), { DEBUG: 'true', SECRET_KEY: HIDDEN, SESSION_COOKIE_NAME: 'session' })
})

t.test('a session that was not used is not opened', async (t) => {
  const { rows } = await reportOf(fail, { headers: { Cookie: 'session=x.y.z' } }, (app) => {
    app.session_interface.open_session = () => {
      t.fail('it was opened')
      return null
    }
    Object.defineProperty(app.session_interface, 'prefetch', { value: false })
    app.session_interface.must_save_untouched = () => false
  })
  t.match(rows('Session'), { '': 'not used by this request' })
})

// security 1.8: no secret is on the page, wherever it stands
t.test('secrets are told nowhere', async (t) => {
  const SECRETS = [
    KEY,
    'tok_9f8e7d6c',
    'hunter22',
    'cookie-of-the-session',
    'bearer-credentials',
    'header-key',
    'form-pass',
  ]
  const { text, rows } = await reportOf(
    () => {
      g.set('note', `the key is ${KEY}`)
      g.set('settings', { api_key: 'tok_9f8e7d6c', url: 'redis://:hunter22@host' })
      g.set(KEY, 1)
      const cause = new Error(`token tok_9f8e7d6c of ${request.headers.get('Authorization')}`)
      const error = new Error(`signed with ${KEY}, ${request.headers.get('Cookie')}`, { cause })
      throw Object.assign(error, {
        headers: { authorization: 'bearer-credentials' },
        at: `/x?password=form-pass`,
        key: KEY,
      })
    },
    {
      path: '/view/7?token=tok_9f8e7d6c',
      headers: {
        Cookie: 'session=cookie-of-the-session; theme=dark',
        Authorization: 'Bearer bearer-credentials',
        'X-Api-Key': 'header-key',
        'X-Note': `see ${KEY}`,
        Referer: 'http://localhost/?access_token=tok_9f8e7d6c',
      },
      data: { password: 'form-pass', name: 'ann' },
    },
    (app) => {
      app.config['API_TOKEN'] = 'tok_9f8e7d6c'
      app.config['DATABASE_URL'] = 'postgres://shop:hunter22@db/shop'
    },
  )
  for (const secret of SECRETS) {
    // The lines of this file that are around the failure name them too, but for the values of settings.
    const told = text.replace(/"source":\[.*?\]/g, '')
    t.notOk(told.includes(secret), secret)
  }
  t.notOk(text.includes(KEY), 'not in the source either')
  t.match(rows('Form'), { password: HIDDEN, name: 'ann' })
  t.match(rows('Headers'), { Cookie: `session=${HIDDEN}; theme=${HIDDEN}`, Authorization: HIDDEN, 'X-Api-Key': HIDDEN })
})

t.test('the chain has each cause once, and the errors of an error of errors', async (t) => {
  const below = new Error('below')
  const circular: Error & { cause?: unknown } = new Error('circular', { cause: below })
  below.cause = circular
  const { report } = await reportOf(() => {
    throw new AggregateError([circular, 'text'], 'several', { cause: below })
  })
  t.same(
    report.errors.map(({ relation, name, message }) => [relation, name, message]),
    [
      [undefined, 'AggregateError', 'several'],
      ['cause', 'Error', 'below'],
      ['one of several', 'Error', 'circular'],
      ['one of several', 'thrown string', 'text'],
    ],
  )
})

t.test('whatever was thrown, there is a report', async (t) => {
  const bomb = new Proxy(new Error('x'), {
    get: () => {
      throw new Error('bomb')
    },
    getOwnPropertyDescriptor: () => {
      throw new Error('bomb')
    },
  })
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  for (const value of [bomb, proxy, null, 7n, Symbol('s'), Object.create(null), { name: 7, message: [] }]) {
    const { report } = await reportOf(() => {
      throw value
    })
    t.equal(report.errors.length, 1)
  }
})
