/*
 * What app.fetch costs: `npx tsx tests/bench/fetch.ts [requests]`, 20,000 of each kind by default. Printed is the CPU time of
 * one request, the median of several rounds. Beside app.fetch stand its parts (making the web request and response alone; the
 * app alone, which is the request and response of node made by hand) and other ways to ask an app: the test client, which
 * sends bytes through node's parsers, and a fetch over loopback.
 */
import { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { close_gracefully, Flagon, request } from '../../lib/index.ts'
import { messageOf } from '../../lib/serving/fetch-request.ts'
import { FetchSocket } from '../../lib/serving/fetch-socket.ts'

const DEFAULT_REQUESTS = 20_000
const ROUNDS = 5
/** Objects that finalizers watch are freed between turns of the event loop, as a server has them. */
const REQUESTS_A_TURN = 50
const US_PER_SECOND = 1_000_000
const ORIGIN = 'http://localhost'

const app = new Flagon(import.meta.url, { static_folder: null })
app.get('/', () => 'hello')
app.post('/', { endpoint: 'echo' }, () => request.get_data())
app.get('/stream', function* stream() {
  yield 'hel'
  yield 'lo'
})
const server = await app.run({ port: 0 })
const loopback = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const client = app.test_client({ use_cookies: false })

const asks: [name: string, ask: () => Promise<unknown>][] = [
  [
    'a web request and response alone',
    async () => {
      for (const _ of new Request(`${ORIGIN}/`).headers);
      const headers: [string, string][] = [
        ['Content-Type', 'text/html; charset=utf-8'],
        ['Content-Length', '5'],
      ]
      return new Response('hello', { headers }).text()
    },
  ],
  [
    'the app alone',
    () =>
      new Promise((resolve) => {
        const socket = new FetchSocket({ receive: (_bytes, done) => done() }, false)
        const { req } = messageOf(new Request(`${ORIGIN}/`), socket, () => undefined)
        const res = new ServerResponse(req)
        res.assignSocket(socket)
        res.once('finish', resolve)
        app.handler(req, res)
      }),
  ],
  ['app.fetch', async () => (await app.fetch(new Request(`${ORIGIN}/`))).text()],
  [
    'app.fetch, with a body',
    async () => (await app.fetch(new Request(ORIGIN, { method: 'POST', body: 'hello' }))).text(),
  ],
  ['app.fetch, streamed', async () => (await app.fetch(new Request(`${ORIGIN}/stream`))).text()],
  ['the test client', () => client.get('/')],
  ['fetch over loopback', async () => (await fetch(`${loopback}/`)).text()],
]

async function round(ask: () => Promise<unknown>, requests: number): Promise<number> {
  const before = process.cpuUsage()
  for (let count = 0; count < requests; count++) {
    await ask()
    if (count % REQUESTS_A_TURN === 0) await turn()
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests
}

const requests = Number(process.argv[2] ?? DEFAULT_REQUESTS)
for (const [name, ask] of asks) {
  const rounds: number[] = []
  for (let count = 0; count <= ROUNDS; count++) rounds.push(await round(ask, requests / ROUNDS))
  // The first round warms up.
  const [median = 0] = rounds
    .slice(1)
    .sort((a, b) => a - b)
    .slice(Math.floor(ROUNDS / 2))
  console.log(`${name}: ${median.toFixed(1)} µs, ${Math.round(US_PER_SECOND / median)} a second of CPU`)
}
await close_gracefully(server)
