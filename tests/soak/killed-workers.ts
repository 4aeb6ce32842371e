/* A worker is killed every 2 s for 60 s of load: only the requests on its own connections fail, and it is replaced. */
import { newTally, runClients, sleep } from '../support/soak-load.ts'
import { startCrew } from '../support/soak-programs.ts'

const WORKERS = 3
const CLIENTS = 24
const LASTING_MS = Number(process.env['LASTING_MS'] ?? 60_000)
const PERIOD_MS = 2000
/** Failures that are shown one by one. */
const MAX_SHOWN = 20
/** A request on a new connection belongs to nobody yet: it may fail this long after a kill. */
const NEW_CONNECTION_MS = 1000

const { crew, port } = await startCrew(WORKERS)
const tally = newTally()
let isOver = false
const goesOn = (): boolean => !isOver
const load = runClients({ port, clients: CLIENTS, wait: [5, 100], goesOn, connectionLasts: 20 }, tally)
const killed = new Map<number, number>()
const end = performance.now() + LASTING_MS
await sleep(PERIOD_MS)
while (performance.now() < end) {
  const serving = [...tally.pids.keys()].filter((pid) => !killed.has(pid))
  const pid = serving[Math.floor(Math.random() * serving.length)]
  if (pid !== undefined) {
    killed.set(pid, performance.now())
    process.kill(pid, 'SIGKILL')
  }
  await sleep(PERIOD_MS)
}
isOver = true
await load
crew.child.kill('SIGTERM')
const { code } = await crew.exited

const kills = [...killed.values()]
const foreign = tally.failures.filter(({ kind, pid, at }) => {
  if (kind === 'refused' || kind === 'status') return true
  if (pid !== undefined) return !killed.has(pid)
  return !kills.some((time) => at >= time && at - time < NEW_CONNECTION_MS)
})
const own = tally.failures.length - foreign.length
const fresh = tally.failures.filter(({ pid }) => pid === undefined).length
/** From each kill to the first answer of a process that had not answered before. */
const replacements = kills
  .map((time) => Math.min(...[...tally.pids.values()].filter((first) => first > time)) - time)
  .filter((ms) => Number.isFinite(ms))
  .map(Math.round)
  .sort((a, b) => a - b)
const median = replacements[Math.floor(replacements.length / 2)]
console.log(
  `${killed.size} kills in ${LASTING_MS / 1000} s: ${tally.answered} answers, ${own} requests of killed workers failed ` +
    `(${fresh} on new connections), ${foreign.length} others; new worker answers after ${median} ms (median), ` +
    `${replacements.at(-1)} ms (longest); exit code ${code}`,
)
for (const { kind, detail, pid } of foreign.slice(0, MAX_SHOWN)) {
  console.log(`not its own: ${kind} (${detail}) of ${pid ?? 'a new connection'}`)
}
process.exit(foreign.length === 0 && code === 0 && killed.size > 0 ? 0 : 1)
