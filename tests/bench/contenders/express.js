/* Express 5 with the middleware that its users take. */
import express from 'express'
import { HOST, PORT, serve, TEXT } from './shared.js'

function listen(app) {
  app.listen(PORT, HOST)
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
})
