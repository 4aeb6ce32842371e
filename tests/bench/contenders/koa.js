/* Koa with the middleware that its users take. */
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import multer from '@koa/multer'
import Router from '@koa/router'
import Koa from 'koa'
import bodyParser from 'koa-bodyparser'
import conditional from 'koa-conditional-get'
import etag from 'koa-etag'
import koaSession from 'koa-session'
import koaStatic from 'koa-static'
import nunjucks from 'nunjucks'
import { createClient } from 'redis'
import * as shared from './shared.js'

const { chunks, colonRule, FOLDER, HOST, later, LOGIN, PAGE, PORT, REDIS_URL } = shared
const { ROUTES, routeText, SECRET, serve, summary, TEXT, url_for } = shared

const SECONDS_OF_SESSION = 86_400

function listen(app, router) {
  if (router) app.use(router.routes())
  app.listen(PORT, HOST)
}

function sessionApp(options) {
  const app = new Koa()
  app.keys = [SECRET]
  app.use(koaSession({ key: 'session', sameSite: 'lax', maxAge: 'session', ...options }, app))
  const router = new Router()
  router.get('/login', (ctx) => {
    Object.assign(ctx.session, LOGIN)
    ctx.body = 'welcome'
  })
  router.get('/read', (ctx) => {
    ctx.body = `${ctx.session.username} ${ctx.session.user_id}`
  })
  router.get('/write', (ctx) => {
    ctx.session.visits += 1
    ctx.body = String(ctx.session.visits)
  })
  listen(app, router)
}

const signed = () => sessionApp({})

async function redis() {
  const client = createClient({ url: REDIS_URL })
  await client.connect()
  const store = {
    async get(key) {
      const text = await client.get(`koa:${key}`)
      return text === null ? undefined : JSON.parse(text)
    },
    set: (key, session) => client.set(`koa:${key}`, JSON.stringify(session), { EX: SECONDS_OF_SESSION }),
    destroy: (key) => client.del(`koa:${key}`),
  }
  sessionApp({ store })
}

function files() {
  const app = new Koa()
  // koa-static serves a folder at the root, so the folder above is the one that has `static/`.
  app.use(koaStatic(FOLDER))
  listen(app)
}

await serve({
  plain() {
    const router = new Router()
    router.get('/', (ctx) => {
      ctx.body = TEXT
    })
    listen(new Koa(), router)
  },
  json() {
    const router = new Router()
    router.get('/users/:id', (ctx) => {
      ctx.body = { id: Number(ctx.params.id), name: 'Ann', active: true }
    })
    listen(new Koa(), router)
  },
  routes() {
    const router = new Router()
    for (const [index, [method, rule]] of ROUTES.entries()) {
      router[method.toLowerCase()](colonRule(rule), (ctx) => {
        ctx.body = routeText(index, ctx.params)
      })
    }
    listen(new Koa(), router)
  },
  hooks() {
    const app = new Koa()
    app.use(async (ctx, next) => {
      ctx.state.user = 'ann'
      await next()
      ctx.set('X-App', 'bench')
    })
    app.use(async (ctx, next) => {
      ctx.state.steps = 1
      await next()
    })
    const blue = new Router({ prefix: '/blue' })
    blue.use(async (ctx, next) => {
      ctx.state.steps += 1
      await next()
      ctx.set('X-Blue', 'yes')
    })
    blue.use(async (ctx, next) => {
      ctx.state.steps += 1
      await next()
    })
    blue.get('/page', (ctx) => {
      ctx.body = `${ctx.state.user} ${ctx.state.steps}`
    })
    listen(app, blue)
  },
  cookie() {
    const router = new Router()
    router.get('/', (ctx) => {
      const visits = Number(ctx.cookies.get('visits') ?? 0) + 1
      // Koa's own cookies know no Max-Age, so this one is written as text.
      ctx.append('Set-Cookie', `visits=${visits}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax`)
      ctx.body = ctx.cookies.get('theme')
    })
    listen(new Koa(), router)
  },
  'session-read': signed,
  'session-write': signed,
  'redis-read': redis,
  'redis-write': redis,
  form() {
    const app = new Koa()
    app.use(bodyParser())
    const router = new Router()
    router.post('/form', (ctx) => {
      ctx.body = `${ctx.request.body.name} ${ctx.request.body.city}`
    })
    listen(app, router)
  },
  'json-post'() {
    const app = new Koa()
    app.use(bodyParser())
    const router = new Router()
    router.post('/orders', (ctx) => {
      ctx.body = summary(ctx.request.body)
    })
    listen(app, router)
  },
  multipart() {
    const router = new Router()
    router.post('/upload', multer({ storage: multer.memoryStorage() }).single('file'), (ctx) => {
      ctx.body = { title: ctx.request.body.title, name: ctx.file.originalname, size: ctx.file.size }
    })
    listen(new Koa(), router)
  },
  'multipart-disk'() {
    const router = new Router()
    router.post('/upload', multer({ dest: join(FOLDER, 'uploads') }).single('file'), async (ctx) => {
      ctx.body = { title: ctx.request.body.title, name: ctx.file.originalname, size: ctx.file.size }
      await unlink(ctx.file.path)
    })
    listen(new Koa(), router)
  },
  template() {
    const router = new Router()
    const env = nunjucks.configure(join(FOLDER, 'templates'), { autoescape: true })
    env.addGlobal('url_for', url_for)
    router.get('/', (ctx) => {
      ctx.type = 'html'
      ctx.body = env.render('items.html', PAGE)
    })
    listen(new Koa(), router)
  },
  'static-small': files,
  'static-large': files,
  'static-304'() {
    const app = new Koa()
    app.use(conditional())
    app.use(etag())
    app.use(koaStatic(FOLDER))
    listen(app)
  },
  stream() {
    const router = new Router()
    router.get('/', (ctx) => {
      ctx.type = 'application/octet-stream'
      ctx.body = Readable.from(chunks())
    })
    listen(new Koa(), router)
  },
  async() {
    const router = new Router()
    router.get('/', async (ctx) => {
      const first = await later('Hello')
      ctx.body = `${first}, ${await later('World!')}`
    })
    listen(new Koa(), router)
  },
  error() {
    const app = new Koa()
    app.use(async (ctx, next) => {
      await next()
      if (ctx.status !== 404) return
      ctx.status = 404
      ctx.body = { error: 'Not Found', path: ctx.path }
    })
    const router = new Router()
    router.get('/', (ctx) => {
      ctx.body = TEXT
    })
    listen(app, router)
  },
})
