import { OverflowError } from '../exceptions.ts'

/** The longest padding, in characters: more than any page needs, and no more than any server can hold. */
const LONGEST_PADDING = 2 ** 24

/**
 * A character so many times; nothing for a count below 1.
 *
 * @throws OverflowError for more than 16,777,216 times, so that one number in a template cannot take all memory.
 */
export function padding(fill: string, count: number): string {
  // Not a number is what computing with endless widths gives.
  if (!(count <= LONGEST_PADDING)) throw new OverflowError(`padding of ${count} characters is too long`)
  return count > 0 ? fill.repeat(count) : ''
}
