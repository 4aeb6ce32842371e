import { Blueprint, Flagon, jsonify, type RouteOptions, request, url_for } from '../../../lib/index.ts'
import { BaseConverter, BuildError, ValidationError } from '../../../lib/routing/index.ts'
import type { Question } from './questions.ts'

const RULES: [rule: string, endpoint: string, options?: RouteOptions][] = [
  ['/', 'root'],
  ['/plain', 'plain'],
  ['/slash/', 'slash'],
  ['/loose', 'loose', { strict_slashes: false }],
  ['/loose/branch/', 'branch', { strict_slashes: false }],
  ['/int/<int:n>', 'int'],
  ['/int/<int(signed=True):n>/signed', 'signed'],
  ['/range/<int(min=5, max=10):n>', 'range'],
  ['/fixed/<int(fixed_digits=3):n>', 'fixed'],
  ['/two/<string(length=2):s>', 'two'],
  ["/any/<any(foo, 'b c'):s>", 'any'],
  ['/path/<path:p>', 'path'],
  ['/path/<path:p>/edit', 'edit'],
  ['/path/<path:p>/x/<s>', 'middle'],
  ['/v<int:v>/<name>.<ext>', 'compound'],
  ['/<a>/<b>', 'both'],
  ['/page/', 'page', { defaults: { n: 1 } }],
  ['/page/<int:n>', 'page'],
  ['/method', 'method_get'],
  ['/method', 'method_put', { methods: ['PUT', 'DELETE'] }],
  ['/quiet', 'quiet', { provide_automatic_options: false }],
  ['/old/<int:n>', 'int', { alias: true }],
  ['/moved/<int:n>', 'moved', { redirect_to: 'int/<n>' }],
  ['/merge//x', 'merge', { merge_slashes: false }],
  ['/游客/<name>', 'guest'],
  ['/odd/<odd:n>', 'odd'],
]
const BUILDS: [endpoint: string, values: Record<string, unknown>][] = [
  ['both', { a: 'x/y', b: 'a b?c#d&e%f' }],
  ['both', { a: "-._~!$&'()*+,;=:@", b: '游客' }],
  ['both', { a: 'x' }],
  ['plain', { q: [1, null, 'a b'], none: null, empty: '', flag: true }],
  ['plain', { b: 1, a: 'é&=+/?', _anchor: 'a b/c%游' }],
  ['plain', { _external: true }],
  ['plain', { _scheme: 'https' }],
  ['plain', { _external: true, _scheme: '' }],
  ['int', { n: '7' }],
  ['int', { n: -7 }],
  ['fixed', { n: 7 }],
  ['path', { p: '/a//b c/' }],
  ['any', { s: 'foo' }],
  ['any', { s: 'bar' }],
  ['page', {}],
  ['page', { n: 1 }],
  ['page', { n: 2, q: 3 }],
  ['odd', { n: 5 }],
  ['part.index', {}],
  ['part.deep.index', {}],
  ['part.deep.show', { n: 3 }],
  ['again.deep.show', { n: 4 }],
  ['.index', {}],
  ['nowhere', {}],
]

class OddConverter extends BaseConverter {
  override regex = '\\d+'

  override to_python(value: string): unknown {
    if (Number(value) % 2 === 0) throw new ValidationError()
    return Number(value)
  }

  override to_url(value: unknown): string {
    return String(value).padStart(3, '0')
  }
}

/** Rules that meet in every way, and the URLs that url_for builds of them. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.url_map.converters['odd'] = OddConverter

  const where = (values: Record<string, unknown>) =>
    jsonify({ endpoint: request.endpoint, values, path: request.path, url: request.url })

  const built = () =>
    jsonify(
      BUILDS.map(([endpoint, values]) => {
        try {
          return url_for(endpoint, values)
        } catch (error) {
          return `no URL: ${error instanceof BuildError ? 'BuildError' : 'value'}`
        }
      }),
    )

  for (const [rule, endpoint, options] of RULES) app.add_url_rule(rule, endpoint, where, options)
  app.add_url_rule('/built/here', 'built', built)
  const part = new Blueprint('part', import.meta.url, { url_prefix: '/part' })
  const deep = new Blueprint('deep', import.meta.url, { url_prefix: '/deep', url_defaults: { n: 2 } })
  for (const blueprint of [part, deep]) {
    blueprint.add_url_rule('/', 'index', where)
    blueprint.add_url_rule('/built', 'built', built)
  }
  deep.add_url_rule('/<int:n>', 'show', where)
  part.register_blueprint(deep)
  app.register_blueprint(part)
  app.register_blueprint(part, { name: 'again', url_prefix: '/again/' })
  return app
}

const PATHS =
  '/ /plain /plain/ /PLAIN /slash /slash?a=1&b=%20 /slash/ //slash /loose /loose/ /loose/branch /int/1 /int/007 /int/-1 /int/%31 /int/-1/signed ' +
  '/range/4 /range/5 /range/11 /fixed/007 /fixed/7 /two/ab /two/%F0%9F%98%80a /two/abc /any/foo /any/b%20c /any/x /path/a/b /path/a/b/edit ' +
  '/path/edit /path/a//b /path/a%2Fb /path/a/x/b/x/c /path/ /v1/a.txt /v12/a.b.c /v1/.txt /vx/a.txt /a/b /a/b/ /a//b?c=d /a%2Fb/c /a%20b/c%3Fd ' +
  '/%E6%B8%B8/%ff /%zz/b /page /page/ /page/1 /page/1?x=1 /page/2 /method /quiet /old/5 /old/5?x=1 /moved/5?x=1 /merge//x /merge/x ' +
  '/%E6%B8%B8%E5%AE%A2/li /%E6%B8%B8%E5%AE%A2//li /odd/3 /odd/4 /built/here /part /part/ /part/built /part/deep /part/deep/ /part/deep/2 ' +
  '/part/deep/9 /part/deep/built /again/ /again/deep/7 /./plain /plain/.. /plain;a=b /none/of/these'
const METHODS = ['HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PURGE']

/** What both apps are asked. */
export const questions: readonly Question[] = [
  ...PATHS.split(' '),
  ...['/plain', '/slash', '/method', '/quiet', '/page/1', '/old/5', '/moved/5', '/part/deep', '/none/of/these'].flatMap(
    (path) => METHODS.map((method) => `${method} ${path}`),
  ),
  { line: '/built/here', headers: [['Host', 'shop.test:8080']] },
]
