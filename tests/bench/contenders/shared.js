/* What all contenders share: the same data, so that the same bytes go over the wire. */

/** How a contender says that it does not have a scenario (`EX_USAGE` of sysexits.h); the harness knows the same number. */
const NOT_OFFERED = 64

export const HOST = '127.0.0.1'
export const PORT = Number(process.env.PORT)
/** The folder with `static/` and `templates/` that the harness made. */
export const FOLDER = process.env.BENCH_FOLDER
export const REDIS_URL = process.env.REDIS_URL
export const SECRET = '0123456789abcdef0123456789abcdef'

export const TEXT = 'Hello, World!'

/** Runs the scenario that the command line names, a function that listens on `PORT`. */
export async function serve(scenarios) {
  const scenario = process.argv[2]
  if (!Object.hasOwn(scenarios, scenario)) process.exit(NOT_OFFERED)
  await scenarios[scenario]()
}
