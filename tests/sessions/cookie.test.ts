import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import zlib from 'node:zlib'
import t from 'tap'
import { parse_cookie } from '../../lib/http/cookies.ts'
import { timedelta } from '../../lib/http/dates.ts'
import { Markup } from '../../lib/jinja/markup.ts'
import type { Keyed } from '../../lib/keyed.ts'
import { SecureCookieSession, SecureCookieSessionInterface } from '../../lib/sessions/cookie.ts'
import type { OpenedSession } from '../../lib/sessions/interface.ts'
import { tuple } from '../../lib/sessions/kinds.ts'
import type { SessionMixin } from '../../lib/sessions/session.ts'
import { UUID } from '../../lib/sessions/uuid.ts'
import { TimestampSigner } from '../../lib/signing/timestamp.ts'
import { URLSafeTimedSerializer } from '../../lib/signing/url-safe.ts'
import { CookieApp, releaseClock, sentBack, setClock, T0 } from '../support/cookie-app.ts'

t.beforeEach(() => setClock(T0))
t.teardown(releaseClock)

interface Exchange {
  time: number
  differs?: string
  request: { path: string; headers: [string, string][] }
  response: { headers: [string, string][] }
}

// What the views of tests/conformance/apps/s04_sessions do with the session.
const VIEWS: [
  path: RegExp,
  view: (app: CookieApp, ...parts: string[]) => ((session: Keyed<SessionMixin>) => unknown) | undefined,
][] = [
  [/^\/set\/(\w+)\/(\S+)$/, (_app, key, value) => (session) => session.set(key ?? '', decodeURIComponent(value ?? ''))],
  [/^\/get\/(\w+)$/, (_app, key) => (session) => session.get(key ?? '')],
  [/^\/pop\/(\w+)$/, (_app, key) => (session) => session.pop(key ?? '', null)],
  [/^\/delete\/(\w+)$/, (_app, key) => (session) => delete session[key ?? '']],
  [/^\/clear$/, () => (session) => session.clear()],
  [/^\/all$/, () => (session) => ({ ...session })],
  [
    /^\/count$/,
    () => (session) => {
      session['n'] = Number(session.get('n', 0)) + 1
    },
  ],
  [
    /^\/permanent$/,
    () => (session) => {
      session.permanent = true
      session['user'] = 'zhangsan'
    },
  ],
  [
    /^\/week$/,
    (app) => (session) => {
      app.permanent_session_lifetime = timedelta({ days: 7 })
      session.permanent = true
      session['user'] = 'zhangsan'
    },
  ],
  [
    /^\/month$/,
    (app) => {
      app.permanent_session_lifetime = timedelta({ days: 31 })
      return undefined
    },
  ],
  [
    /^\/nested$/,
    () => (session) => {
      session['list'] = [1]
    },
  ],
  [/^\/nested-push$/, () => (session) => (session['list'] as number[]).push(2)],
  [
    /^\/nested-mark$/,
    () => (session) => {
      ;(session['list'] as number[]).push(2)
      session.modified = true
    },
  ],
  [
    /^\/types$/,
    () => (session) =>
      session.update({
        tuple: tuple(1, 2),
        bytes: new Uint8Array([0, 255]),
        uuid: new UUID('6ba7b810-9dad-11d1-80b4-00c04fd430c8'),
        when: new Date('2024-01-02T03:04:05Z'),
        html: new Markup('<b>bold</b>'),
        deep: { a: [1, 2.5, true, null, '游客'] },
      }),
  ],
  [
    /^\/types-read$/,
    () => (session) => {
      const names = ['bytes', 'uuid', 'when', 'html', 'deep'].map((key) => session.get(key)?.constructor.name)
      if (names.join() !== 'Uint8Array,UUID,Date,Markup,Object') throw new TypeError(names.join())
    },
  ],
  [
    /^\/flags$/,
    () => (session) => {
      const before = [session.new, session.modified, session.accessed]
      session.get('x')
      const middle = [session.modified, session.accessed]
      session['x'] = 1
      const all = JSON.stringify([before, middle, [session.modified, session.accessed]])
      if (all !== '[[false,false,true],[false,true],[true,true]]') throw new TypeError(all)
    },
  ],
  [/^\/untouched$/, () => undefined],
  [
    /^\/big$/,
    () => (session) => {
      session['big'] = 'ab'.repeat(400)
    },
  ],
  [
    /^\/options$/,
    () => (session) => {
      session['x'] = 1
    },
  ],
  [
    /^\/secure-on$/,
    (app) => {
      Object.assign(app.config, {
        SESSION_COOKIE_SECURE: true,
        SESSION_COOKIE_SAMESITE: 'Lax',
        SESSION_COOKIE_NAME: 'sid',
        SESSION_COOKIE_PATH: '/options',
        SESSION_COOKIE_DOMAIN: 'example.com',
      })
      return undefined
    },
  ],
  [
    /^\/secure-off$/,
    (app) => {
      app.config = new CookieApp().config
      app.config.SECRET_KEY_FALLBACKS = ['old key']
      return undefined
    },
  ],
]

