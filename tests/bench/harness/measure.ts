import { setTimeout as sleep } from 'node:timers/promises'
import { conditionalOn, cookiesOf, differenceOf, handWrittenDifference } from './answers.ts'
import { type Answer, type Ask, send } from './ask.ts'
import type { Contender, Surroundings } from './contenders.ts'
import { load } from './load.ts'
import { cpuNanoseconds, residentBytes } from './process-figures.ts'
import type { Scenario } from './scenarios.ts'
import { NotOffered, ServerProcess } from './server-process.ts'
import { rotate } from './statistics.ts'

const NS_PER_US = 1000
/** After its answers are read, a server may still be busy with what follows them. */
const SETTLE_MS = 50
const HTTP_ERROR = 400

/** What one round of load said of one contender. */
export interface Round {
  readonly cpuMicroseconds: number
  readonly requestsPerSecond: number
  readonly p99: number
}

/** What all rounds of a scenario said of one contender; `problem` is why there are none. */
export interface Row {
  readonly contender: string
  readonly rounds: readonly (Round | undefined)[]
  readonly residentBytes: number
  readonly problem: string | undefined
}

/** How often and how long. */
export interface Effort {
  readonly rounds: number
  readonly seconds: number
  readonly warmup: number
  readonly connections: number | undefined
}

interface Entry {
  readonly contender: Contender
  readonly server: ServerProcess
  asks: readonly Ask[]
  rounds: (Round | undefined)[]
  residentBytes: number
  problem: string | undefined
}

/**
 * Measures one scenario: starts each contender that offers it, compares their answers with those of the first, warms all
 * of them up, and loads one after the other in each round. A contender whose answers differ is not loaded.
 */
export async function measure(
  scenario: Scenario,
  contenders: readonly Contender[],
  surroundings: Surroundings,
  effort: Effort,
): Promise<Row[]> {
  const entries: Entry[] = []
  const failed: Row[] = []
  try {
    const starts = contenders.map((contender) => ServerProcess.start(contender.command(scenario.name, surroundings)))
    for (const [index, start] of (await Promise.allSettled(starts)).entries()) {
      const contender = contenders[index]
      if (contender === undefined) continue
      if (start.status === 'fulfilled') {
        entries.push({ contender, server: start.value, asks: [], rounds: [], residentBytes: 0, problem: undefined })
      } else if (!(start.reason instanceof NotOffered)) {
        const problem = String(start.reason)
        failed.push({ contender: contender.name, rounds: [], residentBytes: 0, problem })
      }
    }
    await compareAnswers(scenario, entries)
    const runners = entries.filter(({ problem }) => problem === undefined)
    for (const entry of runners) await runRound(scenario, entry, effort.warmup, effort.connections)
    for (let round = 0; round < effort.rounds; round++) {
      for (const entry of rotate(runners, round)) {
        entry.rounds[round] = await runRound(scenario, entry, effort.seconds, effort.connections)
      }
    }
  } finally {
    await Promise.all(entries.map(({ server }) => server.stop()))
  }
  return [...entries.map(rowOf), ...failed]
}

function rowOf({ contender, rounds, residentBytes, problem }: Entry): Row {
  return { contender: contender.name, rounds, residentBytes, problem }
}

async function compareAnswers(scenario: Scenario, entries: Entry[]): Promise<void> {
  let expected: Answer[] | undefined
  const answersOf = new Map<string, Answer[]>()
  for (const entry of entries) {
    try {
      entry.asks = await asksOf(scenario, entry.server.port)
      const answers: Answer[] = []
      for (const ask of entry.asks) answers.push(await send(entry.server.port, ask))
      expected ??= answers
      answersOf.set(entry.contender.name, answers)
      for (const [index, answer] of answers.entries()) {
        const difference = differenceOf(scenario, answer, expected[index] ?? answer)
        const { method, path } = entry.asks[index] ?? { method: '', path: '' }
        if (difference !== undefined) entry.problem ??= `its answer to ${method} ${path} differs: ${difference}`
      }
    } catch (error) {
      entry.problem = `it failed: ${(error as Error).message} ${entry.server.output}`
    }
  }
  const [byHand] = entries.filter(({ contender }) => contender.name === 'node')
  const [mine, flagons] = [answersOf.get('node'), answersOf.get('flagon')]
  if (byHand === undefined || mine === undefined || flagons === undefined) return
  for (const [index, answer] of mine.entries()) {
    const flagon = flagons[index]
    const difference = flagon && handWrittenDifference(answer, flagon)
    if (difference !== undefined) byHand.problem ??= `it does not send what Flagon sends: ${difference}`
  }
}

/** The requests of a scenario for one contender: with the cookies of its login and the validators of its files. */
async function asksOf({ asks, login, logins, isConditional }: Scenario, port: number): Promise<readonly Ask[]> {
  let own = asks
  if (login !== undefined) {
    const cookies: string[] = []
    for (let user = 0; user < logins; user++) cookies.push(cookiesOf(await send(port, login)))
    if (cookies.includes('')) throw new Error('its login sets no cookie')
    own = cookies.flatMap((cookie) => asks.map((ask) => ({ ...ask, headers: { ...ask.headers, Cookie: cookie } })))
  }
  if (isConditional) own = await Promise.all(own.map(async (ask) => conditionalOn(ask, await send(port, ask))))
  return own
}

/** Loads one contender once; undefined, and a problem, when answers failed or had another status. */
async function runRound(
  scenario: Scenario,
  entry: Entry,
  seconds: number,
  connections = scenario.connections,
): Promise<Round | undefined> {
  const { server, asks } = entry
  const before = cpuNanoseconds(server.pid)
  const result = await load({ port: server.port, asks, connections, seconds })
  await sleep(SETTLE_MS)
  const used = cpuNanoseconds(server.pid) - before
  entry.residentBytes = Math.max(entry.residentBytes, residentBytes(server.pid))
  const wantRefused = scenario.status >= HTTP_ERROR ? result.requests : 0
  if (result.failures > 0 || result.refused !== wantRefused || result.requests === 0) {
    entry.problem ??= `under load: ${result.failures} failures, ${result.refused} refusals of ${result.requests} requests`
    return undefined
  }
  return {
    cpuMicroseconds: used / NS_PER_US / result.requests,
    requestsPerSecond: result.requests / result.seconds,
    p99: result.p99,
  }
}
