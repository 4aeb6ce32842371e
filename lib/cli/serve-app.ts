import type { Flagon } from '../app.ts'
import type { ServeOptions } from '../serving/server.ts'
import type { ScriptInfo } from './script-info.ts'

/** What `flagon run` was asked for. */
export interface RunPlan {
  /** Where to listen. */
  readonly address: Pick<ServeOptions, 'host' | 'port' | 'unix'>
  /** Certificate and key, both or none. */
  readonly tls: Pick<ServeOptions, 'cert' | 'key'>
  /** Whether to start again when a file changes. */
  readonly isReloading: boolean
  /** How many processes serve; undefined: this one. */
  readonly workers: number | undefined
  /** More files to reload on. */
  readonly extra_files: readonly string[]
}

/** Serves the app in this process, or in those that it starts. */
export async function serveApp(info: ScriptInfo, plan: RunPlan): Promise<void> {
  const app = await info.load_app()
  await runApp(app, { ...plan.address, ...plan.tls })
}

/** `app.run()`, which is ignored in the module of the app, where the command line serves. */
function runApp(app: Flagon, options: ServeOptions): ReturnType<Flagon['run']> {
  const before = process.env['FLAGON_RUN_FROM_CLI']
  delete process.env['FLAGON_RUN_FROM_CLI']
  try {
    return app.run(options)
  } finally {
    process.env['FLAGON_RUN_FROM_CLI'] = before ?? 'true'
  }
}
