/* Fastify with the plugins that its users take. */
import Fastify from 'fastify'
import { HOST, PORT, serve, TEXT } from './shared.js'

function listen(app) {
  return app.listen({ host: HOST, port: PORT })
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
})
