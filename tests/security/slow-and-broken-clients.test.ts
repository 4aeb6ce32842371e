import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { exchangeRaw, RawConnection } from '../support/raw-http.ts'
import { type BadInput, get, hostileTest, send, type Target } from './hostile-client.ts'
import { BIG_FILE, GET_ENDPOINTS, PIECE_BYTES, POST_ENDPOINTS, type ServedSink } from './kitchen-sink.ts'

const KIB = 1024
const MIB = 1024 * KIB
const TEXT = 'Content-Type: text/plain'
const LASTING: readonly string[] = ['/endless', '/wait']
const POLL_MS = 10
const PATIENCE_MS = 5000
/** Limits that a test can wait for. */
const HASTY = { headers_timeout: 0.2, request_timeout: 0.4, keep_alive_timeout: 0.2 }

/** Waits until something holds; the assertion that follows tells when it never did. */
async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !holds() && performance.now() < end; ) await sleep(POLL_MS)
}

async function isFine(t: Test, { port }: ServedSink): Promise<void> {
  t.equal(`${(await exchangeRaw(port, get('/alive'))).body}`, 'alive', 'the next request is fine')
}

/** Every stream and wait that began has come to its end, and every request was torn down. */
async function isSettled(t: Test, { work }: ServedSink): Promise<void> {
  await until(() => work.ended === work.begun)
  t.equal(work.ended, work.begun, `${work.begun} streams and waits were ended`)
}

t.test('a client that ends its side behind a request is answered or let go', (t) =>
  hostileTest(t, async (target) => {
    const inputs: BadInput[] = [
      ...GET_ENDPOINTS.map((path) => ({ name: path, bytes: get(path), unfinished: true, mayBreakOff: true })),
      ...POST_ENDPOINTS.map((path) => ({
        name: path,
        bytes: send('POST', path, [TEXT], 'hello'),
        unfinished: true,
        mayBreakOff: true,
      })),
    ]
    await target.takes(t, inputs, 'half-closed connections')
  }),
)

const LEAVING: readonly (readonly [name: string, leave: (client: RawConnection) => void])[] = [
  ['ends its side', (client) => void client.socket.end()],
  ['closes', (client) => client.close()],
  ['resets the connection', (client) => void client.socket.resetAndDestroy()],
]
for (const [name, leave] of LEAVING) {
  t.test(`a client that ${name} at any time leaves nothing behind`, (t) =>
    hostileTest(t, async ({ sink }) => {
      const before = sink.work.tornDown
      let requests = 0
      const visit = async (bytes: string, afterMs: number): Promise<void> => {
        const client = await RawConnection.open(sink.port)
        requests++
        client.write(bytes)
        if (afterMs === 0) await once(client.socket, 'data').catch(() => undefined)
        else await sleep(afterMs)
        leave(client)
      }
      for (const afterMs of [0, 1, 5]) {
        const streams = afterMs === 0 ? ['/endless'] : LASTING
        await Promise.all([...GET_ENDPOINTS, ...streams, ...streams].map((path) => visit(get(path), afterMs)))
        await Promise.all(POST_ENDPOINTS.map((path) => visit(send('POST', path, [TEXT], 'hello'), afterMs)))
      }
      await isSettled(t, sink)
      await until(() => sink.work.tornDown >= before + requests)
      t.ok(sink.work.tornDown - before <= requests, 'no request is torn down twice')
      await isFine(t, sink)
    }),
  )
}

t.test('clients that never read hold back what is made for them, and are let go when they leave', (t) =>
  hostileTest(t, async ({ sink }) => {
    const CLIENTS = 50
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => RawConnection.open(sink.port)))
    for (const client of clients) {
      client.socket.pause()
      client.write(get('/endless'))
    }
    await until(() => sink.work.begun === CLIENTS)
    // The buffers of the system fill first; then the streams stand still.
    let pieces = -1
    for (let waits = 0; pieces !== sink.work.pieces && waits < 50; waits++) {
      pieces = sink.work.pieces
      await sleep(200)
    }
    t.equal(sink.work.pieces, pieces, 'the streams stand still')
    t.ok(
      (pieces * PIECE_BYTES) / CLIENTS < 16 * MIB,
      `${((pieces * PIECE_BYTES) / CLIENTS / MIB).toFixed(1)} MiB each were made`,
    )
    await isFine(t, sink)
    for (const client of clients) client.close()
    await isSettled(t, sink)
  }),
)

t.test('a client that reads a few bytes at a time gets every byte, and nobody waits for it', (t) =>
  hostileTest(t, async ({ sink }) => {
    const client = await RawConnection.open(sink.port)
    client.write(get('/file'))
    let reads = 0
    const slow = (): void => {
      client.socket.pause()
      if (++reads < 50) setTimeout(() => client.socket.resume(), 10)
      else client.socket.off('data', slow).resume()
    }
    client.socket.on('data', slow)
    for (let round = 0; round < 10; round++) await isFine(t, sink)
    const answer = await client.read()
    t.ok(answer.body.equals(BIG_FILE), `after ${reads} reads`)
    client.close()
  }),
)