function recorded(headers: [string, string][], name: string): string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value)
}

/** A cookie with its compressed payload unfolded: compressors differ in their bytes. */
function readable(setCookie: string): unknown {
  const match = /^session=\.([\w-]+)\.([\w-]+)\.([\w-]+)(.*)$/.exec(setCookie)
  if (match === null) return setCookie
  return [zlib.inflateSync(Buffer.from(match[1] ?? '', 'base64url')).toString(), match[2], match[4]]
}

t.test('cookies and Vary are those that Flask answered, byte for byte', async (t) => {
  const file = new URL('../conformance/exchanges/s04_sessions.json', import.meta.url)
  const { exchanges } = JSON.parse(readFileSync(file, 'utf8')) as { exchanges: Exchange[] }
  const app = new CookieApp()
  app.config.SECRET_KEY_FALLBACKS = ['old key']
  for (const { time, differs, request, response } of exchanges) {
    setClock(time)
    const { path } = request
    const [, makeView] = VIEWS.find(([pattern]) => pattern.test(path)) ?? []
    const parts = VIEWS.map(([pattern]) => pattern.exec(path)).find((match) => match !== null)
    if (makeView === undefined) throw new Error(`no view for ${path}`)
    const cookie = recorded(request.headers, 'Cookie')[0] ?? ''
    const answer = app.handle(cookie, makeView(app, ...(parts?.slice(1) ?? [])))
    if (differs === undefined) {
      t.same(answer.cookies.map(readable), recorded(response.headers, 'Set-Cookie').map(readable), `${path} ${cookie}`)
    } else {
      const signing = app.sessions.get_signing_serializer(app)
      t.same(signing?.loads(sentBack(answer).slice('session='.length)), { list: [1, 2] }, differs)
    }
    t.same(answer.vary, recorded(response.headers, 'Vary'), `Vary of ${path} ${cookie}`)
  }
})

// Flask CVE-2023-30861 (security.md 1.2).
t.test('a refreshed session varies by cookie though no code touched it', async (t) => {
  const app = new CookieApp()
  const cookie = sentBack(
    app.handle('', (session) => {
      session.permanent = true
    }),
  )
  setClock(T0 + 60)
  const refreshed = app.handle(cookie)
  t.same(refreshed.vary, ['Cookie'])
  t.match(refreshed.cookies, [/^session=.*; Expires=/])
  t.not(sentBack(refreshed), cookie)
  app.config.SESSION_REFRESH_EACH_REQUEST = false
  t.same(app.handle(cookie), { result: undefined, cookies: [], vary: [] })
})

t.test('a compressed permanent session is refreshed too, with the bytes it came with', async (t) => {
  const app = new CookieApp()
  const cookie = sentBack(
    app.handle('', (session) => {
      session.permanent = true
      session['big'] = 'ab'.repeat(400)
    }),
  )
  t.match(cookie, /^session=\./)
  setClock(T0 + 60)
  const refreshed = sentBack(app.handle(cookie))
  t.equal(refreshed.split('.')[1], cookie.split('.')[1])
  t.equal(app.handle(refreshed, (session) => session['big']).result, 'ab'.repeat(400))
})

