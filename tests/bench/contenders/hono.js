/* Hono on @hono/node-server, with the middleware that comes with it. */
import { serve as serveHono } from '@hono/node-server'
import { Hono } from 'hono'
import { HOST, PORT, serve, TEXT } from './shared.js'

function listen(app) {
  serveHono({ fetch: app.fetch, hostname: HOST, port: PORT })
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
})
