import { readFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import type { BaseCommand } from '../../commands/base-command.ts'
import { Command } from '../../commands/command.ts'
import { CommandUsageError } from '../../commands/errors.ts'
import { isOn } from '../env-files.ts'
import { APP_OPTIONS } from '../global-options.ts'
import { isLoopback } from '../loopback.ts'
import type { ScriptInfo } from '../script-info.ts'

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 5000
const MAX_PORT = 65535
const MAX_WORKERS = 1024

/** `flagon run`: serves the app. */
export function runCommand(info: ScriptInfo): BaseCommand {
  return new Command(
    'run',
    {
      help: 'Serves the app.\n\nEach option can be given by a variable as well: FLAGON_RUN_PORT for --port.',
      short_help: 'Serves the app.',
      with_appcontext: false,
      options: {
        ...APP_OPTIONS,
        '-h, --host <address>': {
          help: `the address to listen on (default: ${DEFAULT_HOST})`,
          envvar: 'FLAGON_RUN_HOST',
        },
        '-p, --port <port>': {
          help: `the port to listen on (default: ${DEFAULT_PORT})`,
          envvar: 'FLAGON_RUN_PORT',
          type: portOf,
        },
        '--unix <path>': { help: 'a Unix socket to listen on instead', envvar: 'FLAGON_RUN_UNIX' },
        '--reload': { help: 'start again when a file changes (default: in debug mode)', default: null },
        '--no-reload': 'do not',
        '-w, --workers <n>': { help: 'processes that serve', envvar: 'FLAGON_RUN_WORKERS', type: workersOf },
        '--cert <file>': { help: 'certificate in PEM, to serve HTTPS', envvar: 'FLAGON_RUN_CERT', type: readPem },
        '--key <file>': { help: 'its private key in PEM', envvar: 'FLAGON_RUN_KEY', type: readPem },
        '--extra-files <paths>': {
          help: `more files to reload on, with '${delimiter}' between them`,
          envvar: 'FLAGON_RUN_EXTRA_FILES',
        },
        '--no-access-log': 'write no line for each request',
        '--unsafe-debug': 'let debug mode be reached from other machines',
      },
      examples: [
        'flagon run --debug                     # while you write the app',
        'flagon --app shop/web:create_app run',
        'flagon run --host 0.0.0.0 --workers 4  # on a server',
      ],
    },
    async (values) => {
      info.choose(values)
      const { host, port, unix, cert, key, workers, extra_files, unsafe_debug } = values
      const isDebug = isOn(process.env['FLAGON_DEBUG'])
      if (unix !== undefined && (host !== undefined || port !== undefined)) {
        throw new CommandUsageError('--unix excludes --host and --port: give one or the other')
      }
      if ((cert === undefined) !== (key === undefined)) {
        throw new CommandUsageError(`${cert === undefined ? '--key' : '--cert'} was given alone: HTTPS needs both`)
      }
      if (isDebug && unix === undefined && !isLoopback(host ?? DEFAULT_HOST) && !unsafe_debug) {
        throw new CommandUsageError(
          `debug mode shows code and settings, and '${host}' lets other machines see them. Leave --host out, or --debug; ` +
            'or say --unsafe-debug, where only those reach it who may',
        )
      }
      if (values.reload === true && workers !== undefined) {
        throw new CommandUsageError('--reload excludes --workers: it serves with one process')
      }
      const isReloading = values.reload ?? onByVariable('FLAGON_RUN_RELOAD') ?? (isDebug && workers === undefined)
      const [{ serveApp }, { isServingChild }] = await Promise.all([
        import('../serve-app.ts'),
        import('../../serving/inherited-port.ts'),
      ])
      if (isDebug && !isServingChild()) process.stderr.write(' * Debug mode: on\n')
      return serveApp(info, {
        address: unix === undefined ? { host: host ?? DEFAULT_HOST, port: port ?? DEFAULT_PORT } : { unix },
        tls: cert === undefined || key === undefined ? {} : { cert, key },
        isReloading,
        access_log: values.access_log,
        workers,
        extra_files: extra_files?.split(delimiter).filter((path) => path !== '') ?? [],
      })
    },
  )
}

/** Undefined where the variable says nothing. */
function onByVariable(name: string): boolean | undefined {
  const text = process.env[name]
  return text ? isOn(text) : undefined
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= MAX_PORT) return port
  throw new RangeError(`It is a whole number from 0 to ${MAX_PORT}.`)
}

function workersOf(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count >= 1 && count <= MAX_WORKERS) return count
  throw new RangeError(`It is a whole number from 1 to ${MAX_WORKERS}.`)
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`It cannot be read: ${error instanceof Error ? error.message : String(error)}.`)
  }
}
