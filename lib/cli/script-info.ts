import type { Flagon } from '../app.ts'
import { isOn, load_dotenv } from './env-files.ts'

/** What the options before a command, and those of the commands that need an app, say. */
export interface AppChoice {
  /** The app, as `module:name`; undefined: as `FLAGON_APP` says, else the usual files. */
  readonly app?: string | undefined
  /** A file of variables to read besides `.env` and `.flagonenv`. */
  readonly env_file?: string | undefined
  /** Debug mode; null and undefined: as `FLAGON_DEBUG` says. */
  readonly debug?: boolean | null | undefined
}

/** Options of {@link ScriptInfo}. */
export interface ScriptInfoOptions {
  /** Gives the app, where it is not looked for in a module. */
  readonly create_app?: (() => Flagon | Promise<Flagon>) | undefined
  /** Whether debug mode of the app is set as `FLAGON_DEBUG` says. Default true. */
  readonly set_debug_flag?: boolean | undefined
}

/**
 * Which app the command line is about; it loads it when a command first asks.
 *
 * @see Flask `flask.cli.ScriptInfo`
 */
export class ScriptInfo {
  /** Where the app is; undefined for the usual files. */
  app_import_path: string | undefined
  /** Files of variables that were read. */
  env_files: readonly string[] = []
  readonly #options: ScriptInfoOptions
  #loading: Promise<Flagon> | undefined
  #app: Flagon | undefined

  constructor(options: ScriptInfoOptions = {}) {
    this.#options = options
  }

  /** The app, where it was loaded already. */
  get loaded_app(): Flagon | undefined {
    return this.#app
  }

  /**
   * Takes what the options say: reads the files of variables, and sets `FLAGON_DEBUG`.
   *
   * @throws {@link CommandUsageError} when the file that is named cannot be read.
   */
  choose({ app, env_file, debug }: AppChoice): void {
    this.env_files = load_dotenv(env_file)
    if (typeof debug === 'boolean') process.env['FLAGON_DEBUG'] = debug ? '1' : '0'
    if (app !== undefined) this.app_import_path = app
    this.app_import_path ??= process.env['FLAGON_APP'] || undefined
  }

  /**
   * The app, loaded once.
   *
   * @throws {@link NoAppException} when there is none.
   * @throws whatever its module throws.
   */
  load_app(): Promise<Flagon> {
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #load(): Promise<Flagon> {
    const { create_app, set_debug_flag = true } = this.#options
    const app = create_app === undefined ? await this.#locate() : await create_app()
    if (set_debug_flag) app.debug = isOn(process.env['FLAGON_DEBUG'])
    this.#app = app
    return app
  }

  async #locate(): Promise<Flagon> {
    // Tells `app.run()` in the module of an app that it is the command line that serves.
    process.env['FLAGON_RUN_FROM_CLI'] = 'true'
    const { locateApp } = await import('./find-app.ts')
    return locateApp(this.app_import_path)
  }
}
