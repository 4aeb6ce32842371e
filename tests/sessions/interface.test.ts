import t from 'tap'
import { timedelta } from '../../lib/http/dates.ts'
import { type OpenedSession, type SessionApp, SessionInterface } from '../../lib/sessions/interface.ts'
import { NullSession, SessionMixin } from '../../lib/sessions/session.ts'

const app: SessionApp = {
  config: {
    SESSION_COOKIE_NAME: 'sid',
    SESSION_COOKIE_DOMAIN: 'example.com',
    SESSION_COOKIE_PATH: null,
    APPLICATION_ROOT: '/app',
    SESSION_COOKIE_HTTPONLY: true,
    SESSION_COOKIE_SECURE: true,
    SESSION_COOKIE_PARTITIONED: false,
    SESSION_COOKIE_SAMESITE: 'Lax',
    SESSION_REFRESH_EACH_REQUEST: true,
    SECRET_KEY_FALLBACKS: null,
    MAX_COOKIE_SIZE: 4093,
    SESSION_COOKIE_ENCRYPTED: false,
    SESSION_ABSOLUTE_LIFETIME: null,
  },
  secret_key: null,
  permanent_session_lifetime: timedelta({ days: 31 }),
}
const request = { cookies: new Map<string, string>() }

t.test('the attributes of the cookie come from the config', async (t) => {
  const sessions = new SessionInterface()
  t.equal(sessions.get_cookie_name(app), 'sid')
  t.same(sessions.get_cookie_options(app), {
    domain: 'example.com',
    path: '/app',
    secure: true,
    httponly: true,
    samesite: 'Lax',
    partitioned: false,
    max_size: 4093,
  })
  const elsewhere = { ...app, config: { ...app.config, SESSION_COOKIE_PATH: '/x' } }
  t.equal(sessions.get_cookie_path(elsewhere), '/x')
})

t.test('only a permanent session has an expiry date', async (t) => {
  const sessions = new SessionInterface()
  const session = new SessionMixin()
  t.equal(sessions.get_expiration_time(app, session), undefined)
  session.permanent = true
  const before = Date.now()
  const expires = sessions.get_expiration_time(app, session)?.getTime() ?? 0
  t.ok(expires >= before + 31 * 86_400_000 && expires <= Date.now() + 31 * 86_400_000)
})

t.test('a cookie is set when the session changed, or is permanent and refreshed', async (t) => {
  const sessions = new SessionInterface()
  const still = { ...app, config: { ...app.config, SESSION_REFRESH_EACH_REQUEST: false } }
  const plain = new SessionMixin({ a: 1 })
  t.notOk(sessions.should_set_cookie(app, plain))
  const permanent = new SessionMixin({ _permanent: true })
  t.ok(sessions.should_set_cookie(app, permanent))
  t.notOk(sessions.should_set_cookie(still, permanent))
  permanent.modified = true
  t.ok(sessions.should_set_cookie(still, permanent))
})

t.test('where no session can be opened, a null session stands in', async (t) => {
  const sessions = new SessionInterface()
  const none = sessions.make_null_session(app)
  t.ok(none instanceof NullSession)
  t.ok(sessions.is_null_session(none))
  t.notOk(sessions.is_null_session(new SessionMixin()))
  t.notOk(sessions.is_null_session(undefined))
  class Other extends NullSession {}
  sessions.null_session_class = Other
  t.ok(sessions.make_null_session(app) instanceof Other)
  t.notOk(sessions.is_null_session(none))
})

t.test('a class of one’s own says how sessions are opened and saved, now or later', async (t) => {
  class Empty extends SessionInterface {}
  const empty = new Empty()
  t.throws(() => empty.open_session(app, request), { name: 'TypeError', message: /Empty must override open_session/ })
  const response = { vary: { add: () => {} }, set_cookie: () => {}, delete_cookie: () => {} }
  t.throws(() => empty.save_session(app, new SessionMixin(), response), { message: /Empty must override save_session/ })
  t.ok(empty.prefetch, 'as in Flask, the session is there before the first hook')
  t.ok(empty.must_save_untouched(app, request))
  class Later extends SessionInterface {
    override async open_session(): Promise<OpenedSession> {
      return new SessionMixin({ a: 1 })
    }
  }
  t.equal((await new Later().open_session())?.get('a'), 1)
})
