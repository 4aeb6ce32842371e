/* Hono on @hono/node-server, with the middleware that comes with it. */
import { join } from 'node:path'
import { serve as serveHono } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { getCookie, getSignedCookie, setCookie, setSignedCookie } from 'hono/cookie'
import { etag } from 'hono/etag'
import { stream } from 'hono/streaming'
import nunjucks from 'nunjucks'
import * as shared from './shared.js'

const { chunks, colonRule, FOLDER, HOST, later, LOGIN, PAGE, PORT } = shared
const { ROUTES, routeText, SECRET, serve, summary, TEXT, url_for } = shared

const COOKIE = { path: '/', httpOnly: true, sameSite: 'Lax' }

function listen(app) {
  serveHono({ fetch: app.fetch, hostname: HOST, port: PORT })
}

/** Hono has no session of its own: JSON in its signed cookie is the nearest. */
function signed() {
  const app = new Hono()
  app.get('/login', async (c) => {
    await setSignedCookie(c, 'session', JSON.stringify(LOGIN), SECRET, COOKIE)
    return c.text('welcome')
  })
  app.get('/read', async (c) => {
    const session = JSON.parse(await getSignedCookie(c, SECRET, 'session'))
    return c.text(`${session.username} ${session.user_id}`)
  })
  app.get('/write', async (c) => {
    const session = JSON.parse(await getSignedCookie(c, SECRET, 'session'))
    session.visits += 1
    await setSignedCookie(c, 'session', JSON.stringify(session), SECRET, COOKIE)
    return c.text(String(session.visits))
  })
  listen(app)
}

function files() {
  const app = new Hono()
  app.use('/static/*', serveStatic({ root: './' }))
  listen(app)
}

await serve({
  plain() {
    const app = new Hono()
    app.get('/', (c) => c.text(TEXT))
    listen(app)
  },
  json() {
    const app = new Hono()
    app.get('/users/:id', (c) => c.json({ id: Number(c.req.param('id')), name: 'Ann', active: true }))
    listen(app)
  },
  routes() {
    const app = new Hono()
    for (const [index, [method, rule]] of ROUTES.entries()) {
      app.on(method, colonRule(rule), (c) => c.text(routeText(index, c.req.param())))
    }
    listen(app)
  },
  hooks() {
    const app = new Hono()
    app.use(async (c, next) => {
      c.set('user', 'ann')
      await next()
      c.header('X-App', 'bench')
    })
    app.use(async (c, next) => {
      c.set('steps', 1)
      await next()
    })
    const blue = new Hono()
    blue.use(async (c, next) => {
      c.set('steps', c.get('steps') + 1)
      await next()
      c.header('X-Blue', 'yes')
    })
    blue.use(async (c, next) => {
      c.set('steps', c.get('steps') + 1)
      await next()
    })
    blue.get('/page', (c) => c.text(`${c.get('user')} ${c.get('steps')}`))
    app.route('/blue', blue)
    listen(app)
  },
  cookie() {
    const app = new Hono()
    app.get('/', (c) => {
      const visits = Number(getCookie(c, 'visits') ?? 0) + 1
      setCookie(c, 'visits', String(visits), { ...COOKIE, maxAge: 3600 })
      return c.text(getCookie(c, 'theme'))
    })
    listen(app)
  },
  'session-read': signed,
  'session-write': signed,
  form() {
    const app = new Hono()
    app.post('/form', async (c) => {
      const { name, city } = await c.req.parseBody()
      return c.text(`${name} ${city}`)
    })
    listen(app)
  },
  'json-post'() {
    const app = new Hono()
    app.post('/orders', async (c) => c.json(summary(await c.req.json())))
    listen(app)
  },
  multipart() {
    const app = new Hono()
    app.post('/upload', async (c) => {
      const { title, file } = await c.req.parseBody()
      return c.json({ title, name: file.name, size: file.size })
    })
    listen(app)
  },
  template() {
    const app = new Hono()
    const env = nunjucks.configure(join(FOLDER, 'templates'), { autoescape: true })
    env.addGlobal('url_for', url_for)
    app.get('/', (c) => c.html(env.render('items.html', PAGE)))
    listen(app)
  },
  'static-small': files,
  'static-large': files,
  'static-304'() {
    const app = new Hono()
    app.use('/static/*', etag(), serveStatic({ root: './' }))
    listen(app)
  },
  stream() {
    const app = new Hono()
    app.get('/', (c) => {
      c.header('Content-Type', 'application/octet-stream')
      return stream(c, async (out) => {
        for (const chunk of chunks()) await out.write(chunk)
      })
    })
    listen(app)
  },
  async() {
    const app = new Hono()
    app.get('/', async (c) => {
      const first = await later('Hello')
      return c.text(`${first}, ${await later('World!')}`)
    })
    listen(app)
  },
  error() {
    const app = new Hono()
    app.get('/', (c) => c.text(TEXT))
    app.notFound((c) => c.json({ error: 'Not Found', path: c.req.path }, 404))
    listen(app)
  },
})
