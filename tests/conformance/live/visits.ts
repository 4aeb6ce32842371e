import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  abort,
  type ConfigValues,
  Flagon,
  flash,
  get_flashed_messages,
  jsonify,
  make_response,
  redirect,
  session,
  timedelta,
} from '../../../lib/index.ts'
import type { ReplayedApp } from '../replay.ts'
import { type Question, START } from './questions.ts'

const SETTINGS: Record<string, Partial<ConfigValues>> = {
  'plain.test': {},
  'short.test': { PERMANENT_SESSION_LIFETIME: timedelta({ minutes: 5 }) },
  'still.test': { SESSION_REFRESH_EACH_REQUEST: false },
  'named.test': { SESSION_COOKIE_NAME: 'sid', SESSION_COOKIE_PATH: '/sub', SESSION_COOKIE_DOMAIN: 'named.test' },
  'strict.test': { SESSION_COOKIE_SECURE: true, SESSION_COOKIE_HTTPONLY: false, SESSION_COOKIE_SAMESITE: 'Strict' },
  'apart.test': { SESSION_COOKIE_SECURE: true, SESSION_COOKIE_PARTITIONED: true, APPLICATION_ROOT: '/mounted' },
  'rotated.test': { SECRET_KEY: 'a newer key', SECRET_KEY_FALLBACKS: ['older', '110'] },
  'other.test': { SECRET_KEY: 'an unrelated key' },
}

function makeApp(settings: Partial<ConfigValues>): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.update({ SECRET_KEY: '110', SESSION_COOKIE_SAMESITE: null, PROPAGATE_EXCEPTIONS: false })
  app.config.update(settings)
  app.logger.disabled = true

  app.get('/none', () => 'none')
  app.get('/set/<key>/<value>', ({ key, value }) => {
    session.set(key, value)
    return 'set'
  })
  app.get('/get/<key>', ({ key }) => jsonify(session.get(key)))
  app.get('/pop/<key>', ({ key }) => jsonify(session.pop(key, null)))
  app.get('/has/<key>', ({ key }) => jsonify(key in session))
  app.get('/all', () => jsonify({ ...session }))
  app.get('/clear', () => jsonify(session.clear()))
  app.get('/default', () => jsonify(session.setdefault('d', 5)))
  app.get('/permanent', () => {
    session.permanent = true
    session['user'] = 'li'
    return 'permanent'
  })
  app.get('/fleeting', () => {
    session.permanent = false
    return 'fleeting'
  })
  app.get('/flags', () => jsonify(session.new, session.modified, session.permanent))
  app.get('/count', () => {
    session['n'] = Number(session.get('n', 0)) + 1
    return String(session['n'])
  })
  app.get('/same', () => {
    session['user'] = session.get('user', null)
    return 'same'
  })
  app.get('/shapes', () => {
    session['shapes'] = { list: [1, [2, { x: null }]], text: '游客😀\u2028', ' t': 'like a tag', empty: {} }
    session['tag'] = { ' t': 1 }
    return 'shapes'
  })
  app.get('/large', () => {
    session['large'] = 'abc'.repeat(300)
    return 'large'
  })
  app.get('/flash', () => {
    flash('<one>')
    flash('two', 'error')
    return 'flashed'
  })
  app.get('/messages', () => jsonify(get_flashed_messages()))
  app.get('/kinds', () => jsonify(get_flashed_messages({ with_categories: true })))
  app.get('/errors', () => jsonify(get_flashed_messages({ category_filter: ['error'] })))
  app.get('/own', () => {
    session['own'] = 1
    const response = make_response('own')
    response.set_cookie('mine', '1')
    response.vary.add('Accept')
    return response
  })
  app.get('/fails', () => {
    session['failed'] = 1
    abort(403)
  })
  app.get('/moves', () => {
    session['moved'] = 1
    return redirect('/all')
  })
  return app
}

/** Sessions of several settings over time: the bytes of their cookies, Vary, lifetimes, and what is flashed. */
export function create_app(): ReplayedApp {
  const apps = Object.entries(SETTINGS).map(([host, settings]): [string, Flagon] => [host, makeApp(settings)])
  const byHost = new Map(apps)
  return {
    handler: (req: IncomingMessage, res: ServerResponse) => void byHost.get(req.headers.host ?? '')?.handler(req, res),
    config: { SECRET_KEY: '110' },
  }
}

const VISIT =
  '/none /get/user /flags /set/user/ann /get/user /has/user /has/other /all /same /default /default /none /permanent /none /flags /get/user ' +
  '/fleeting /none /count /count /shapes /all /large /get/n /flash /messages /messages /flash /kinds /flash /errors /messages /own /fails /moves ' +
  '/all /pop/user /pop/user /clear /all /permanent /clear /none'
const MINUTE = 60
const DAY = 86_400
/** When a session that was made permanent is shown again: within its lifetime, at its end, past it, and before it was made. */
const LATER = [4 * MINUTE, 5 * MINUTE, 5 * MINUTE + 1, 31 * DAY, 31 * DAY + 1, -MINUTE]

/** What both apps are asked: one visit to each host, sessions of some age, and the cookie of one host at another. */
export const questions: readonly Question[] = [
  ...Object.keys(SETTINGS).flatMap((host) =>
    VISIT.split(' ').map((line, minute): Question => {
      return { line, headers: [['Host', host]], jar: host, time: START + minute * MINUTE }
    }),
  ),
  ...['plain.test', 'short.test', 'still.test'].flatMap((host) =>
    LATER.flatMap((seconds): Question[] => {
      const visit = { headers: [['Host', host]] as const, jar: `${host} ${seconds}` }
      return [
        { ...visit, line: '/permanent', time: START },
        { ...visit, line: '/all', time: START + seconds },
      ]
    }),
  ),
  ...['rotated.test', 'other.test'].flatMap((host): Question[] => [
    { line: '/set/user/ann', headers: [['Host', 'plain.test']], jar: `from plain to ${host}` },
    { line: '/all', headers: [['Host', host]], jar: `from plain to ${host}` },
    { line: '/set/b/2', headers: [['Host', host]], jar: `from plain to ${host}` },
    { line: '/all', headers: [['Host', 'plain.test']], jar: `from plain to ${host}` },
  ]),
]
