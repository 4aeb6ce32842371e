/* Bare node:http beside `growth-flagon.js`, where it has such a thing. */
import { createServer } from 'node:http'
import { HOST, NOT_OFFERED, PORT, TEXT } from './shared.js'

const [axis] = process.argv[2].split(':')
if (axis === 'routes' || axis === 'hooks') process.exit(NOT_OFFERED)

function sendText(res, text) {
  res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': Buffer.byteLength(text) })
  res.end(text)
}

function cookieNamed(header, wanted) {
  const cookies = {}
  for (const pair of header.split('; ')) {
    const at = pair.indexOf('=')
    cookies[pair.slice(0, at)] = pair.slice(at + 1)
  }
  return cookies[wanted]
}

createServer((req, res) => {
  if (req.url === '/') sendText(res, TEXT)
  else if (req.url === '/cookie') sendText(res, cookieNamed(req.headers.cookie, 'name0'))
  else if (req.url === '/header') sendText(res, req.headers['x-name-0'])
  else {
    const pieces = []
    req.on('data', (piece) => pieces.push(piece))
    req.on('end', () => sendText(res, String(Buffer.concat(pieces).length)))
  }
}).listen(PORT, HOST)
