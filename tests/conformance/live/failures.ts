import {
  BadRequestKeyError,
  Forbidden,
  HTTPException,
  InternalServerError,
  NotFound,
} from '../../../lib/http/exceptions.ts'
import {
  abort,
  Blueprint,
  Flagon,
  jsonify,
  make_response,
  redirect,
  request,
  type ViewReturn,
} from '../../../lib/index.ts'
import type { Question } from './questions.ts'

class Base extends Error {}

class Derived extends Base {}

class Unexpected extends Error {}

class Teapot extends HTTPException {
  override code = 418
  override description = 'short'
}

const ERRORS: Record<string, () => unknown> = {
  base: () => new Base('b'),
  derived: () => new Derived('d'),
  unexpected: () => new Unexpected('u'),
  teapot: () => new Teapot(),
  missing: () => new NotFound('nothing here'),
  own: () => new NotFound({ response: make_response('its own', 410) }),
  internal: () => new InternalServerError({ original_exception: new Base('inner') }),
}

function nameOf(error: unknown): string {
  return (error as object).constructor.name
}

function addViews(target: Blueprint): void {
  target.route('/abort/<int:code>')(function abort_({ code }) {
    abort(code, request.args.get('why', 'because'))
  })

  target.route('/raise/<kind>')(function raise({ kind }) {
    throw ERRORS[kind]?.()
  })

  target.route('/give/<kind>')(function give({ kind }) {
    return ERRORS[kind]?.() as ViewReturn
  })

  target.route('/response')(function response() {
    abort(make_response('as it is', 409, { 'X-Kept': 'yes' }))
  })

  target.route('/redirect')(function redirect_() {
    abort(redirect('/elsewhere', 303))
  })

  target.route('/key')(function key() {
    return request.args.require('key')
  })

  target.route('/only', { methods: ['PUT', 'DELETE'] })(function only() {
    return 'only'
  })
}

/** Which handler answers which error, and what becomes of hooks that fail. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.PROPAGATE_EXCEPTIONS = false
  app.logger.disabled = true
  const [plain, general, chain, quiet] = ['plain', 'general', 'chain', 'quiet'].map((name) => {
    return new Blueprint(name, import.meta.url, { url_prefix: `/${name}` })
  }) as [Blueprint, Blueprint, Blueprint, Blueprint]
  for (const target of [plain, general, chain, quiet]) addViews(target)

  general.errorhandler(HTTPException)((error) => {
    const { code, name } = error
    return make_response(jsonify({ code, name, kind: nameOf(error) }), code)
  })

  chain.errorhandler(404)(() => abort(403))
  chain.errorhandler(Base)(() => {
    throw new Unexpected('in the handler')
  })
  chain.errorhandler(411)(() => make_response(['a list'], 411, { 'X-Listed': 'yes' }))
  chain.errorhandler(412)((error) => error as unknown as ViewReturn)

  quiet.errorhandler(Derived)((error) => make_response(`derived ${error.message}`, 500))
  quiet.errorhandler(BadRequestKeyError)((error) => make_response(`no ${nameOf(error)}`, 400))
  quiet.errorhandler(Forbidden)((error) => make_response(error.description, 403))
  quiet.app_errorhandler(409)(() => make_response('conflict everywhere', 409))

  app.errorhandler(404)(({ description }) => {
    return make_response(`404 ${description === 'nothing here' ? description : ''}`, 404)
  })
  app.errorhandler(405)((error) =>
    make_response([...(error as { valid_methods?: string[] }).valid_methods!].sort().join(), 405),
  )
  app.errorhandler(Base)((error) => `base ${nameOf(error)} ${error.message}`)
  app.errorhandler(500)((error) => {
    const original: unknown = Reflect.get(error, 'original_exception')
    return make_response(`failed ${original === undefined ? 'by itself' : nameOf(original)}`, 500)
  })

  app.before_request(function before() {
    if (request.args.get('before') === 'raise') throw new Derived('before')
    if (request.args.get('before') === 'abort') abort(404)
  })

  app.after_request(function after(response) {
    if (request.args.get('after') === 'raise') throw new Unexpected('after')
    if (request.args.get('after') === 'abort') abort(403)
    response.headers.set('X-After', String(response.status_code))
    return response
  })

  for (const blueprint of [plain, general, chain, quiet]) app.register_blueprint(blueprint)
  return app
}

const CODES = [400, 401, 403, 404, 406, 409, 410, 411, 412, 413, 415, 418, 422, 429, 431, 451, 500, 501, 503]
const PATHS = [
  ...CODES.map((code) => `/abort/${code}`),
  ...Object.keys(ERRORS).map((kind) => `/raise/${kind}`),
  ...['teapot', 'missing', 'own'].map((kind) => `/give/${kind}`),
  ...['/response', '/redirect', '/key', '/only', '/nowhere', '/only?before=raise', '/key?key=1&before=raise'],
  ...['/key?key=1&before=abort', '/key?key=1&after=raise', '/key?key=1&after=abort', '/raise/base?after=raise'],
]

/** What both apps are asked. */
export const questions: readonly Question[] = ['plain', 'general', 'chain', 'quiet']
  .flatMap((name) => PATHS.map((path): Question => `/${name}${path}`))
  .concat(['/nowhere', 'POST /plain/only', 'HEAD /plain/abort/404', 'OPTIONS /plain/only', 'POST /general/key'])
