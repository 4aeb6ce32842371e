import { dirname, extname, join } from 'node:path'
import { inspect } from 'node:util'
import type { Flagon, RunOptions } from '../app.ts'
import { CommandError } from '../commands/errors.ts'
import { isServingChild, reportFailure } from '../serving/inherited-port.ts'
import type { ServeOptions } from '../serving/server.ts'
import { variablesFromFiles } from './env-files.ts'
import { errorText } from './error-text.ts'
import { findAppModule } from './find-app.ts'
import { projectFolderOf } from './project-folder.ts'
import type { ScriptInfo } from './script-info.ts'

/** What `flagon run` was asked for. */
export interface RunPlan {
  /** Where to listen. */
  readonly address: Pick<ServeOptions, 'host' | 'port' | 'unix'>
  /** Certificate and key, both or none. */
  readonly tls: Pick<ServeOptions, 'cert' | 'key'>
  /** Whether to start again when a file changes. */
  readonly isReloading: boolean
  /** Whether a line is written for each request. */
  readonly access_log: boolean
  /** How many processes serve; undefined: this one. */
  readonly workers: number | undefined
  /** More files to reload on. */
  readonly extra_files: readonly string[]
}

/**
 * Serves the app in this process, or in those that it starts. Resolves with the exit code once all is over; with undefined
 * where this process serves, and ends by itself.
 *
 * @throws {@link NoAppException} when there is no app.
 * @throws whatever its module throws.
 */
export async function serveApp(info: ScriptInfo, plan: RunPlan): Promise<number | undefined> {
  // One of the processes that are started below; what they run is this very command line.
  if (isServingChild() || (!plan.isReloading && plan.workers === undefined)) return serveHere(info, plan)
  const options = { ...plan.address, program: programOfChildren() }
  if (plan.isReloading) {
    const module = findAppModule(info.app_import_path)
    const watch = [projectFolderOf(dirname(module)), ...info.env_files, ...plan.extra_files]
    const { runReloading } = await import('./reloader.ts')
    return runReloading({ ...options, ...plan.tls, watch })
  }
  const { runWorkers } = await import('../serving/workers.ts')
  return runWorkers({ ...options, workers: plan.workers ?? 1, secure: plan.tls.cert !== undefined })
}

async function serveHere(info: ScriptInfo, plan: RunPlan): Promise<undefined> {
  try {
    const app = await info.load_app()
    await runApp(app, { ...plan.address, ...plan.tls, access_log: plan.access_log })
  } catch (error) {
    reportFailure(shown(error))
    throw error
  }
}

/** An error that is told as the command line tells it, wherever it is told. */
function shown(error: unknown): Error {
  const text = error instanceof CommandError ? error.message : errorText(error)
  return Object.assign(new Error(text), { [inspect.custom]: () => text })
}

/** They read the files of variables themselves, as these may have changed. */
function programOfChildren(): { exec: string; args: string[]; env: Record<string, undefined> } {
  const exec = join(import.meta.dirname, `main${extname(import.meta.filename)}`)
  const env = Object.fromEntries(variablesFromFiles().map((name) => [name, undefined]))
  return { exec, args: process.argv.slice(2), env }
}

/** `app.run()`, which is ignored in the module of the app, where the command line serves. */
function runApp(app: Flagon, options: RunOptions): ReturnType<Flagon['run']> {
  const before = process.env['FLAGON_RUN_FROM_CLI']
  delete process.env['FLAGON_RUN_FROM_CLI']
  try {
    return app.run(options)
  } finally {
    process.env['FLAGON_RUN_FROM_CLI'] = before ?? 'true'
  }
}
