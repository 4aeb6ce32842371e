/* Fastify with the plugins that its users take. */
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fastifyCookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import secureSession from '@fastify/secure-session'
import fastifySession from '@fastify/session'
import fastifyStatic from '@fastify/static'
import fastifyView from '@fastify/view'
import { RedisStore } from 'connect-redis'
import Fastify from 'fastify'
import nunjucks from 'nunjucks'
import { createClient } from 'redis'
import * as shared from './shared.js'

const { chunks, colonRule, FOLDER, HOST, later, LOGIN, PAGE, PORT, REDIS_URL } = shared
const { ROUTES, routeText, SECRET, serve, summary, TEXT, url_for } = shared

const COOKIE = { path: '/', httpOnly: true, sameSite: 'lax' }

function listen(app) {
  return app.listen({ host: HOST, port: PORT })
}

async function secure() {
  const app = Fastify()
  await app.register(secureSession, { key: Buffer.from(SECRET), cookieName: 'session', cookie: COOKIE })
  app.get('/login', (request, reply) => {
    for (const [key, value] of Object.entries(LOGIN)) request.session.set(key, value)
    reply.send('welcome')
  })
  app.get('/read', (request, reply) => {
    reply.send(`${request.session.get('username')} ${request.session.get('user_id')}`)
  })
  app.get('/write', (request, reply) => {
    const visits = request.session.get('visits') + 1
    request.session.set('visits', visits)
    reply.send(String(visits))
  })
  return listen(app)
}

async function redis() {
  const client = createClient({ url: REDIS_URL })
  await client.connect()
  const app = Fastify()
  await app.register(fastifyCookie)
  const store = new RedisStore({ client, prefix: 'fastify:' })
  const cookie = { ...COOKIE, secure: false }
  await app.register(fastifySession, { secret: SECRET, cookieName: 'session', store, cookie, saveUninitialized: false })
  app.get('/login', (request, reply) => {
    Object.assign(request.session, LOGIN)
    reply.send('welcome')
  })
  app.get('/read', (request, reply) => {
    reply.send(`${request.session.username} ${request.session.user_id}`)
  })
  app.get('/write', (request, reply) => {
    request.session.visits += 1
    reply.send(String(request.session.visits))
  })
  return listen(app)
}

async function files() {
  const app = Fastify()
  await app.register(fastifyStatic, { root: join(FOLDER, 'static'), prefix: '/static/' })
  return listen(app)
}

await serve({
  plain() {
    const app = Fastify()
    app.get('/', (_request, reply) => reply.send(TEXT))
    return listen(app)
  },
  json() {
    const app = Fastify()
    app.get('/users/:id', (request, reply) => reply.send({ id: Number(request.params.id), name: 'Ann', active: true }))
    return listen(app)
  },
  routes() {
    const app = Fastify()
    for (const [index, [method, rule]] of ROUTES.entries()) {
      app.route({
        method,
        url: colonRule(rule),
        handler: (request, reply) => reply.send(routeText(index, request.params)),
      })
    }
    return listen(app)
  },
  async hooks() {
    const app = Fastify()
    app.decorateRequest('user', null)
    app.decorateRequest('steps', 0)
    app.addHook('onRequest', (request, _reply, done) => {
      request.user = 'ann'
      done()
    })
    app.addHook('onRequest', (request, _reply, done) => {
      request.steps = 1
      done()
    })
    await app.register(
      async (blue) => {
        blue.addHook('preHandler', (request, _reply, done) => {
          request.steps += 1
          done()
        })
        blue.addHook('preHandler', (request, _reply, done) => {
          request.steps += 1
          done()
        })
        blue.addHook('onSend', (_request, reply, payload, done) => {
          reply.header('X-Blue', 'yes')
          done(null, payload)
        })
        blue.get('/page', (request, reply) => reply.send(`${request.user} ${request.steps}`))
      },
      { prefix: '/blue' },
    )
    app.addHook('onSend', (_request, reply, payload, done) => {
      reply.header('X-App', 'bench')
      done(null, payload)
    })
    return listen(app)
  },
  async cookie() {
    const app = Fastify()
    await app.register(fastifyCookie)
    app.get('/', (request, reply) => {
      const visits = Number(request.cookies.visits ?? 0) + 1
      reply.setCookie('visits', String(visits), { ...COOKIE, maxAge: 3600 })
      reply.send(request.cookies.theme)
    })
    return listen(app)
  },
  'session-read': secure,
  'session-write': secure,
  'encrypted-read': secure,
  'encrypted-write': secure,
  'redis-read': redis,
  'redis-write': redis,
  async form() {
    const app = Fastify()
    await app.register(formbody)
    app.post('/form', (request, reply) => reply.send(`${request.body.name} ${request.body.city}`))
    return listen(app)
  },
  'json-post'() {
    const app = Fastify()
    app.post('/orders', (request, reply) => reply.send(summary(request.body)))
    return listen(app)
  },
  async multipart() {
    const app = Fastify()
    await app.register(multipart, { limits: { fileSize: 16 * 1024 * 1024 } })
    app.post('/upload', async (request) => {
      const file = await request.file()
      const { length } = await file.toBuffer()
      return { title: file.fields.title.value, name: file.filename, size: length }
    })
    return listen(app)
  },
  async 'multipart-disk'() {
    const app = Fastify()
    await app.register(multipart, { limits: { fileSize: 16 * 1024 * 1024 } })
    app.post('/upload', async (request) => {
      const { files, values } = await request.saveRequestFiles({ tmpdir: join(FOLDER, 'uploads') })
      return { title: values.title.value, name: files[0].filename, size: files[0].file.bytesRead }
    })
    return listen(app)
  },
  async template() {
    const app = Fastify()
    await app.register(fastifyView, {
      engine: { nunjucks },
      root: join(FOLDER, 'templates'),
      options: { onConfigure: (env) => env.addGlobal('url_for', url_for) },
    })
    app.get('/', (_request, reply) => reply.view('items.html', PAGE))
    return listen(app)
  },
  'static-small': files,
  'static-large': files,
  'static-304': files,
  stream() {
    const app = Fastify()
    app.get('/', (_request, reply) => reply.type('application/octet-stream').send(Readable.from(chunks())))
    return listen(app)
  },
  async() {
    const app = Fastify()
    app.get('/', async () => {
      const first = await later('Hello')
      return `${first}, ${await later('World!')}`
    })
    return listen(app)
  },
  error() {
    const app = Fastify()
    app.get('/', (_request, reply) => reply.send(TEXT))
    app.setNotFoundHandler((request, reply) => reply.code(404).send({ error: 'Not Found', path: request.url }))
    return listen(app)
  },
})
