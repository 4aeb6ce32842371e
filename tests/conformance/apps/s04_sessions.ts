import { Flagon, jsonify, Markup, session, timedelta } from '../../../lib/index.ts'
import { tuple, UUID } from '../../../lib/sessions/index.ts'

/** The name that Python has for the type of a value. */
function typeName(value: unknown): string {
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof UUID) return 'UUID'
  if (value instanceof Date) return 'datetime'
  if (value instanceof Markup) return 'Markup'
  return typeof value === 'object' ? 'dict' : typeof value
}

/** Signed cookie sessions at a fixed clock: the bytes of the cookie, Vary, expiry, tampering, key rotation. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.SECRET_KEY = '110'
  app.config.SECRET_KEY_FALLBACKS = ['old key']
  app.config.SESSION_COOKIE_SAMESITE = null

  app.route('/set/<key>/<value>')(function set_value({ key, value }) {
    session.set(key, value)
    return 'set'
  })

  app.route('/get/<key>')(function get_value({ key }) {
    return jsonify(session.get(key, null))
  })

  app.route('/pop/<key>')(function pop({ key }) {
    return jsonify(session.pop(key, null))
  })

  app.route('/delete/<key>')(function delete_({ key }) {
    delete session[key]
    return 'deleted'
  })

  app.route('/clear')(function clear() {
    session.clear()
    return 'cleared'
  })

  app.route('/all')(function everything() {
    return jsonify({ ...session })
  })

  app.route('/count')(function count() {
    session['n'] = Number(session.get('n', 0)) + 1
    return String(session['n'])
  })

  app.route('/permanent')(function permanent() {
    session.permanent = true
    session['user'] = 'zhangsan'
    return 'permanent'
  })

  app.route('/week')(function week() {
    app.config.PERMANENT_SESSION_LIFETIME = timedelta({ days: 7 })
    session.permanent = true
    session['user'] = 'zhangsan'
    return String(app.permanent_session_lifetime.total_seconds())
  })

  app.route('/month')(function month() {
    app.config.PERMANENT_SESSION_LIFETIME = timedelta({ days: 31 })
    return 'month'
  })

  app.route('/nested')(function nested() {
    session['list'] = [1]
    return 'nested'
  })

  app.route('/nested-push')(function nested_push() {
    const list = session['list'] as number[]
    list.push(2)
    return jsonify(list)
  })

  app.route('/nested-mark')(function nested_mark() {
    const list = session['list'] as number[]
    list.push(2)
    session.modified = true
    return jsonify(list)
  })

  app.route('/types')(function types() {
    session['tuple'] = tuple(1, 2)
    session['bytes'] = Uint8Array.of(0x00, 0xff)
    session['uuid'] = new UUID('6ba7b810-9dad-11d1-80b4-00c04fd430c8')
    session['when'] = new Date('2024-01-02T03:04:05Z')
    session['html'] = new Markup('<b>bold</b>')
    session['deep'] = { a: [1, 2.5, true, null, '游客'] }
    return 'types'
  })

  app.route('/types-read')(function types_read() {
    return jsonify(['bytes', 'uuid', 'when', 'html', 'deep'].map((key) => typeName(session[key])))
  })

  app.route('/flags')(function flags() {
    const before = [session.new, session.modified, session.accessed]
    session.get('x')
    const middle = [session.modified, session.accessed]
    session['x'] = 1
    return jsonify([before, middle, [session.modified, session.accessed]])
  })

  app.route('/untouched')(function untouched() {
    return 'untouched'
  })

  app.route('/big')(function big() {
    session['big'] = 'ab'.repeat(400)
    return 'big'
  })

  app.route('/options')(function options() {
    session['x'] = 1
    return 'options'
  })

  app.route('/secure-on')(function secure_on() {
    app.config.update({
      SESSION_COOKIE_SECURE: true,
      SESSION_COOKIE_SAMESITE: 'Lax',
      SESSION_COOKIE_NAME: 'sid',
      SESSION_COOKIE_PATH: '/options',
      SESSION_COOKIE_DOMAIN: 'example.com',
    })
    return 'on'
  })

  app.route('/secure-off')(function secure_off() {
    app.config.update({
      SESSION_COOKIE_SECURE: false,
      SESSION_COOKIE_SAMESITE: null,
      SESSION_COOKIE_NAME: 'session',
      SESSION_COOKIE_PATH: null,
      SESSION_COOKIE_DOMAIN: null,
    })
    return 'off'
  })

  return app
}
