/* Bare node:http doing by hand what Flagon does, with the same headers. */
import { createServer } from 'node:http'
import { HOST, PORT, serve, TEXT } from './shared.js'

function listen(handler) {
  createServer(handler).listen(PORT, HOST)
}

function sendText(res, status, text) {
  res.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': Buffer.byteLength(text) })
  res.end(text)
}

function sendJson(res, value) {
  const text = `${JSON.stringify(value)}\n`
  res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
  res.end(text)
}

await serve({
  plain() {
    listen((req, res) => {
      if (req.method === 'GET' && req.url === '/') sendText(res, 200, TEXT)
      else sendText(res, 404, 'Not Found')
    })
  },
  json() {
    listen((req, res) => {
      const found = req.method === 'GET' ? /^\/users\/(\d+)$/.exec(req.url) : null
      if (found) sendJson(res, { id: Number(found[1]), name: 'Ann', active: true })
      else sendText(res, 404, 'Not Found')
    })
  },
})
