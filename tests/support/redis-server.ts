import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What to run to have the server that the tests start. */
export const HOW_TO_GET_REDIS = 'apt install redis-server, or brew install redis'

/** What a file of tests with servers may take where other work is done at the same time. */
export const BUSY_MACHINE_MS = 180_000

const HOST = '127.0.0.1'
const START_WITHIN_MS = 10_000
const CLUSTER_WITHIN_MS = 30_000
const CLUSTER_SLOTS = 16_384
const POLL_MS = 20

/**
 * For the option `skip` of a test that needs Redis: false where it is installed, else a line that says how to get it. With
 * `CI=true` always false, so that the test fails there.
 */
export function skipWithoutRedis(): string | false {
  if (process.env['CI'] === 'true') return false
  const isInstalled = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0
  return isInstalled ? false : `no redis-server; to have one: ${HOW_TO_GET_REDIS}`
}

/** What still runs when the process of the tests ends, be it by an error. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A server of Redis that belongs to one test. */
export class RedisServer {
  /** Its port, on 127.0.0.1. */
  readonly port: number
  /** Its temporary folder, gone after {@link stop}. */
  readonly folder: string
  readonly #args: readonly string[]
  #child: ChildProcess | undefined

  private constructor(port: number, args: readonly string[]) {
    this.port = port
    this.folder = mkdtempSync(join(tmpdir(), 'flagon-redis-'))
    this.#args = args
  }

  /** Starts a server on a free port, which keeps nothing on the disk; `args` as on the command line. */
  static async start(args: readonly string[] = [], port?: number): Promise<RedisServer> {
    const server = new RedisServer(port ?? (await freePort()), args)
    await server.run()
    return server
  }

  /** Starts a Sentinel that watches `master` alone, under the name `mymaster`, and decides by itself. */
  static async sentinel(master: RedisServer): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), ['--sentinel'])
    const lines = [
      `sentinel monitor mymaster ${HOST} ${master.port} 1`,
      'sentinel down-after-milliseconds mymaster 1000',
      'sentinel failover-timeout mymaster 3000',
    ]
    writeFileSync(join(server.folder, 'sentinel.conf'), `${lines.join('\n')}\n`)
    await server.run()
    return server
  }

  /** Starts three masters that share the slots of one cluster. */
  static async cluster(): Promise<RedisServer[]> {
    const nodes = await Promise.all(
      [1, 2, 3].map(async () => {
        // The bus of a node listens on another port: a free one too, rather than 10,000 further.
        const [port, bus] = [await freePort(), await freePort()]
        const settings = ['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-node-timeout', '2000']
        return { bus, server: await RedisServer.start(settings, port) }
      }),
    )
    const share = Math.ceil(CLUSTER_SLOTS / nodes.length)
    for (const [index, { server }] of nodes.entries()) {
      const last = Math.min((index + 1) * share, CLUSTER_SLOTS) - 1
      server.cli('CLUSTER', 'ADDSLOTSRANGE', String(index * share), String(last))
      server.cli('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))
      if (index === 0) continue
      const { server: first, bus } = nodes[0]!
      server.cli('CLUSTER', 'MEET', HOST, String(first.port), String(bus))
    }
    const servers = nodes.map(({ server }) => server)
    await until(
      () =>
        servers.every((server) => {
          const info = server.cli('CLUSTER', 'INFO')
          return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')
        }),
      CLUSTER_WITHIN_MS,
    )
    return servers
  }

  /** Where it is. */
  get url(): string {
    return `redis://${HOST}:${this.port}`
  }

  /** Runs one command by redis-cli and gives what it writes. */
  cli(...command: string[]): string {
    const { stdout, stderr } = spawnSync('redis-cli', ['-h', HOST, '-p', String(this.port), ...command], {
      encoding: 'utf8',
      timeout: START_WITHIN_MS,
    })
    return (stdout + stderr).trim()
  }

  /** Starts the server again, on the same port, after {@link kill}; with `extra` arguments. Resolves once it answers. */
  async run(extra: readonly string[] = []): Promise<void> {
    const isSentinel = this.#args.includes('--sentinel')
    const own = ['--port', String(this.port), '--bind', HOST, '--dir', this.folder]
    const settings = isSentinel
      ? [join(this.folder, 'sentinel.conf'), ...own, ...this.#args, ...extra]
      : [...own, '--save', '', '--appendonly', 'no', ...this.#args, ...extra]
    const child = spawn('redis-server', settings, { stdio: 'ignore' })
    let failure: Error | undefined
    child.once('error', (error) => {
      failure = new Error(`no redis-server; to have one: ${HOW_TO_GET_REDIS}`, { cause: error })
    })
    this.#child = child
    running.add(child)
    child.once('exit', () => running.delete(child))
    await until(() => {
      if (failure !== undefined) throw failure
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`)
      return answers(this.port)
    }, START_WITHIN_MS)
  }

  /** Sends a signal: `SIGSTOP` pauses the server, `SIGCONT` lets it go on. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name)
  }

  /** Ends the server as a crash does. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  /** Ends the server and removes its folder. */
  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A server that takes connections and never answers, on the port of a server that was killed. */
export class BlackHole {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {}).resume()
    })
  }

  /** Listens on a port of 127.0.0.1. */
  static async open(port: number): Promise<BlackHole> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, HOST, resolve)
    })
    return new BlackHole(server)
  }

  /** Ends it and every connection to it. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

/** A port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Waits until `isSo` holds. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const end = Date.now() + withinMs
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not so within ${withinMs} ms: ${isSo}`)
    await sleep(POLL_MS)
  }
}

/** Whether a server of Redis answers on a port, be it by an error. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST, () => socket.write('PING\r\n'))
    const end = (isSo: boolean): void => {
      socket.destroy()
      resolve(isSo)
    }
    socket.once('data', () => end(true))
    socket.once('error', () => end(false))
    socket.setTimeout(POLL_MS * 10, () => end(false))
  })
}
