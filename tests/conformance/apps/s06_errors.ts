import { WWWAuthenticate } from '../../../lib/http/authorization.ts'
import {
  BadRequest,
  HTTPException,
  MethodNotAllowed,
  RequestedRangeNotSatisfiable,
  TooManyRequests,
  Unauthorized,
} from '../../../lib/http/exceptions.ts'
import { abort, Blueprint, Flagon, jsonify, make_response, redirect } from '../../../lib/index.ts'

class Base extends Error {}

class Derived extends Base {}

/** What Python raises for a division by zero. */
class ZeroDivisionError extends Error {}

class Teapot extends HTTPException {
  override code = 418
  override description = 'short and stout'
}

class Payment extends HTTPException {
  override code = 402
  override description = 'pay'
}

/** Which error handler answers, what abort takes, and what an unhandled error gives. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.PROPAGATE_EXCEPTIONS = false
  app.logger.disabled = true
  const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/bp' })
  const child = new Blueprint('child', import.meta.url, { url_prefix: '/child' })
  const quiet = new Blueprint('quiet', import.meta.url, { url_prefix: '/quiet' })

  app.errorhandler(403)(function forbidden(error) {
    return make_response(`app 403 ${error.description === 'because' ? error.description : ''}`, 403)
  })

  app.errorhandler(Base)(function base(error) {
    return make_response(`app Base ${error.constructor.name} ${error.message}`, 500)
  })

  app.errorhandler(Payment)(function payment(error) {
    const { code, name, description } = error
    return make_response(jsonify({ code, name, description }), code)
  })

  app.errorhandler(410)(function gone() {
    throw new ZeroDivisionError('in the handler')
  })

  bp.errorhandler(403)(function bp_forbidden() {
    return make_response('bp 403', 403)
  })

  bp.errorhandler(Derived)(function bp_derived() {
    return make_response('bp Derived', 500)
  })

  bp.app_errorhandler(409)(function conflict() {
    return make_response('app-wide 409 from bp', 409)
  })

  bp.errorhandler(404)(function bp_missing() {
    return make_response('bp 404', 404)
  })

  child.errorhandler(Base)(function child_base() {
    return make_response('child Base', 500)
  })

  for (const target of [app, bp, child, quiet]) {
    target.route('/abort/<int:code>')(function abort_code({ code }) {
      abort(code)
    })

    target.route('/because')(function because() {
      abort(403, { description: 'because' })
    })

    target.route('/base')(function raise_base() {
      throw new Base('b')
    })

    target.route('/derived')(function raise_derived() {
      throw new Derived('d')
    })

    target.route('/zero')(function zero() {
      throw new ZeroDivisionError('zero')
    })

    target.route('/teapot')(function teapot() {
      throw new Teapot()
    })
  }

  app.route('/response')(function response() {
    abort(make_response('custom body', 403, { 'X-Custom': '1' }))
  })

  app.route('/redirect-abort')(function redirect_abort() {
    abort(redirect('/elsewhere'))
  })

  app.route('/payment')(function raise_payment() {
    throw new Payment()
  })

  app.route('/bad')(function bad() {
    throw new BadRequest('no good')
  })

  app.route('/method')(function method() {
    throw new MethodNotAllowed({ valid_methods: ['GET', 'PUT'] })
  })

  app.route('/range')(function range() {
    throw new RequestedRangeNotSatisfiable({ length: 10 })
  })

  app.route('/auth')(function auth() {
    throw new Unauthorized({ www_authenticate: new WWWAuthenticate('basic', { realm: 'home' }) })
  })

  app.route('/retry')(function retry() {
    throw new TooManyRequests({ retry_after: 30 })
  })

  app.route('/none')(function none() {
    return undefined as unknown as string
  })

  app.route('/wrong-type')(function wrong_type() {
    return 42 as unknown as string
  })

  app.route('/only-get')(function only_get() {
    return 'got'
  })

  bp.register_blueprint(child)
  app.register_blueprint(bp)
  app.register_blueprint(quiet)
  return app
}
