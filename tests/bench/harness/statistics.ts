/** The middle and the ends of a row of figures. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The middle of some figures, between the two in the middle where their count is even; NaN for none. */
export function median(figures: readonly number[]): number {
  if (figures.length === 0) return Number.NaN
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The median of some figures with the smallest and the largest of them; NaN for none. */
export function spreadOf(figures: readonly number[]): Spread {
  if (figures.length === 0) return { median: Number.NaN, min: Number.NaN, max: Number.NaN }
  return { median: median(figures), min: Math.min(...figures), max: Math.max(...figures) }
}

/**
 * The spread of the quotients of two rows, figure by figure: what one round says of two contenders that ran in it. A
 * round that lacks either figure is left out. What slows the whole machine in a round slows both, and cancels out.
 */
export function ratiosOf(above: readonly (number | undefined)[], below: readonly (number | undefined)[]): Spread {
  const quotients: number[] = []
  for (const [round, figure] of above.entries()) {
    const other = below[round]
    if (figure !== undefined && other !== undefined && other > 0) quotients.push(figure / other)
  }
  return spreadOf(quotients)
}

/** A row of things turned so that another one comes first in each round: nobody always runs after the same one. */
export function rotate<T>(things: readonly T[], round: number): T[] {
  const start = things.length === 0 ? 0 : round % things.length
  return [...things.slice(start), ...things.slice(0, start)]
}
