import { randomBytes } from 'node:crypto'
import type { BaseCommand } from '../../commands/base-command.ts'
import { Command } from '../../commands/command.ts'

const DEFAULT_BYTES = 32
/** Fewer could be guessed; more than a digest takes in brings nothing. */
const MIN_BYTES = 16
const MAX_BYTES = 1024

/** `flagon secret`: prints a key for `SECRET_KEY`. */
export function secretCommand(): BaseCommand {
  return new Command(
    'secret',
    {
      help: 'Prints a random key for SECRET_KEY, in hexadecimal digits.',
      with_appcontext: false,
      options: {
        '--bytes <n>': {
          help: `random bytes in it, ${MIN_BYTES} to ${MAX_BYTES}`,
          default: DEFAULT_BYTES,
          type: byteCount,
        },
      },
      examples: ['flagon secret', 'echo "FLAGON_SECRET_KEY=$(flagon secret)" >> .env'],
    },
    ({ bytes }) => console.log(randomBytes(Number(bytes)).toString('hex')),
  )
}

function byteCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= MIN_BYTES && count <= MAX_BYTES) return count
  throw new RangeError(`It is a whole number from ${MIN_BYTES} to ${MAX_BYTES}.`)
}
