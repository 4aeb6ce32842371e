import { isDeepStrictEqual } from 'node:util'
import { median, ratiosOf, rotate, type Spread } from '../harness/statistics.ts'

/** One way to do what a case is about. */
export interface MicroContender {
  readonly name: string
  /** Does it once; the index counts up, so that inputs may take turns. A promise is waited for. */
  readonly run: (index: number) => unknown
  /** What the run of an index gives, in a form that is the same for all contenders. */
  readonly answer: (index: number) => unknown
}

/** One row: Flagon first, then those that it stands beside. */
export interface MicroCase {
  readonly group: string
  readonly title: string
  readonly isAsync?: boolean
  readonly contenders: readonly MicroContender[]
}

/** What was measured of one contender in one case. */
export interface MicroFigure {
  readonly name: string
  readonly nanoseconds: number
  /** Flagon's time divided by this one's, round by round. */
  readonly ratio: Spread
}

const COMPARED_INDEXES = 64
const SAMPLE_NS = 20_000_000
const FIRST_COUNT = 16
const NS_PER_US = 1000

type Loop = (count: number) => unknown

/*
 * Each contender gets a loop compiled for it alone. One loop for all would learn that it calls many functions, would stop
 * inlining them, and would add the same few nanoseconds to all: to a look-up of 20 ns that is a lot.
 */
function loopOf({ run }: MicroContender, isAsync: boolean): Loop {
  const [word, wait] = isAsync ? ['async ', 'await '] : ['', '']
  const body = `return ${word}(count) => { let last; for (let i = 0; i < count; i++) last = ${wait}run(i); return last }`
  return new Function('run', body)(run)
}

/** Nanoseconds of CPU time that this process uses for a loop; what other processes do does not count. */
async function timed(loop: Loop, count: number): Promise<number> {
  const start = process.cpuUsage()
  await loop(count)
  const { user, system } = process.cpuUsage(start)
  return (user + system) * NS_PER_US
}

/**
 * Compares the answers, then times every contender in interleaved rounds.
 *
 * @throws Error when a contender answers something else than the first.
 */
export async function measureCase(bench: MicroCase, rounds: number): Promise<MicroFigure[]> {
  const [first] = bench.contenders
  if (first === undefined) return []
  for (let index = 0; index < COMPARED_INDEXES; index++) {
    const expected = await first.answer(index)
    for (const contender of bench.contenders) {
      const answer = await contender.answer(index)
      if (isDeepStrictEqual(answer, expected)) continue
      const texts = [answer, expected].map((value) => JSON.stringify(value))
      throw new Error(`${bench.title}: ${contender.name} answers ${texts[0]}, ${first.name} ${texts[1]}`)
    }
  }
  const entries: { contender: MicroContender; loop: Loop; count: number; figures: number[] }[] = []
  for (const contender of bench.contenders) {
    const loop = loopOf(contender, bench.isAsync ?? false)
    let count = FIRST_COUNT
    // Also the warm-up: the loop runs until one sample is long enough to be measured.
    while ((await timed(loop, count)) < SAMPLE_NS) count *= 2
    entries.push({ contender, loop, count, figures: [] })
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of rotate(entries, round)) {
      entry.figures[round] = (await timed(entry.loop, entry.count)) / entry.count
    }
  }
  const own = entries[0]?.figures ?? []
  return entries.map(({ contender, figures }) => ({
    name: contender.name,
    nanoseconds: median(figures),
    ratio: ratiosOf(own, figures),
  }))
}
