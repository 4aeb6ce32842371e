import { abort, after_this_request, Blueprint, Flagon, g, make_response, request } from '../../../lib/index.ts'

const LOG: string[] = []

/** What Python raises for a division by zero. */
class ZeroDivisionError extends Error {}

function note(text: string): void {
  LOG.push(text)
}

function hook_all(target: Flagon | Blueprint, name: string): void {
  target.before_request(function before_1() {
    note(`${name}.before.1`)
    if (request.args.get('stop') === name) return `stopped by ${name}`
    if (request.args.get('fail') === name) abort(418)
    return undefined
  })

  target.before_request(function before_2() {
    note(`${name}.before.2`)
  })

  target.after_request(function after_1(response) {
    note(`${name}.after.1`)
    response.headers.add('X-After', `${name}.1`)
    return response
  })

  target.after_request(function after_2(response) {
    note(`${name}.after.2`)
    response.headers.add('X-After', `${name}.2`)
    return response
  })

  target.teardown_request(function teardown_1(error) {
    note(`${name}.teardown.1 ${error instanceof Error ? error.constructor.name : 'None'}`)
  })

  target.teardown_request(function teardown_2() {
    note(`${name}.teardown.2`)
  })
}

/** The order in which hooks run, on the app, on blueprints and on nested blueprints, with and without errors. */
export function create_app(): Flagon {
  LOG.length = 0
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.PROPAGATE_EXCEPTIONS = false
  app.logger.disabled = true
  hook_all(app, 'app')
  const outer = new Blueprint('outer', import.meta.url, { url_prefix: '/outer' })
  const inner = new Blueprint('inner', import.meta.url, { url_prefix: '/inner' })
  const other = new Blueprint('other', import.meta.url, { url_prefix: '/other' })
  for (const bp of [outer, inner, other]) hook_all(bp, bp.name)

  outer.before_app_request(function outer_before_app() {
    note('outer.before_app')
  })

  outer.after_app_request(function outer_after_app(response) {
    note('outer.after_app')
    return response
  })

  outer.teardown_app_request(function outer_teardown_app() {
    note('outer.teardown_app')
  })

  inner.before_app_request(function inner_before_app() {
    note('inner.before_app')
  })

  app.teardown_appcontext(function teardown_context() {
    note(`app.teardown_context ${g.get('user') ?? 'None'}`)
  })

  app.url_value_preprocessor(function values(endpoint) {
    note(`app.values ${endpoint ?? 'None'}`)
  })

  inner.url_value_preprocessor(function inner_values(endpoint) {
    note(`inner.values ${endpoint ?? 'None'}`)
  })

  function view(text: string): () => string {
    return function run() {
      note(`view ${text}`)
      g['user'] = text
      if (request.args.get('later')) {
        after_this_request(function once(response) {
          note('after_this_request')
          response.headers.set('X-Once', 'yes')
          return response
        })
      }
      if (request.args.get('boom')) throw new ZeroDivisionError('boom')
      if (request.args.get('abort')) abort(Number(request.args.get('abort')))
      return text
    }
  }

  app.add_url_rule('/', 'index', view('index'))
  outer.add_url_rule('/', 'index', view('outer'))
  inner.add_url_rule('/', 'index', view('inner'))
  other.add_url_rule('/', 'index', view('other'))

  other.errorhandler(409)(function conflict() {
    note('other.errorhandler 409')
    return make_response('handled', 409)
  })

  outer.register_blueprint(inner)
  app.register_blueprint(outer)
  app.register_blueprint(other)

  // Every request but /log starts with an empty log; /log tells what the request before it left.
  const wrapped = app.handler
  app.handler = (req, res) => {
    const saved = LOG.splice(0)
    if (req.url !== '/log') return wrapped(req, res)
    const body = JSON.stringify(saved)
    return res
      .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
      .end(body)
  }
  return app
}