t.test('a cookie is not verified while no code touches the session', async (t) => {
  const app = new CookieApp()
  let verified = 0
  class Counting extends SecureCookieSessionInterface {
    override get_signing_serializer(given: CookieApp): URLSafeTimedSerializer | undefined {
      verified += 1
      return super.get_signing_serializer(given)
    }
  }
  const cookie = sentBack(
    app.handle('', (session) => {
      session['user'] = 'a'
    }),
  )
  app.sessions = new Counting()
  for (const other of [cookie, '', 'session=', 'session=garbage', 'other=1']) app.handle(other)
  t.equal(verified, 0)
  app.handle(cookie, (session) => session['user'])
  t.ok(verified > 0)
})

// security.md 1.2, CVE-2025-47278.
t.test('old keys open a session and never sign one', async (t) => {
  const sign = (secret: string): string => {
    const app = new CookieApp()
    app.secret_key = secret
    return sentBack(
      app.handle('', (session) => {
        session['user'] = secret
      }),
    )
  }
  const app = new CookieApp()
  app.secret_key = 'new'
  app.config.SECRET_KEY_FALLBACKS = ['old1', 'old2']
  t.same(app.sessions.get_signing_serializer(app)?.secret_keys, ['old1', 'old2', 'new'])
  for (const key of ['old1', 'old2', 'new']) {
    t.equal(app.handle(sign(key), (session) => session['user']).result, key)
  }
  t.equal(app.handle(sign('older'), (session) => session['user']).result, undefined)
  const rewritten = sentBack(
    app.handle(sign('old1'), (session) => {
      session['user'] = 'new'
    }),
  )
  t.equal(rewritten, sign('new'))
  app.config.SECRET_KEY_FALLBACKS = []
  t.equal(app.handle(rewritten, (session) => session['user']).result, 'new')
  t.equal(app.handle(sign('old1'), (session) => session['user']).result, undefined, 'a removed key opens nothing')
})

t.test('a session of an old key is refreshed with the new one', async (t) => {
  const app = new CookieApp()
  app.secret_key = 'old'
  const cookie = sentBack(
    app.handle('', (session) => {
      session.permanent = true
    }),
  )
  app.secret_key = 'new'
  app.config.SECRET_KEY_FALLBACKS = ['old']
  const refreshed = sentBack(app.handle(cookie))
  app.config.SECRET_KEY_FALLBACKS = null
  t.equal(app.handle(refreshed, (session) => session.permanent).result, true)
})

t.test('changes inside lists and objects are saved, and reading them saves nothing', async (t) => {
  const app = new CookieApp()
  const cookie = sentBack(app.handle('', (session) => session.update({ cart: { items: [1] }, when: new Date(0) })))
  const read = app.handle(cookie, (session) => JSON.stringify(session))
  t.same(read.cookies, [])
  const pushed = app.handle(cookie, (session) => (session['cart'] as { items: number[] }).items.push(2))
  t.equal(app.handle(sentBack(pushed), (session) => JSON.stringify(session['cart'])).result, '{"items":[1,2]}')
  const moved = app.handle(cookie, (session) => (session['when'] as Date).setFullYear(2000))
  t.equal(app.handle(sentBack(moved), (session) => (session['when'] as Date).getFullYear()).result, 2000)
  const undone = app.handle(cookie, (session) => {
    const { items } = session['cart'] as { items: number[] }
    items.push(2)
    items.pop()
  })
  t.same(undone.cookies, [])
})

t.test('a session that another program wrote in another way is not taken for changed', async (t) => {
  const app = new CookieApp()
  const signer = app.sessions.get_signing_serializer(app)?.make_signer()
  const payload = Buffer.from('{ "b": [1], "a": "é" }').toString('base64url')
  const cookie = `session=${signer?.sign(payload)}`
  t.same(app.handle(cookie, (session) => session['b']).cookies, [])
  t.match(app.handle(cookie, (session) => (session['b'] as number[]).push(2)).cookies, [/^session=/])
})

t.test('a cookie older than the lifetime, or from the future, is an empty session', async (t) => {
  const app = new CookieApp()
  const cookie = sentBack(
    app.handle('', (session) => {
      session['user'] = 'a'
    }),
  )
  const userAt = (seconds: number): unknown => {
    setClock(seconds)
    return app.handle(cookie, (session) => session['user']).result
  }
  const lifetime = 31 * 86_400
  t.equal(userAt(T0 + lifetime), 'a')
  t.equal(userAt(T0 + lifetime + 1), undefined)
  t.equal(userAt(T0 - 1), undefined)
})

