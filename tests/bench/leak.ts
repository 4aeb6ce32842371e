/*
 * Whether anything is left of requests: `npm run bench:leak -- [requests] [--node x]`, one million by default. A server in
 * a process of its own answers mixed requests; once it is warm, its heap and what it keeps open are noted, and again after
 * the requests. A heap that is more than 1 MiB from where it was, or another number of open things, ends the script with
 * an error.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cookiesOf } from './harness/answers.ts'
import { type Ask, get, post, send } from './harness/ask.ts'
import { copyOfBuild } from './harness/build.ts'
import { makeFolder } from './harness/folder.ts'
import { freePort, waitForPort } from './harness/free-port.ts'
import { load } from './harness/load.ts'
import { nodeBinary, wholeNumber } from './harness/options.ts'

const DEFAULT_REQUESTS = 1_000_000
/** Code is compiled, caches are filled and buffers grow until about this many. */
const WARMUP_REQUESTS = 200_000
const MIB = 1024 ** 2
const MOST_GROWTH_MIB = 1
const CONNECTIONS = 16
const SECONDS_A_LOAD = 5
const START_TIMEOUT_MS = 20_000
/** Longer than a connection is kept alive when its client says nothing. */
const SETTLE_MS = 6000

/** What the server says of itself after a collection. */
interface State {
  readonly heap: number
  readonly open: Readonly<Record<string, number>>
}

const BOUNDARY = 'leak'
const UPLOAD = [
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nHoliday`,
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n${'text '.repeat(100)}`,
  `--${BOUNDARY}--\r\n`,
].join('\r\n')

/** Requests of every kind; `cookie` belongs to a session. */
function mixed(cookie: string): Ask[] {
  return [
    get('/plain'),
    get('/users/42'),
    get('/page'),
    get('/cookie', { Cookie: 'theme=dark; visits=41' }),
    get('/read', { Cookie: cookie }),
    get('/write', { Cookie: cookie }),
    get('/read'),
    post('/form', 'application/x-www-form-urlencoded', 'name=Ann+Lee&city=S%C3%A3o+Paulo'),
    post('/json', 'application/json', '{"lines":[1,2,3]}'),
    post('/upload', `multipart/form-data; boundary=${BOUNDARY}`, UPLOAD),
    get('/async'),
    get('/stream'),
    get('/static/small.css'),
    get('/gone'),
    get('/failure'),
    get('/form'),
    post('/json', 'application/json', '{"broken'),
    get(`/search?q=${'word+'.repeat(10)}`),
  ]
}

async function serverState(child: ReturnType<typeof fork>): Promise<State> {
  child.send('state')
  const [state]: State[] = (await once(child, 'message')) as State[]
  if (state === undefined) throw new Error('the server did not say what it holds')
  return state
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { node: { type: 'string' }, flagon: { type: 'string' } },
  })
  const wanted = wholeNumber('requests', positionals[0] ?? String(DEFAULT_REQUESTS))
  const { folder, remove } = makeFolder()
  const port = await freePort()
  const child = fork(fileURLToPath(new URL('contenders/leak.js', import.meta.url)), [], {
    execPath: nodeBinary(values.node),
    execArgv: ['--expose-gc'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      FLAGON_DIST: copyOfBuild(values.flagon),
      BENCH_FOLDER: folder,
      PORT: String(port),
    },
    // What the failing views log would be a file of its own.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  try {
    if (!(await waitForPort(port, START_TIMEOUT_MS, () => child.exitCode !== null))) throw new Error('no server')
    const asks = mixed(cookiesOf(await send(port, get('/login'))))
    const sendMany = async (count: number): Promise<number> => {
      let sent = 0
      while (sent < count) {
        const { requests, failures } = await load({ port, asks, connections: CONNECTIONS, seconds: SECONDS_A_LOAD })
        if (failures > 0 || requests === 0) throw new Error(`${failures} of ${requests} requests failed`)
        sent += requests
      }
      await sleep(SETTLE_MS)
      return sent
    }
    await sendMany(Math.min(wanted, WARMUP_REQUESTS))
    const before = await serverState(child)
    const sent = await sendMany(wanted)
    const after = await serverState(child)
    const growth = (after.heap - before.heap) / MIB
    const isOpenEqual = JSON.stringify(before.open) === JSON.stringify(after.open)
    process.stdout.write(
      [
        `${sent.toLocaleString('en')} requests of ${asks.length} kinds`,
        `heap ${(before.heap / MIB).toFixed(2)} MiB before, ${(after.heap / MIB).toFixed(2)} MiB after`,
        `open before ${JSON.stringify(before.open)}, after ${JSON.stringify(after.open)}\n`,
      ].join('\n'),
    )
    if (Math.abs(growth) > MOST_GROWTH_MIB) throw new Error(`the heap is ${growth.toFixed(2)} MiB from where it was`)
    if (!isOpenEqual) throw new Error('something is left open')
  } finally {
    child.kill()
    remove()
  }
}

await main(process.argv.slice(2))
