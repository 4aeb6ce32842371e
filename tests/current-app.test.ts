import { inspect } from 'node:util'
import t from 'tap'
import { current_app, Flagon, Response } from '../lib/index.ts'

const makeApp = (name: string): Flagon => new Flagon(name, { static_folder: null })

t.test('current_app is the app whose context is active', async (t) => {
  const [shop, blog] = [makeApp('shop'), makeApp('blog')]
  shop.get('/', () => [current_app.name, current_app.url_for('/'), current_app.config.SESSION_COOKIE_NAME])
  t.same((await shop.test_client().get('/')).json, ['shop', '/', 'session'])
  shop.app_context().run(() => {
    t.equal(current_app.name, 'shop')
    blog.app_context().run(() => t.equal(current_app.name, 'blog'))
    t.equal(current_app.name, 'shop')
  })
})

t.test('everything of the app is reached through it: properties, methods, classes, assignment', async (t) => {
  class Shop extends Flagon {
    #stock = 7
    stock(): number {
      return this.#stock
    }
  }
  const app = new Shop('shop', { static_folder: null })
  app.app_context().run(() => {
    t.ok(current_app instanceof Flagon)
    t.ok(current_app instanceof Shop)
    t.equal((current_app as Shop).stock(), 7)
    t.ok('stock' in current_app)
    t.notOk('nothing' in current_app)
    t.equal(current_app.config, app.config)
    t.equal(current_app.logger, app.logger)
    t.equal(current_app.constructor, Shop)
    t.equal(current_app.response_class, Response)
    t.equal(current_app.jinja_environment, app.jinja_environment)
    t.ok(current_app.make_response('x') instanceof Response)
    current_app.testing = true
  })
  t.ok(app.testing)
})

t.test('outside of a context current_app says where it can be used', async (t) => {
  for (const use of [
    () => current_app.name,
    () => current_app.url_for('x'),
    () => 'name' in current_app,
    () => {
      current_app.debug = true
    },
    () => current_app instanceof Flagon,
  ]) {
    t.throws(use, {
      code: 'OUTSIDE_CONTEXT',
      message: /^current_app was used outside of an app context: .*app_context\(\)\.run/,
    })
  }
})

t.test('printing shows the app, or that none is bound', async (t) => {
  t.equal(inspect(current_app), '<unbound>')
  makeApp('shop')
    .app_context()
    .run(() => t.equal(inspect(current_app), "<Flagon 'shop'>"))
})
