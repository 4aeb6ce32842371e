import { Blueprint, Flagon, jsonify, request, url_for } from '../../../lib/index.ts'
import { BuildError } from '../../../lib/routing/index.ts'

const CASES: Record<string, [endpoint: string, values: Record<string, unknown>]> = {
  index: ['index', {}],
  user: ['user', { name: 'ann' }],
  user_space: ['user', { name: 'a b' }],
  user_slash: ['user', { name: 'a/b' }],
  user_unicode: ['user', { name: '游客' }],
  user_marks: ['user', { name: 'a?b#c&d=e%f+g' }],
  user_query: ['user', { name: 'ann', q: 'x y', page: 2 }],
  user_list: ['user', { name: 'ann', tag: ['a', 'b'] }],
  user_none: ['user', { name: 'ann', q: null, p: '' }],
  user_anchor: ['user', { name: 'ann', _anchor: 'top of page' }],
  user_external: ['user', { name: 'ann', _external: true }],
  user_https: ['user', { name: 'ann', _scheme: 'https' }],
  user_norelative: ['user', { name: 'ann', _external: true, _scheme: '' }],
  post: ['post', { post_id: 7 }],
  post_fixed: ['fixed', { n: 42 }],
  post_text: ['post', { post_id: '7' }],
  price: ['price', { amount: 1.5 }],
  price_int: ['price', { amount: 2 }],
  path: ['file', { sub: 'a/b c/d.txt' }],
  path_marks: ['file', { sub: 'a//b/../c?d' }],
  any: ['pick', { color: 'red' }],
  page1: ['page', { page: 1 }],
  page2: ['page', { page: 2 }],
  method_get: ['item', { n: 1, _method: 'GET' }],
  method_post: ['item', { _method: 'POST' }],
  blueprint: ['shop.cart', {}],
  nested: ['shop.admin.users', { uid: 5 }],
  bp_list: ['shop.item', { sku: 'A-1', color: ['red', 'blue'] }],
  missing_value: ['user', {}],
  missing_endpoint: ['nope', {}],
  any_wrong: ['pick', { color: 'pink' }],
  bool: ['user', { name: 'ann', flag: true }],
  unicode_query: ['user', { name: 'ann', q: '游客' }],
  marks_query: ['user', { name: 'ann', q: "a&b=c+d e/f?g#h~i!*'()" }],
  sorted_query: ['user', { name: 'ann', z: 1, a: 2, m: 3 }],
}

/** url_for: values, query strings, anchors, externals, defaults, scripts and blueprints. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: 'static_files', static_url_path: '/assets' })
  const ok = (): string => 'ok'
  app.add_url_rule('/', 'index', ok)
  app.add_url_rule('/user/<name>', 'user', ok)
  app.add_url_rule('/post/<int:post_id>', 'post', ok)
  app.add_url_rule('/fixed/<int(fixed_digits=4):n>', 'fixed', ok)
  app.add_url_rule('/price/<float:amount>', 'price', ok)
  app.add_url_rule('/files/<path:sub>', 'file', ok)
  app.add_url_rule('/pick/<any(red, green):color>', 'pick', ok)
  app.add_url_rule('/pages/', 'page', ok, { defaults: { page: 1 } })
  app.add_url_rule('/pages/<int:page>', 'page', ok)
  app.add_url_rule('/items', 'item', ok, { methods: ['POST'] })
  app.add_url_rule('/items/<int:n>', 'item', ok, { methods: ['GET'] })
  const admin = new Blueprint('admin', import.meta.url, { url_prefix: '/admin' })
  const shop = new Blueprint('shop', import.meta.url, { url_prefix: '/shop' })
  shop.add_url_rule('/cart', 'cart', ok)
  shop.add_url_rule('/item/<sku>', 'item', ok)
  admin.add_url_rule('/users/<int:uid>', 'users', ok)

  shop.route('/relative')(function relative() {
    return jsonify([url_for('.cart'), url_for('.admin.users', { uid: 1 }), url_for('index')])
  })

  admin.route('/up')(function up() {
    return jsonify([url_for('.users', { uid: 2 }), url_for('shop.cart')])
  })

  app.route('/build/<case>')(function build(args) {
    const [endpoint, values] = CASES[args.case] ?? []
    try {
      return jsonify(url_for(endpoint ?? '', values))
    } catch (error) {
      if (!(error instanceof BuildError)) throw error
      return jsonify({ error: error.constructor.name, endpoint: error.endpoint })
    }
  })

  app.route('/static-url')(function static_url() {
    return jsonify(url_for('static', { filename: 'css/a b.css' }))
  })

  app.route('/here/<name>')(function here() {
    const { url, base_url, host_url, url_root, full_path, path, host, scheme, query_string } = request
    return jsonify([url, base_url, host_url, url_root, full_path, path, host, scheme, query_string.toString()])
  })

  shop.register_blueprint(admin)
  app.register_blueprint(shop)
  app.register_blueprint(shop, { name: 'shop2', url_prefix: '/shop2' })
  return app
}