/** Sends what is left of a request byte by byte, until the server answers or closes. */
async function drip(sink: ServedSink, start: string, rest: string): Promise<string> {
  const client = await RawConnection.open(sink.port)
  client.write(start)
  for (const byte of rest) {
    await sleep(20)
    if (client.socket.destroyed || client.socket.readableEnded) break
    client.write(byte)
  }
  const text = await client.rest()
  client.close()
  return text
}

t.test('a client that sends its request too slowly is answered with a 408', (t) =>
  hostileTest(
    t,
    async ({ sink }) => {
      const answers = await Promise.all([
        drip(sink, 'GET /alive HTTP/1.1\r\nHost: localhost\r\nX: ', 'x'.repeat(200)),
        drip(sink, 'G', 'E'.repeat(200)),
        ...['/form', '/json', '/raw', '/ignored', '/stream'].map((path) =>
          drip(sink, send('POST', path, [TEXT, 'Content-Length: 500']), 'x'.repeat(200)),
        ),
      ])
      for (const answer of answers) t.match(answer, /^(HTTP\/1\.1 (400|408) |$)/)
      t.equal(answers.filter((answer) => answer.includes(' 408 ')).length >= 5, true, 'most of them by a 408')
      await isFine(t, sink)
    },
    HASTY,
  ),
)

t.test('a connection on which nothing is asked is closed', (t) =>
  hostileTest(
    t,
    async ({ sink }) => {
      const silent = await Promise.all(Array.from({ length: 100 }, () => RawConnection.open(sink.port)))
      const used = await RawConnection.open(sink.port)
      used.write(get('/alive'))
      await used.read()
      t.equal(await used.rest(), '', 'after its last answer')
      await isFine(t, sink)
      for (const client of silent) client.close()
    },
    HASTY,
  ),
)

async function expects(target: Target, fields: readonly string[]): Promise<RawConnection> {
  const client = await RawConnection.open(target.sink.port)
  client.write(send('POST', '/raw', [TEXT, 'Content-Length: 5', ...fields]))
  return client
}

t.test('an expectation is met, refused or timed out', (t) =>
  hostileTest(
    t,
    async (target) => {
      const { sink } = target
      const silent = await expects(target, ['Expect: 100-continue'])
      t.equal((await silent.read()).status, 100)
      t.equal((await silent.read()).status, 408, 'the body never comes')
      t.equal(await silent.rest(), '')
      const polite = await expects(target, ['Expect: 100-CONTINUE'])
      t.equal((await polite.read()).status, 100)
      polite.write('hello')
      t.match(`${(await polite.read()).body}`, '"length":5')
      polite.close()
      const gone = await expects(target, ['Expect: 100-continue'])
      await gone.read()
      gone.socket.resetAndDestroy()
      const junk = ['miracles', '100-continue, miracles', '200-ok', '100', '"100-continue"'].map((value) => ({
        name: value,
        bytes: send('POST', '/raw', [TEXT, `Expect: ${value}`], 'hello'),
      }))
      await target.takes(t, junk, 'expectations')
      const refused = await exchangeRaw(sink.port, send('POST', '/raw', [TEXT, 'Expect: miracles'], 'hello'))
      t.equal(refused.status, 417)
      await isFine(t, sink)
    },
    HASTY,
  ),
)

t.test('an upgrade that nobody serves is an ordinary request, and no socket is left with it', (t) =>
  hostileTest(t, async (target) => {
    const UPGRADES = [
      ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: x', 'Sec-WebSocket-Version: 13'],
      ['Connection: upgrade', 'Upgrade: h2c'],
      ['Connection: keep-alive, Upgrade', 'Upgrade: TLS/1.0'],
      ['Upgrade: websocket'],
      ['Connection: Upgrade'],
    ]
    for (const fields of UPGRADES) {
      const inputs: BadInput[] = [
        ...GET_ENDPOINTS.map((path) => ({ name: path, bytes: get(path, fields) })),
        ...POST_ENDPOINTS.map((path) => ({
          name: `POST ${path}`,
          bytes: send('POST', path, [TEXT, ...fields], 'hello'),
        })),
      ]
      await target.takes(t, inputs, fields.join(', '))
    }
    const tunnels = GET_ENDPOINTS.map((path) => ({
      name: path,
      bytes: `CONNECT ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      gives: 400,
    }))
    await target.takes(
      t,
      [
        ...tunnels,
        {
          ...tunnels[0],
          name: 'a host',
          bytes: 'CONNECT evil.com:443 HTTP/1.1\r\nHost: evil.com:443\r\n\r\n',
        } as BadInput,
      ],
      'CONNECT',
    )
  }),
)

t.test('a flood of pipelined requests is answered in order', (t) =>
  hostileTest(t, async ({ sink }) => {
    const COUNT = 2000
    const client = await RawConnection.open(sink.port)
    client.write(Array.from({ length: COUNT }, (_, index) => get(`/args?n=${index}`)).join(''))
    let inOrder = 0
    for (let index = 0; index < COUNT; index++) {
      const answer = await client.read()
      if (answer.status === 200 && answer.body.includes(`"n=${index}"`)) inOrder++
    }
    t.equal(inOrder, COUNT)
    client.close()
  }),
)
