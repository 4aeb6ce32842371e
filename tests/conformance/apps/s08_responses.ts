import {
  Flagon,
  jsonify,
  make_response,
  Response,
  redirect,
  request,
  stream_with_context,
  url_for,
} from '../../../lib/index.ts'
import { UUID } from '../../../lib/sessions/index.ts'

const JSONIFY: Record<string, () => Response> = {
  args: () => jsonify(1, 2),
  one: () => jsonify([1]),
  kw: () => jsonify({ z: 1, a: 2 }),
  none: () => jsonify(null),
  empty: () => jsonify({}),
  text: () => jsonify('游客'),
  nested: () => jsonify({ a: { b: [1, 2, { c: null }] } }),
  html: () => jsonify('</script>&'),
  date: () => jsonify(new Date('2024-01-02T03:04:05Z')),
  uuid: () => jsonify(new UUID('00000000-0000-0000-0000-000000000005')),
}

/** What a view may return, make_response, redirect, jsonify, streaming, headers and status lines. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })

  app.route('/text')(function text() {
    return 'héllo 游客'
  })

  app.route('/bytes')(function bytes() {
    return Uint8Array.of(0x00, 0x01, 0xff)
  })

  app.route('/dict')(function dict() {
    return { b: 1, a: [1, null, true, 2.5, '游客', '<b>'] }
  })

  app.route('/list')(function list() {
    return [1, { x: 2 }]
  })

  app.route('/status')(function status() {
    return make_response('made', 201)
  })

  app.route('/headers')(function headers() {
    return make_response('h', { 'X-One': '1', 'Content-Type': 'text/plain' })
  })

  app.route('/both')(function both() {
    return make_response({ ok: true }, 202, { 'X-One': '1' })
  })

  app.route('/pairs')(function pairs() {
    return make_response('p', 200, [
      ['X-Two', 'a'],
      ['X-Two', 'b'],
    ])
  })

  app.route('/status-text')(function status_text() {
    const response = make_response('x')
    response.status = '299 Strange'
    return response
  })

  app.route('/empty')(function empty() {
    return make_response('', 204)
  })

  app.route('/not-modified')(function not_modified() {
    return make_response('', 304)
  })

  app.route('/made')(function made() {
    const response = make_response('<p>made</p>', 203)
    response.headers.set('X-Made', 'yes')
    response.headers.add('X-Multi', '1')
    response.headers.add('X-Multi', '2')
    response.mimetype = 'text/xml'
    return response
  })

  app.route('/made-again')(function made_again() {
    return make_response(make_response('x', 201), 202)
  })

  app.route('/class')(function class_() {
    return new Response('plain', { status: 418, mimetype: 'text/plain', headers: { 'X-A': 'b' } })
  })

  app.route('/content-type')(function content_type() {
    return new Response('a,b', { content_type: 'text/csv; header=present' })
  })

  app.route('/json-type')(function json_type() {
    return new Response('{"a":1}', { mimetype: 'application/json' })
  })

  app.route('/svg-type')(function svg_type() {
    return new Response('<svg/>', { mimetype: 'image/svg+xml' })
  })

  app.route('/redirect')(function redirect_() {
    return redirect('/text')
  })

  app.route('/redirect/<int:code>')(function redirect_code({ code }) {
    return redirect('/text?a=1&b=<2>', code)
  })

  app.route('/redirect-unicode')(function redirect_unicode() {
    return redirect('/用户/a b?q=游客')
  })

  app.route('/redirect-out')(function redirect_out() {
    return redirect('https://example.com/a?b=c')
  })

  app.route('/redirect-url-for')(function redirect_url_for() {
    return redirect(url_for('text', { q: 'x y' }))
  })

  app.route('/redirect-cookie')(function redirect_cookie() {
    const response = redirect(url_for('text'))
    response.set_cookie('name', 'li')
    return response
  })

  app.route('/jsonify/<kind>')(function jsonify_({ kind }) {
    const make = JSONIFY[kind]
    if (make === undefined) throw new Error(`no kind ${kind}`)
    return make()
  })

  app.route('/stream')(function stream() {
    function* generate(): Generator<string> {
      yield 'a'
      yield 'b'
      yield '游'
    }
    return new Response(generate(), { mimetype: 'text/plain' })
  })

  app.route('/generator')(function* generator() {
    yield 'one,'
    yield 'two'
  })

  app.route('/stream-context')(function stream_context() {
    const generate = stream_with_context(function* generate(): Generator<string> {
      yield 'hello '
      yield request.args.require('name')
    })
    return generate()
  })

  app.route('/vary')(function vary() {
    const response = make_response('v')
    response.vary.add('Accept')
    response.vary.update(['Cookie', 'accept'])
    response.cache_control.max_age = 60
    response.cache_control.public = true
    response.headers.set('Location', '/x y')
    return response
  })

  app.route('/etag')(function etag() {
    const response = make_response('etagged body')
    response.set_etag('abc')
    return response.make_conditional(request)
  })

  app.route('/weak')(function weak() {
    const response = make_response('weak')
    response.set_etag('abc', { weak: true })
    return response.make_conditional(request)
  })

  app.route('/dated')(function dated() {
    const response = make_response('dated')
    response.last_modified = new Date('2024-01-02T03:04:05Z')
    response.expires = new Date('2030-01-02T00:00:00Z')
    return response.make_conditional(request)
  })

  app.route('/ranged')(function ranged() {
    const response = make_response('0123456789')
    response.set_etag('r')
    return response.make_conditional(request, { accept_ranges: true, complete_length: 10 })
  })

  app.route('/auto-etag')(function auto_etag() {
    const response = make_response('same body')
    response.add_etag()
    return response.make_conditional(request)
  })

  app.route('/header-injection')(function header_injection() {
    const response = make_response('x')
    try {
      response.headers.set('X-Bad', 'a\r\nSet-Cookie: b=1')
    } catch {
      return make_response('refused', 400)
    }
    return response
  })

  return app
}