// security.md, input list 6: every single-bit flip, swapped parts, wrong salt, signed rubbish, zlib bomb.
t.test('a cookie that cannot be trusted or read is an empty session, and never an error', async (t) => {
  const app = new CookieApp()
  const token = sentBack(
    app.handle('', (session) => {
      session['user'] = 'a'
    }),
  ).slice('session='.length)
  const isAccepted = (value: string): boolean =>
    app.handle(`session=${value}`, (session) => session['user']).result !== undefined
  t.ok(isAccepted(token))
  for (let bit = 0; bit < token.length * 8; bit += 1) {
    const bytes = Buffer.from(token, 'latin1')
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    // The last character has two spare bits, which Python ignores too.
    if (bit >> 3 < token.length - 1) t.notOk(isAccepted(bytes.toString('latin1')), `bit ${bit}`)
  }
  const [payload = '', time = '', signature = ''] = token.split('.')
  for (const parts of [
    [time, payload, signature],
    [payload, signature, time],
    [payload, time],
    [payload, '', time, signature],
    ['', payload, time, signature],
    [payload, time, signature, ''],
  ]) {
    t.notOk(isAccepted(parts.join('.')), parts.join('.'))
  }
  const signer = app.sessions.get_signing_serializer(app)?.make_signer()
  const pack = (json: string): string => Buffer.from(json).toString('base64url')
  const bomb = zlib.deflateSync(Buffer.alloc(50_000_000, 0x20)).toString('base64url')
  const rubbish = [
    '',
    'A',
    '.A',
    pack('{bad'),
    pack('[1]'),
    pack('"x"'),
    pack('{" d":"x"}'),
    pack('{" u":1}'),
    `.${bomb}`,
  ]
  for (const text of rubbish) t.notOk(isAccepted(String(signer?.sign(text))), `signed ${text.slice(0, 20)}`)
  const other = new URLSafeTimedSerializer('110', { salt: 'other', signer_kwargs: { key_derivation: 'hmac' } })
  t.notOk(isAccepted(other.dumps({ user: 'a' })))
  t.notOk(isAccepted(new TimestampSigner('110').sign(payload)))
})

t.test('of several cookies with one name the first counts', async (t) => {
  const app = new CookieApp()
  const cookie = sentBack(
    app.handle('', (session) => {
      session['user'] = 'a'
    }),
  )
  t.equal(app.handle(`${cookie}; session=x`, (session) => session['user']).result, 'a')
  t.equal(app.handle(`session=x; ${cookie}`, (session) => session['user']).result, undefined)
})

t.test('without a SECRET_KEY there is no session to open', async (t) => {
  for (const secret of [null, '', new Uint8Array(0)]) {
    const app = new CookieApp()
    app.secret_key = secret
    const request = { cookies: parse_cookie('session=x') }
    t.equal(app.sessions.open_session(app, request), undefined)
    t.equal(app.sessions.get_signing_serializer(app), undefined)
    t.notOk(app.sessions.must_save_untouched(app, request))
    t.same(
      app.handle('session=x', (session) => session['user']),
      { result: undefined, cookies: [], vary: [] },
    )
    t.throws(() => app.handle('', (session) => session.set('a', 1)), { code: 'SESSION_NO_SECRET' })
  }
})

t.test('the serializer is made once for the same settings, and anew for others', async (t) => {
  const app = new CookieApp()
  const first = app.sessions.get_signing_serializer(app)
  t.equal(app.sessions.get_signing_serializer(app), first)
  const changes: ((app: CookieApp) => void)[] = [
    (changed) => {
      changed.secret_key = 'other'
    },
    (changed) => {
      changed.config.SECRET_KEY_FALLBACKS = ['a']
    },
    (changed) => {
      changed.config.SECRET_KEY_FALLBACKS = ['b']
    },
    (changed) => {
      changed.sessions.digest_method = 'sha256'
    },
    (changed) => {
      changed.sessions.salt = 'other'
    },
    (changed) => {
      changed.sessions.key_derivation = 'none'
    },
    (changed) => {
      changed.sessions.serializer = { dumps: JSON.stringify, loads: JSON.parse }
    },
  ]
  let last = first
  for (const change of changes) {
    change(app)
    const next = app.sessions.get_signing_serializer(app)
    t.not(next, last)
    last = next
    const cookie = sentBack(app.handle('', (session) => session.set('a', [1])))
    t.same(app.handle(cookie, (session) => session['a']).result, [1])
  }
})

