/* 10 SIGHUPs under load: each replaces all workers, and no request fails in any way. */
import { newTally, runClients, sleep } from '../support/soak-load.ts'
import { startCrew } from '../support/soak-programs.ts'

const HANGUPS = Number(process.env['HANGUPS'] ?? 10)
const WORKERS = 2
const CLIENTS = 24
const LOOK_MS = 50
/** Until then all workers must have been replaced. */
const PATIENCE_MS = 30_000

const { crew, port } = await startCrew(WORKERS)
const tally = newTally()
let isOver = false
const load = runClients({ port, clients: CLIENTS, wait: [5, 300], goesOn: () => !isOver }, tally)
const problems: string[] = []
await sleep(1000)
for (let count = 1; count <= HANGUPS; count++) {
  const before = tally.pids.size
  const told = performance.now()
  crew.child.kill('SIGHUP')
  while (tally.pids.size < before + WORKERS && performance.now() - told < PATIENCE_MS) await sleep(LOOK_MS)
  const took = Math.round(performance.now() - told)
  if (tally.pids.size !== before + WORKERS) problems.push(`hangup ${count}: ${tally.pids.size - before} new workers`)
  console.log(`hangup ${count}: ${WORKERS} new workers answer after ${took} ms, ${tally.answered} answers so far`)
}
isOver = true
await load
crew.child.kill('SIGTERM')
const { code } = await crew.exited
for (const { kind, detail, pid } of tally.failures) problems.push(`${kind} (${detail}) of ${pid ?? 'a new connection'}`)
if (code !== 0) problems.push(`exit code ${code}`)
console.log(`${HANGUPS} SIGHUPs, ${CLIENTS} clients: ${tally.answered} answers, ${problems.length} problems`)
for (const problem of problems) console.log(problem)
process.exit(problems.length === 0 && tally.answered > 0 ? 0 : 1)
