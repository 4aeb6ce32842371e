import { Blueprint, type Flagon, flash, redirect, render_template, request, session, url_for } from 'flagon'
import {
  EncryptedCookieSessionInterface,
  GuardedStore,
  RedisStore,
  SecureCookieSessionInterface,
  ServerSideSession,
  ServerSideSessionInterface,
  type SessionApp,
  SessionInterface,
  type SessionMixin,
  type SessionRequest,
  type SessionResponse,
} from 'flagon/session'

/** The homes of a session: the same story, with the session in a signed cookie, in an encrypted one, or in Redis. */
type Home = 'signed' | 'encrypted' | 'redis'

const COOKIE = 'home'
const KEY_PREFIX = 'session:'

/** Lets each visitor choose where their session is kept; a cookie says which home it is. */
class SessionHomes extends SessionInterface {
  readonly store: GuardedStore
  readonly #byName: Record<Home, SessionInterface>
  /** Which home opened a session, so that it is saved where it came from. */
  readonly #homeOf = new WeakMap<SessionMixin, SessionInterface>()

  constructor(app: Flagon) {
    super()
    this.store = new GuardedStore(new RedisStore(undefined, { url: process.env['REDIS_URL'] }), { logger: app.logger })
    this.#byName = {
      signed: new SecureCookieSessionInterface(),
      encrypted: new EncryptedCookieSessionInterface(),
      redis: new ServerSideSessionInterface(app, this.store, { key_prefix: KEY_PREFIX, user_key: 'username' }),
    }
  }

  chosen(request: SessionRequest): Home {
    const name = request.cookies.get(COOKIE)
    return name === 'encrypted' || name === 'redis' ? name : 'signed'
  }

  override async open_session(app: SessionApp, request: SessionRequest) {
    const home = this.#byName[this.chosen(request)]
    const opened = await home.open_session(app, request)
    if (opened) this.#homeOf.set(opened, home)
    return opened
  }

  override save_session(app: SessionApp, saved: SessionMixin, response: SessionResponse) {
    return this.#homeOf.get(saved)?.save_session(app, saved, response)
  }

  override list_for(user: unknown) {
    return this.#byName.redis.list_for(user)
  }

  override end(id: string) {
    return this.#byName.redis.end(id)
  }

  override id_of(of: SessionMixin) {
    return this.#byName.redis.id_of(of)
  }

  override close() {
    return this.#byName.redis.close()
  }

  /** Whether Redis answers. */
  async has_redis(): Promise<boolean> {
    return this.store.ttl(KEY_PREFIX).then(
      () => true,
      () => false,
    )
  }
}

/** What the browser holds and what the server keeps of the session of this request. */
async function whereabouts(kept: SessionHomes) {
  const cookie = request.cookies.get('session')
  switch (kept.chosen(request)) {
    case 'signed':
      return { cookie, text: cookie && readable(cookie) }
    case 'encrypted':
      return { cookie }
    case 'redis': {
      // A name of no session yet: the key appears with the first thing that is kept.
      const key = session instanceof ServerSideSession && !session.new ? KEY_PREFIX + session.sid : undefined
      return { cookie, key, ttl: key && (await kept.store.ttl(key)), text: key && JSON.stringify(session) }
    }
  }
}

/** What anybody can read of a signed cookie; one that was packed shows that it was. */
function readable(cookie: string): string {
  return cookie.startsWith('.') ? '（太长，压缩过）' : Buffer.from(cookie.split('.')[0] ?? '', 'base64url').toString()
}

/** Gives the app sessions with a choice of homes, and the pages that show them. */
export function offer_homes(app: Flagon): void {
  const kept = new SessionHomes(app)
  app.session_interface = kept
  const homes = new Blueprint('homes', import.meta.url, { url_prefix: '/homes' })

  homes.get('/', async function page() {
    const has_redis = await kept.has_redis()
    const home = kept.chosen(request)
    const isListed = home === 'redis' && has_redis && session.username !== undefined
    return render_template('homes.html', {
      home,
      has_redis,
      // Without Redis, its session cannot even be looked at.
      ...(home === 'redis' && !has_redis ? {} : await whereabouts(kept)),
      sessions: isListed ? await kept.list_for(session.username) : [],
      own: isListed ? kept.id_of(session) : undefined,
    })
  })

  homes.post('/choose', async function choose() {
    const home = request.form.require('home')
    const response = redirect(url_for('homes.page'))
    if (home === 'redis' && !(await kept.has_redis())) return redirect(url_for('homes.page', { _anchor: 'redis' }))
    response.set_cookie(COOKIE, home, { httponly: true, samesite: 'Lax' })
    return response
  })

  homes.post('/end', async function end() {
    const isEnded = await kept.end(request.form.require('id'))
    flash(isEnded ? '那个 Session 已经结束，拿着它的浏览器下次来就是游客。' : '那个 Session 早就不在了。')
    return redirect(url_for('homes.page'))
  })

  app.register_blueprint(homes)
}
