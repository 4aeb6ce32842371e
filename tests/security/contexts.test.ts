import { once } from 'node:events'
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { after_this_request, Flagon, g, make_response, request, session, stream_with_context } from '../../lib/index.ts'
import { RawConnection } from '../support/raw-http.ts'
import { servedApp } from '../support/served-app.ts'
import { get, send } from './hostile-client.ts'

/** Requests that are sent; `FLAGON_SOAK` asks for more, such as 100,000. */
const REQUESTS = Number(process.env['FLAGON_SOAK'] ?? 3000)
const CONNECTIONS = 20
/** Milliseconds: what a hundred thousand take on a slow machine. */
const PATIENCE_MS = 600_000

/** What was seen under a token that is not that of the request. */
const wrong: string[] = []
let checks = 0

/** Compares everything that belongs to the request with the token that it was sent with. */
function check(token: string, where: string): void {
  checks++
  for (const [name, found] of [
    ['request', request.args.get('token')],
    ['g', g['token']],
    ['session', session['token']],
    ['header', request.headers.get('X-Token')],
  ]) {
    if (found !== token) wrong.push(`${where}: ${name} is ${String(found)}, not ${token}`)
  }
}

function makeApp(): Flagon {
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = 'each request has what is its own'
  app.before_request(() => {
    const token = request.args.require('token')
    if (g['token'] !== undefined) wrong.push(`g has ${String(g['token'])} before ${token} came`)
    g['token'] = token
    session['token'] = token
    after_this_request((response) => {
      check(token, 'after_this_request')
      return response
    })
  })
  app.teardown_request(() => {
    const token = g['token']
    checks++
    if (request.args.get('token') !== token) wrong.push(`teardown: ${String(token)}`)
  })
  app.get('/sync', () => {
    const token = request.args.require('token')
    check(token, 'sync')
    return token
  })
  app.get('/timer', async () => {
    const token = request.args.require('token')
    await sleep(Math.random() * 3)
    check(token, 'timer')
    await immediate()
    check(token, 'immediate')
    await new Promise((resolve) => process.nextTick(resolve))
    check(token, 'tick')
    return token
  })
  app.get('/stream', () => {
    const token = request.args.require('token')
    return stream_with_context(
      (async function* () {
        try {
          for (let step = 0; step < 3; step++) {
            check(token, 'stream')
            await sleep(Math.random() * 2)
            yield `${String(g['token'])} `
          }
        } finally {
          check(token, 'the end of a stream')
        }
      })(),
    )
  })
  app.post('/body', { stream: true }, async () => {
    const token = request.args.require('token')
    let text = ''
    for await (const chunk of request.stream) {
      check(token, 'body')
      text += chunk
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
    check(token, 'behind the body')
    return make_response(text)
  })
  app.post('/form', () => {
    const token = request.form.require('token')
    check(token, 'form')
    return token
  })
  return app
}

const paths = ['/sync', '/timer', '/stream', '/body', '/form'] as const

function bytesFor(path: (typeof paths)[number], token: string): string {
  const target = `${path}?token=${token}`
  const fields = [`X-Token: ${token}`]
  if (path === '/body') return send('POST', target, fields, token)
  if (path !== '/form') return get(target, fields)
  return send('POST', target, [...fields, 'Content-Type: application/x-www-form-urlencoded'], `token=${token}`)
}

t.setTimeout(PATIENCE_MS)
t.test(
  `each of ${REQUESTS} requests keeps its own g, session and request, across timers, streams, bodies and aborts`,
  async (t) => {
    const port = await servedApp(t, makeApp())
    let sent = 0
    let aborted = 0
    const client = async (): Promise<void> => {
      let connection = await RawConnection.open(port)
      while (sent < REQUESTS) {
        const number = sent++
        const path = paths[number % paths.length] ?? '/sync'
        const token = `token${number}`
        connection.write(bytesFor(path, token))
        if (number % 31 === 0) {
          // This one leaves before the answer, or in the middle of it.
          if (number % 2 === 0) await once(connection.socket, 'data')
          connection.socket.resetAndDestroy()
          connection = await RawConnection.open(port)
          aborted++
          continue
        }
        const answer = `${(await connection.read()).body}`
        const expected = path === '/stream' ? `${token} ${token} ${token} ` : token
        if (answer !== expected) wrong.push(`the answer to ${token} at ${path} is ${answer.slice(0, 100)}`)
      }
      connection.close()
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, client))
    await sleep(50)
    t.same(wrong.slice(0, 20), [], `${sent} requests, ${aborted} of them aborted, ${checks} checks`)
    t.ok(checks > REQUESTS)
  },
)
