/*
 * A program that holds a port for others: `serving-parent.ts workers|reloading OPTIONS`, with the options as JSON. What it
 * logs goes to standard output, a line each.
 */
import { type ReloadingOptions, runReloading } from '../../lib/cli/reloader.ts'
import { runWorkers, type WorkersOptions } from '../../lib/serving/workers.ts'

const [kind, text = '{}'] = process.argv.slice(2)
const log = (line: string): void => console.log(line)
if (kind === 'workers') {
  const options: WorkersOptions = JSON.parse(text)
  process.exit(await runWorkers({ ...options, log }))
} else {
  const options: ReloadingOptions = JSON.parse(text)
  process.exit(await runReloading({ ...options, log }))
}
