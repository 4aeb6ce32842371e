/*
 * 20 SIGTERMs under 50 clients that keep their connections, with handlers of 20 to 2,000 ms: no connection is broken, no answer
 * truncated, none of 5xx, and the exit code is 0.
 */
import { createServer } from 'node:net'
import { newTally, runClients, sleep } from '../support/soak-load.ts'
import { startApp } from '../support/soak-programs.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 20)
const CLIENTS = 50
const LOAD_MS = 1500

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

let answered = 0
let longest = 0
const problems: string[] = []
for (let round = 1; round <= ROUNDS; round++) {
  const port = await freePort()
  const app = await startApp(port)
  const tally = newTally()
  const load = runClients(
    { port, clients: CLIENTS, wait: [20, 2000], goesOn: () => true, endsWhenRefused: true },
    tally,
  )
  await sleep(LOAD_MS)
  const before = tally.answered
  const told = performance.now()
  app.child.kill('SIGTERM')
  const { code, signal } = await app.exited
  const took = Math.round(performance.now() - told)
  await load
  answered += tally.answered
  longest = Math.max(longest, took)
  for (const { kind, detail } of tally.failures) problems.push(`round ${round}: ${kind} (${detail})`)
  if (code !== 0) problems.push(`round ${round}: exit code ${code}, signal ${signal}`)
  if (app.lines.at(-1) !== 'before shutdown after') problems.push(`round ${round}: hooks ran as ${app.lines.at(-1)}`)
  console.log(`round ${round}: ${before} answers, ${tally.answered - before} more after SIGTERM, over in ${took} ms`)
}
console.log(
  `${ROUNDS} SIGTERMs, ${CLIENTS} clients: ${answered} answers, ${problems.length} problems, longest ${longest} ms`,
)
for (const problem of problems) console.log(problem)
process.exit(problems.length === 0 && answered > 0 ? 0 : 1)
