import { Flagon, jsonify, type MultiDict, request } from '../../../lib/index.ts'

function pairs<V>(multi: Pick<MultiDict<V>, 'items'>): [string, V][] {
  return [...multi.items({ multi: true })]
}

/** What Python's int makes of a text. */
function int(text: string): number {
  return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN
}

/** A date as Python's isoformat writes it. */
function isoformat(date: Date | undefined): string | null {
  return date === undefined ? null : date.toISOString().replace('.000Z', '+00:00')
}

/** What the request object reads: args, form, JSON, files, headers, URL parts, auth, limits and malformed bodies. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.update({ MAX_CONTENT_LENGTH: 20000, MAX_FORM_MEMORY_SIZE: 5000, MAX_FORM_PARTS: 10 })

  app.route('/args')(function args() {
    return jsonify(pairs(request.args))
  })

  app.route('/arg')(function arg() {
    const a = request.args
    const texts = [a.get('n', null), a.get('n', 'none'), a.get('n', null, int), a.get('n', -1, int)]
    return jsonify([...texts, a.getlist('n'), a.getlist('n', int)])
  })

  app.route('/need')(function need() {
    return jsonify(request.args.require('n'))
  })

  app.route('/form', { methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] })(function form() {
    return jsonify(pairs(request.form))
  })

  app.route('/form-need', { methods: ['POST'] })(function form_need() {
    return request.form.require('name')
  })

  app.route('/values', { methods: ['GET', 'POST'] })(function values() {
    return jsonify(pairs(request.values))
  })

  app.route('/json', { methods: ['GET', 'POST'] })(function json() {
    return jsonify({ got: request.get_json() })
  })

  app.route('/json-silent', { methods: ['POST'] })(function json_silent() {
    return jsonify({ got: request.get_json({ silent: true }) ?? null })
  })

  app.route('/json-force', { methods: ['POST'] })(function json_force() {
    return jsonify({ got: request.get_json({ force: true }) })
  })

  app.route('/is-json', { methods: ['POST'] })(function is_json() {
    return jsonify(request.is_json)
  })

  app.route('/data', { methods: ['GET', 'POST', 'PUT'] })(function data() {
    const { content_length = null, content_type = null, mimetype, mimetype_params } = request
    return jsonify([request.get_data({ as_text: true }), content_length, content_type, mimetype, mimetype_params])
  })

  app.route('/files', { methods: ['POST'] })(function files() {
    const rows = pairs(request.files).map(([key, file]) => {
      const body = file.read()
      const start = body.subarray(0, 20).toString('latin1')
      return [key, file.filename, file.content_type ?? null, file.mimetype, body.length, start]
    })
    return jsonify({ form: pairs(request.form), files: rows })
  })

  app.route('/headers')(function headers() {
    const h = request.headers
    return jsonify([
      h.get('X-One', null),
      h.get('x-one', null),
      h.get('X-None', 'none'),
      h.getlist('X-Two'),
      h.has('X-One'),
    ])
  })

  app.route('/about', { methods: ['GET', 'POST'] })(function about() {
    const r = request
    return jsonify({
      method: r.method,
      path: r.path,
      full_path: r.full_path,
      url: r.url,
      base_url: r.base_url,
      root: r.url_root,
      host: r.host,
      scheme: r.scheme,
      secure: r.is_secure,
      endpoint: r.endpoint,
      referrer: r.referrer ?? null,
      agent: r.user_agent.string,
      query: r.query_string.toString('latin1'),
      origin: r.origin ?? null,
    })
  })

  app.route('/auth')(function auth() {
    const a = request.authorization
    if (a === undefined) return jsonify(null)
    return jsonify([a.type, a.username ?? null, a.password ?? null, a.token ?? null])
  })

  app.route('/accept')(function accept() {
    const r = request
    return jsonify([
      r.accept_mimetypes.best_match(['text/html', 'application/json', 'image/png']) ?? null,
      [...r.accept_mimetypes],
      r.accept_mimetypes.accept_json,
      r.accept_mimetypes.accept_html,
      r.accept_languages.best_match(['en', 'zh', 'de']) ?? null,
      r.accept_encodings.best_match(['br', 'gzip']) ?? null,
      r.accept_mimetypes.quality('application/json'),
    ])
  })

  app.route('/conditions')(function conditions() {
    const r = request
    return jsonify([
      r.if_none_match.to_header(),
      r.if_none_match.contains('abc'),
      r.if_match.to_header(),
      isoformat(r.if_modified_since),
      r.range?.to_header() ?? null,
      r.cache_control.max_age ?? null,
      Boolean(r.cache_control.no_cache),
    ])
  })

  return app
}