t.test('an interface of one’s own that overrides opening or saving is always asked', async (t) => {
  const app = new CookieApp()
  const request = { cookies: parse_cookie('') }
  class Opening extends SecureCookieSessionInterface {
    override async open_session(): Promise<OpenedSession> {
      return new SecureCookieSession({ a: 1 })
    }
  }
  t.ok(new Opening().prefetch)
  t.notOk(new SecureCookieSessionInterface().prefetch)
  class Saving extends SecureCookieSessionInterface {
    override save_session(): void {}
  }
  class Always extends SecureCookieSessionInterface {
    override should_set_cookie(): boolean {
      return true
    }
  }
  for (const Class of [Saving, Always]) t.ok(new Class().must_save_untouched(app, request), Class.name)
  const own = new SecureCookieSessionInterface()
  own.serializer = { dumps: JSON.stringify, loads: JSON.parse }
  t.ok(own.must_save_untouched(app, { cookies: parse_cookie('session=eyJ9.x.y') }), 'any serializer may hide the flag')
})

t.test('a session of any class is saved', async (t) => {
  const app = new CookieApp()
  class Shouting extends SecureCookieSession {
    shout(): string {
      return String(this.get('user')).toUpperCase()
    }
  }
  app.sessions.session_class = Shouting
  const cookie = sentBack(app.handle('', (session) => session.set('user', 'ann')))
  t.equal(app.handle(cookie, (session) => (session as unknown as Shouting).shout()).result, 'ANN')
  t.same(new SecureCookieSession({ a: 1 })['@data'](), { a: 1 })
  t.same(new SecureCookieSession().keys(), [])
})

t.test('a short SECRET_KEY is warned about once', async (t) => {
  const warnings: string[] = []
  const listen = (warning: Error & { code?: string }): void => {
    if (warning.code === 'FLAGON_SHORT_SECRET_KEY') warnings.push(warning.message)
  }
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  for (const secret of ['short', 'other']) {
    const app = new CookieApp()
    app.secret_key = secret
    app.handle('', (session) => session.set('a', 1))
  }
  await new Promise((resolve) => setImmediate(resolve))
  t.ok(warnings.length <= 1)
})

t.test('a cookie that browsers would drop is warned about', async (t) => {
  const warned = new Promise<Error>((resolve) => {
    const listen = (warning: Error): void => {
      if (!/cookie/i.test(warning.message)) return
      process.off('warning', listen)
      resolve(warning)
    }
    process.on('warning', listen)
  })
  const app = new CookieApp()
  app.handle('', (session) => session.set('big', hard(5000)))
  t.match((await warned).message, /session/)
})

/** Text that does not compress. */
function hard(length: number): string {
  let state = 1
  let text = ''
  while (text.length < length) {
    state = (state * 48271) % 2147483647
    text += state.toString(36)
  }
  return text
}

