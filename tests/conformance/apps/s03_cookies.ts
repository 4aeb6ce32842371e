import { type CookieOptions, Flagon, jsonify, make_response, request, timedelta } from '../../../lib/index.ts'

type Case = CookieOptions & { key: string; value?: string }

const CASES: Record<string, Case> = {
  plain: { key: 'username', value: 'zhangsan' },
  empty: { key: 'a' },
  max_age: { key: 'a', value: '1', max_age: 3600 },
  max_age_0: { key: 'a', value: '1', max_age: 0 },
  max_age_delta: { key: 'a', value: '1', max_age: timedelta({ days: 30 }) },
  expires_datetime: { key: 'a', value: '1', expires: new Date('2030-01-02T03:04:05Z') },
  expires_stamp: { key: 'a', value: '1', expires: 1893553445 },
  expires_text: { key: 'a', value: '1', expires: 'Wed, 02 Jan 2030 03:04:05 GMT' },
  both_ages: { key: 'a', value: '1', max_age: 60, expires: new Date('2030-01-02T00:00:00Z') },
  path: { key: 'a', value: '1', path: '/app' },
  path_none: { key: 'a', value: '1', path: null },
  path_marks: { key: 'a', value: '1', path: '/a b/游;客' },
  domain: { key: 'a', value: '1', domain: 'example.com' },
  domain_dot: { key: 'a', value: '1', domain: '.example.com' },
  domain_idna: { key: 'a', value: '1', domain: '例子.com' },
  secure: { key: 'a', value: '1', secure: true },
  httponly: { key: 'a', value: '1', httponly: true },
  samesite: { key: 'a', value: '1', samesite: 'Lax' },
  samesite_case: { key: 'a', value: '1', samesite: 'strict' },
  samesite_bad: { key: 'a', value: '1', samesite: 'maybe' },
  partitioned: { key: 'a', value: '1', secure: true, partitioned: true },
  partitioned_alone: { key: 'a', value: '1', partitioned: true },
  everything: {
    key: 'a',
    value: '1',
    max_age: 5,
    expires: 1893553445,
    path: '/x',
    domain: 'example.com',
    secure: true,
    httponly: true,
    samesite: 'None',
  },
  space: { key: 'a', value: 'hello world' },
  semicolon: { key: 'a', value: 'x;y' },
  comma: { key: 'a', value: 'x,y' },
  quote: { key: 'a', value: 'say "hi"' },
  backslash: { key: 'a', value: 'c:\\dir' },
  equals: { key: 'a', value: 'k=v&x=y' },
  unicode: { key: 'name', value: '游客' },
  emoji: { key: 'a', value: '🍶' },
  control: { key: 'a', value: 'line\r\nSet-Cookie: b=2' },
  token_marks: { key: 'a', value: "!#$%&'()*+-./:<=>?@[]^_`{|}~" },
  host_prefix: { key: '__Host-a', value: '1', secure: true },
  key_unicode: { key: '名', value: '1' },
}
const DELETES: Record<string, Case> = {
  plain: { key: 'username' },
  path: { key: 'a', path: '/app' },
  domain: { key: 'a', domain: 'example.com' },
  flags: { key: 'a', secure: true, httponly: true, samesite: 'Lax' },
  partitioned: { key: 'a', secure: true, partitioned: true },
}

function pick(cases: Record<string, Case>, name: string): Case {
  const found = cases[name]
  if (found === undefined) throw new Error(`no case ${name}`)
  return found
}

/** set_cookie and delete_cookie byte for byte; what request.cookies reads. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })

  app.route('/set/<case>')(function set_one(args) {
    const response = make_response('set')
    const { key, value, ...options } = pick(CASES, args.case)
    try {
      response.set_cookie(key, value, options)
    } catch (error) {
      // What Python calls a ValueError is a RangeError here.
      return make_response(`refused ${error instanceof RangeError ? 'ValueError' : 'TypeError'}`, 500)
    }
    return response
  })

  app.route('/delete/<case>')(function delete_one(args) {
    const response = make_response('deleted')
    const { key, ...options } = pick(DELETES, args.case)
    response.delete_cookie(key, options)
    return response
  })

  app.route('/many')(function many() {
    const response = make_response('many')
    response.set_cookie('a', '1')
    response.set_cookie('b', '2', { path: '/b' })
    response.set_cookie('a', '3')
    return response
  })

  app.route('/echo')(function echo() {
    return jsonify([...request.cookies.items({ multi: true })])
  })

  app.route('/name')(function name() {
    return request.cookies.get('name', '游客')
  })

  app.route('/need')(function need() {
    return request.cookies.require('name')
  })

  return app
}
