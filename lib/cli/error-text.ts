import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'

const OWN_FOLDER = fileURLToPath(new URL('..', import.meta.url))
/** Frames that lead to the code of the app, which say nothing of what is wrong in it. */
const FOREIGN_FRAME = /[( ](?:async )?(?:node:|.*[/\\]node_modules[/\\](?:commander|esbuild|tsx)[/\\])/

/** An error with its causes and its stack, as far as that is the app's. */
export function errorText(error: unknown): string {
  const kept: string[] = []
  for (const line of inspect(error).split('\n')) {
    if (!/^\s+at /.test(line) || !isForeign(line)) kept.push(line)
    // The properties of the error follow.
    else if (line.endsWith(' {')) kept.push(`${kept.pop() ?? ''} {`)
  }
  return kept.join('\n')
}

function isForeign(frame: string): boolean {
  const place = frame.replaceAll('file://', '')
  return FOREIGN_FRAME.test(place) || place.includes(`${OWN_FOLDER}cli/`) || place.includes(`${OWN_FOLDER}commands/`)
}
