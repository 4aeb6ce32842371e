import t from 'tap'
import { Flagon, MethodView, request, View, type ViewDecorator } from '../lib/index.ts'

const makeApp = (): Flagon => new Flagon(import.meta.url, { static_folder: null })

t.test('an object is made for each request, with the arguments of as_view', async (t) => {
  let made = 0
  class Counter extends View {
    start: number
    constructor(start: number) {
      super()
      this.start = start
      made++
    }
    override dispatch_request({ step }: { step: number }) {
      this.start += step
      return String(this.start)
    }
  }
  const app = makeApp()
  app.add_url_rule('/count/<int:step>', { view_func: Counter.as_view('count', 10) })
  const client = app.test_client()
  t.equal((await client.get('/count/1')).text, '11')
  t.equal((await client.get('/count/1')).text, '11')
  t.equal(made, 2)
})

t.test('with init_every_request off one object serves all', async (t) => {
  class Counter extends View {
    static override init_every_request = false
    n = 0
    override dispatch_request() {
      return String(++this.n)
    }
  }
  const app = makeApp()
  app.add_url_rule('/', { view_func: Counter.as_view('count') })
  const client = app.test_client()
  await client.get('/')
  t.equal((await client.get('/')).text, '2')
})

t.test('a method view answers the methods that it has', async (t) => {
  class Items extends MethodView {
    get({ id }: { id?: number }) {
      return `get ${id} ${request.method}`
    }
    async post() {
      return 'post'
    }
  }
  class More extends Items {
    delete() {
      return 'delete'
    }
  }
  const app = makeApp()
  app.add_url_rule('/items/<int:id>', { view_func: Items.as_view('items') })
  app.add_url_rule('/more', { view_func: More.as_view('more') })
  t.same(Items.methods, ['GET', 'POST'])
  t.same(More.methods, ['DELETE', 'GET', 'POST'])
  const client = app.test_client()
  t.equal((await client.get('/items/7')).text, 'get 7 GET')
  t.equal((await client.post('/items/7')).text, 'post')
  t.equal((await client.delete('/items/7')).status_code, 405)
  t.equal((await client.delete('/more')).text, 'delete')
  const head = await client.head('/items/7')
  t.equal(head.status_code, 200)
  t.equal(head.text, '')
  t.match(head.headers.get('Content-Length'), String('get 7 HEAD'.length))
})

t.test('a method that the route names and the class lacks is 405', async (t) => {
  class Items extends MethodView {
    get() {
      return 'get'
    }
  }
  const app = makeApp()
  app.add_url_rule('/', { view_func: Items.as_view('items'), methods: ['GET', 'PUT'] })
  t.equal((await app.test_client().put('/')).status_code, 405)
})

t.test('decorators wrap the view, the last outermost', async (t) => {
  class Wrapped extends View {
    static override decorators: ViewDecorator[] = [
      (view) => (args) => `1${String(view(args))}`,
      (view) => (args) => `2${String(view(args))}`,
    ]
    override dispatch_request() {
      return 'core'
    }
  }
  const app = makeApp()
  app.add_url_rule('/', { view_func: Wrapped.as_view('wrapped') })
  t.equal((await app.test_client().get('/')).text, '21core')
  t.ok(app.view_functions['wrapped'])
})

t.test('route decorates a class of views', async (t) => {
  const app = makeApp()
  @app.route('/things/<int:id>')
  class Things extends MethodView {
    get({ id }: { id: number }) {
      return `thing ${id}`
    }
  }
  t.equal((await app.test_client().get('/things/3')).text, 'thing 3')
  t.same(Things.methods, ['GET'])
  t.ok(app.view_functions['things'])
})

t.test('a view without dispatch_request says what is missing', async (t) => {
  class Empty extends View {}
  const app = makeApp()
  app.testing = true
  app.add_url_rule('/', { view_func: Empty.as_view('empty') })
  await t.rejects(app.test_client().get('/'), { message: /Empty has no dispatch_request/ })
})
