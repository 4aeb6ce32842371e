/* Koa with the middleware that its users take. */
import Router from '@koa/router'
import Koa from 'koa'
import { HOST, PORT, serve, TEXT } from './shared.js'

function listen(app, router) {
  if (router) app.use(router.routes())
  app.listen(PORT, HOST)
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
})