for (const isEncrypted of [false, true]) {
  const kind = isEncrypted ? 'an encrypted' : 'a signed'
  const DAY = 86_400
  const makeApp = (): CookieApp => {
    const app = new CookieApp()
    app.config.SESSION_COOKIE_ENCRYPTED = isEncrypted
    return app
  }
  const login = (session: Keyed<SessionMixin>): void => {
    session.permanent = true
    session['user'] = 'ann'
  }

  t.test(`${kind} session ends after SESSION_ABSOLUTE_LIFETIME, however busy it is`, async (t) => {
    const app = makeApp()
    app.config.SESSION_ABSOLUTE_LIFETIME = timedelta({ days: 3 })
    let cookie = sentBack(app.handle('', login))
    for (let day = 1; day <= 3; day += 1) {
      setClock(T0 + day * DAY)
      cookie = sentBack(app.handle(cookie, day === 2 ? (session) => session.set('seen', day) : undefined))
      t.equal(app.handle(cookie, (session) => session['user']).result, 'ann', `day ${day}`)
    }
    setClock(T0 + 3 * DAY + 1)
    t.same(app.handle(cookie), { result: undefined, cookies: [], vary: [] })
    t.same(app.handle(cookie, (session) => session.keys()).result, [])
    app.config.SESSION_ABSOLUTE_LIFETIME = null
    t.equal(app.handle(cookie, (session) => session['user']).result, 'ann', 'without the setting it is idle time alone')
  })

  t.test(
    `${kind} session that is not refreshed ends a lifetime after it was written, however often it is read`,
    async (t) => {
      const app = makeApp()
      app.config.SESSION_REFRESH_EACH_REQUEST = false
      const permanent = app.handle('', login)
      const ofTheBrowser = app.handle('', (session) => session.set('user', 'ann'))
      t.match(permanent.cookies, [/Expires=Fri, 15 Dec 2023 22:13:20 GMT/], 'which is in 31 days')
      t.notMatch(ofTheBrowser.cookies, [/Expires/])
      for (const cookie of [permanent, ofTheBrowser].map(sentBack)) {
        for (const [seconds, user] of [
          [T0 + DAY, 'ann'],
          [T0 + 31 * DAY, 'ann'],
          [T0 + 31 * DAY + 1, undefined],
        ] as const) {
          setClock(seconds)
          const answer = app.handle(cookie, (session) => session['user'])
          t.same([answer.result, answer.cookies], [user, []])
        }
      }
      setClock(T0 + DAY)
      app.config.SESSION_REFRESH_EACH_REQUEST = true
      t.same(app.handle(sentBack(ofTheBrowser)).cookies, [], 'only a permanent one is refreshed')
    },
  )

  t.test(`${kind} session that is cleared begins anew, and one left without keys is removed`, async (t) => {
    const app = makeApp()
    app.config.SESSION_ABSOLUTE_LIFETIME = 100
    const cookie = sentBack(app.handle('', (session) => session.set('a', 1)))
    setClock(T0 + 90)
    const anew = app.handle(cookie, (session) => {
      session.clear()
      session['b'] = 2
    })
    const removed = app.handle(cookie, (session) => session.pop('a'))
    t.match(removed.cookies, [/^session=; .*Max-Age=0/])
    setClock(T0 + 190)
    t.equal(app.handle(sentBack(anew), (session) => session['b']).result, 2)
    setClock(T0 + 191)
    t.equal(app.handle(sentBack(anew), (session) => session['b']).result, undefined)
  })

  t.test(`${kind} session from before the setting begins when it is next written`, async (t) => {
    const app = makeApp()
    const before = sentBack(app.handle('', login))
    app.config.SESSION_ABSOLUTE_LIFETIME = 100
    setClock(T0 + 1000)
    const marked = sentBack(app.handle(before))
    setClock(T0 + 1100)
    t.equal(app.handle(marked, (session) => session['user']).result, 'ann')
    setClock(T0 + 1101)
    t.equal(app.handle(marked, (session) => session['user']).result, undefined)
  })

  t.test(`${kind} session that does not fit into a cookie is an error in debug mode, else a warning`, async (t) => {
    const app = makeApp()
    const fill = (session: Keyed<SessionMixin>): void => {
      session['user'] = 'ann'
      session['noise'] = randomBytes(4000).toString('base64')
    }
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    t.equal(app.handle('', fill).cookies.length, 1, 'it is sent all the same, as Flask does')
    t.match(await warned, { name: 'CookieSizeWarning', message: /'session' has \d{4} bytes .*"noise" \(\d{4} bytes\)/ })
    app.debug = true
    t.throws(() => app.handle('', fill), { code: 'COOKIE_TOO_LARGE', message: /"noise" \(\d{4} bytes\), "user"/ })
    app.config.MAX_COOKIE_SIZE = 0
    t.equal(app.handle('', fill).cookies.length, 1, 'without a limit there is nothing to tell')
  })
}
