/** Number of single-character changes between two texts: insertions, deletions and replacements. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

/** Changes that a name may be away from what was written and still be meant: half of its length, and two at least. */
function reach(name: string): number {
  return Math.max(2, Math.floor(name.length / 2))
}

/** The name nearest to what was written, or `undefined` when none is near. */
export function nearest(written: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Infinity
  for (const name of names) {
    const steps = distance(written.toLowerCase(), name.toLowerCase())
    if (steps < least && steps <= reach(name)) {
      best = name
      least = steps
    }
  }
  return best
}

/** How alike two texts are, from 0 to 1: the share of characters in common runs, the longest run first (Ratcliff and Obershelp). */
export function similarity(a: string, b: string): number {
  const total = a.length + b.length
  return total === 0 ? 1 : (2 * common(a, b)) / total
}

function common(a: string, b: string): number {
  let best = 0
  let endA = 0
  let endB = 0
  let row: number[] = []
  for (let i = 0; i < a.length; i++) {
    const next: number[] = []
    for (let j = 0; j < b.length; j++) {
      if (a[i] !== b[j]) continue
      const run = (row[j - 1] ?? 0) + 1
      next[j] = run
      if (run > best) {
        best = run
        endA = i + 1
        endB = j + 1
      }
    }
    row = next
  }
  if (best === 0) return 0
  return best + common(a.slice(0, endA - best), b.slice(0, endB - best)) + common(a.slice(endA), b.slice(endB))
}
