/* Express 5 with the middleware that its users take. */
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { RedisStore } from 'connect-redis'
import cookieParser from 'cookie-parser'
import cookieSession from 'cookie-session'
import express from 'express'
import expressSession from 'express-session'
import multer from 'multer'
import nunjucks from 'nunjucks'
import { createClient } from 'redis'
import * as shared from './shared.js'

const { chunks, colonRule, FOLDER, HOST, later, LOGIN, PAGE, PORT, REDIS_URL } = shared
const { ROUTES, routeText, SECRET, serve, summary, TEXT, url_for } = shared

const COOKIE = { path: '/', httpOnly: true, sameSite: 'lax' }

function listen(app) {
  app.listen(PORT, HOST)
}

function sessionApp(middleware) {
  const app = express()
  app.use(middleware)
  app.get('/login', (req, res) => {
    Object.assign(req.session, LOGIN)
    res.send('welcome')
  })
  app.get('/read', (req, res) => {
    res.send(`${req.session.username} ${req.session.user_id}`)
  })
  app.get('/write', (req, res) => {
    req.session.visits += 1
    res.send(String(req.session.visits))
  })
  listen(app)
}

function signed() {
  sessionApp(cookieSession({ name: 'session', keys: [SECRET], ...COOKIE }))
}

async function redis() {
  const client = createClient({ url: REDIS_URL })
  await client.connect()
  const store = new RedisStore({ client, prefix: 'express:' })
  sessionApp(expressSession({ store, secret: SECRET, resave: false, saveUninitialized: false, cookie: COOKIE }))
}

function files() {
  const app = express()
  app.use('/static', express.static(join(FOLDER, 'static')))
  listen(app)
}

await serve({
  plain() {
    const app = express()
    app.get('/', (_req, res) => {
      res.send(TEXT)
    })
    listen(app)
  },
  json() {
    const app = express()
    app.get('/users/:id', (req, res) => {
      res.json({ id: Number(req.params.id), name: 'Ann', active: true })
    })
    listen(app)
  },
  routes() {
    const app = express()
    for (const [index, [method, rule]] of ROUTES.entries()) {
      app[method.toLowerCase()](colonRule(rule), (req, res) => {
        res.send(routeText(index, req.params))
      })
    }
    listen(app)
  },
  hooks() {
    const app = express()
    app.use((_req, res, next) => {
      res.locals.user = 'ann'
      next()
    })
    app.use((_req, res, next) => {
      res.locals.steps = 1
      next()
    })
    app.use((_req, res, next) => {
      res.set('X-App', 'bench')
      next()
    })
    const blue = express.Router()
    blue.use((_req, res, next) => {
      res.locals.steps += 1
      next()
    })
    blue.use((_req, res, next) => {
      res.locals.steps += 1
      next()
    })
    blue.use((_req, res, next) => {
      res.set('X-Blue', 'yes')
      next()
    })
    blue.get('/page', (_req, res) => {
      res.send(`${res.locals.user} ${res.locals.steps}`)
    })
    app.use('/blue', blue)
    listen(app)
  },
  cookie() {
    const app = express()
    app.use(cookieParser())
    app.get('/', (req, res) => {
      const visits = Number(req.cookies.visits ?? 0) + 1
      res.cookie('visits', String(visits), { ...COOKIE, maxAge: 3_600_000 })
      res.send(req.cookies.theme)
    })
    listen(app)
  },
  'session-read': signed,
  'session-write': signed,
  'redis-read': redis,
  'redis-write': redis,
  form() {
    const app = express()
    app.use(express.urlencoded())
    app.post('/form', (req, res) => {
      res.send(`${req.body.name} ${req.body.city}`)
    })
    listen(app)
  },
  'json-post'() {
    const app = express()
    app.use(express.json())
    app.post('/orders', (req, res) => {
      res.json(summary(req.body))
    })
    listen(app)
  },
  multipart() {
    const app = express()
    app.post('/upload', multer({ storage: multer.memoryStorage() }).single('file'), (req, res) => {
      res.json({ title: req.body.title, name: req.file.originalname, size: req.file.size })
    })
    listen(app)
  },
  'multipart-disk'() {
    const app = express()
    app.post('/upload', multer({ dest: join(FOLDER, 'uploads') }).single('file'), async (req, res) => {
      res.json({ title: req.body.title, name: req.file.originalname, size: req.file.size })
      await unlink(req.file.path)
    })
    listen(app)
  },
  template() {
    const app = express()
    nunjucks.configure(join(FOLDER, 'templates'), { autoescape: true, express: app }).addGlobal('url_for', url_for)
    app.get('/', (_req, res) => {
      res.render('items.html', PAGE)
    })
    listen(app)
  },
  'static-small': files,
  'static-large': files,
  'static-304': files,
  stream() {
    const app = express()
    app.get('/', (_req, res) => {
      res.type('application/octet-stream')
      Readable.from(chunks()).pipe(res)
    })
    listen(app)
  },
  async() {
    const app = express()
    app.get('/', async (_req, res) => {
      const first = await later('Hello')
      res.send(`${first}, ${await later('World!')}`)
    })
    listen(app)
  },
  error() {
    const app = express()
    app.get('/', (_req, res) => {
      res.send(TEXT)
    })
    app.use((req, res) => {
      res.status(404).json({ error: 'Not Found', path: req.path })
    })
    listen(app)
  },
})
