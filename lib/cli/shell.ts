import { AsyncLocalStorage } from 'node:async_hooks'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type REPLServer, start } from 'node:repl'
import { inspect } from 'node:util'
import type { Flagon } from '../app.ts'

/** Variable with the path of the file that keeps what was typed; empty for none. */
const HISTORY_VARIABLE = 'FLAGON_SHELL_HISTORY'
const HISTORY_FILE = '.flagon_history'

/** Where a shell reads and writes. */
export interface ShellStreams {
  /** Default: stdin. */
  readonly input?: NodeJS.ReadableStream | undefined
  /** Default: stdout. */
  readonly output?: NodeJS.WritableStream | undefined
}

/** Reads JavaScript and runs it in a context of the app, until the input ends or `.exit` is typed. */
export function runShell(app: Flagon, streams: ShellStreams = {}): Promise<void> {
  const { input = process.stdin, output = process.stdout } = streams
  const isTerminal = Reflect.get(input, 'isTTY') === true && Reflect.get(output, 'isTTY') === true
  return app.app_context().run(async () => {
    if (isTerminal) output.write(`Node ${process.version}\nApp: ${app.name}\nInstance: ${app.instance_path}\n`)
    const server = start({ prompt: isTerminal ? `${app.name}> ` : '', input, output, terminal: isTerminal })
    Object.assign(server.context, app.make_shell_context())
    stayInContext(server)
    if (isTerminal) await keepHistory(server)
    await new Promise<void>((resolve) => {
      server.once('exit', resolve)
    })
  })
}

/** Lines come from the terminal, which knows nothing of the context that the shell was started in. */
function stayInContext(server: REPLServer): void {
  const inContext = AsyncLocalStorage.snapshot()
  const evaluate = server.eval
  const colors = server.useColors
  Object.assign(server, {
    eval: (...args: Parameters<typeof evaluate>) => inContext(() => evaluate.apply(server, args)),
    writer: (value: unknown) => inContext(() => inspect(value, { colors })),
  })
}

function keepHistory(server: REPLServer): Promise<void> {
  const path = process.env[HISTORY_VARIABLE] ?? join(homedir(), HISTORY_FILE)
  if (path === '') return Promise.resolve()
  return new Promise((resolve) => {
    // A file that cannot be written is told of by node; the shell goes on without.
    server.setupHistory(path, () => resolve())
  })
}
