/* Flagon, from the build that FLAGON_DIST names. */
import { pathToFileURL } from 'node:url'
import * as shared from './shared.js'

const { FOLDER, HOST, LOGIN, PAGE, PORT, REDIS_URL, ROUTES, SECRET, TEXT } = shared
const { chunks, later, NOT_OFFERED, routeText, serve, summary } = shared

const built = (path) => import(pathToFileURL(`${process.env.FLAGON_DIST}/${path}`))
const { Blueprint, Flagon, g, make_response, render_template, request, Response, session } = await built('index.js')

function makeApp(config = {}) {
  const app = new Flagon('bench', { root_path: FOLDER })
  app.config.SECRET_KEY = SECRET
  Object.assign(app.config, config)
  return app
}

function listen(app) {
  return app.run({ host: HOST, port: PORT })
}

function sessionApp(config) {
  const app = makeApp(config)
  app.get('/login', () => {
    session.update(LOGIN)
    return 'welcome'
  })
  app.get('/read', () => `${session.username} ${session.user_id}`)
  app.get('/write', () => {
    session.visits += 1
    return String(session.visits)
  })
  return app
}

async function redisApp() {
  const { createClient } = await import('redis')
  const { Session } = await built('sessions/index.js')
  if (Session === undefined) process.exit(NOT_OFFERED)
  const client = createClient({ url: REDIS_URL })
  await client.connect()
  const app = sessionApp({ SESSION_TYPE: 'redis', SESSION_REDIS: client })
  new Session(app)
  return listen(app)
}

const signed = () => listen(sessionApp())

function encrypted() {
  // A build that does not know the setting would measure the signed session once more.
  if (!('SESSION_COOKIE_ENCRYPTED' in makeApp().config)) process.exit(NOT_OFFERED)
  return listen(sessionApp({ SESSION_COOKIE_ENCRYPTED: true }))
}

const files = () => listen(makeApp())

function upload() {
  const app = makeApp()
  app.post('/upload', () => {
    const file = request.files.require('file')
    return { title: request.form.get('title'), name: file.filename, size: file.size }
  })
  return listen(app)
}

await serve({
  plain() {
    const app = makeApp()
    app.get('/', () => TEXT)
    return listen(app)
  },
  json() {
    const app = makeApp()
    app.get('/users/<int:id>', ({ id }) => ({ id, name: 'Ann', active: true }))
    return listen(app)
  },
  routes() {
    const app = makeApp()
    for (const [index, [method, rule]] of ROUTES.entries()) {
      app.route(rule, { methods: [method], endpoint: `route${index}` })((args) => routeText(index, args))
    }
    return listen(app)
  },
  hooks() {
    const app = makeApp()
    const blue = new Blueprint('blue', import.meta.url, { url_prefix: '/blue' })
    app.before_request(() => {
      g.user = 'ann'
    })
    app.before_request(() => {
      g.steps = 1
    })
    blue.before_request(() => {
      g.steps += 1
    })
    blue.before_request(() => {
      g.steps += 1
    })
    blue.after_request((response) => {
      response.headers.set('X-Blue', 'yes')
      return response
    })
    app.after_request((response) => {
      response.headers.set('X-App', 'bench')
      return response
    })
    blue.get('/page', () => `${g.user} ${g.steps}`)
    app.register_blueprint(blue)
    return listen(app)
  },
  cookie() {
    const app = makeApp()
    app.get('/', () => {
      const visits = request.cookies.get('visits', 0, Number) + 1
      const response = make_response(request.cookies.get('theme'))
      response.set_cookie('visits', String(visits), { max_age: 3600, httponly: true, samesite: 'Lax' })
      return response
    })
    return listen(app)
  },
  'session-read': signed,
  'session-write': signed,
  'encrypted-read': encrypted,
  'encrypted-write': encrypted,
  'redis-read': redisApp,
  'redis-write': redisApp,
  form() {
    const app = makeApp()
    app.post('/form', () => `${request.form.get('name')} ${request.form.get('city')}`)
    return listen(app)
  },
  'json-post'() {
    const app = makeApp()
    app.post('/orders', () => summary(request.json))
    return listen(app)
  },
  multipart: upload,
  'multipart-disk': upload,
  template() {
    const app = makeApp()
    app.get('/', { endpoint: 'home' }, () => render_template('items.html', PAGE))
    app.get('/items', { endpoint: 'items' }, () => TEXT)
    app.get('/items/<int:id>', { endpoint: 'item' }, () => TEXT)
    return listen(app)
  },
  'static-small': files,
  'static-large': files,
  'static-304': files,
  stream() {
    const app = makeApp()
    app.get('/', () => new Response(chunks(), { mimetype: 'application/octet-stream' }))
    return listen(app)
  },
  async() {
    const app = makeApp()
    app.get('/', async () => {
      const first = await later('Hello')
      return `${first}, ${await later('World!')}`
    })
    return listen(app)
  },
  error() {
    const app = makeApp()
    app.get('/', () => TEXT)
    app.errorhandler(404)((error) => make_response({ error: error.name, path: request.path }, 404))
    return listen(app)
  },
})
