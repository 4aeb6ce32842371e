import { createServer } from 'node:http'

createServer((_req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': 5 })
  res.end('hello')
}).listen(Number(process.env.PORT), '127.0.0.1')
