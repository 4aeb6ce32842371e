/*
 * A million requests with a few bytes changed, in runs of 20,000 with a seed each: each is answered or refused, and the app
 * stays alive. `FLAGON_MUTATIONS` asks for another number.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'

const MUTATIONS = Number(process.env['FLAGON_MUTATIONS'] ?? 1_000_000)
/** What one process keeps in memory at once. */
const AT_ONCE = 20_000
const TEST = fileURLToPath(new URL('../security/mutated-requests.test.ts', import.meta.url))
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

const firstSeed = Number(process.env['FLAGON_SEED'] ?? Date.now() % 1_000_000)
for (let sent = 0, seed = firstSeed; sent < MUTATIONS; sent += AT_ONCE, seed++) {
  const count = Math.min(AT_ONCE, MUTATIONS - sent)
  const { status, stdout } = spawnSync(process.execPath, [TYPESCRIPT_LOADER, TEST], {
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
    env: { ...process.env, FLAGON_MUTATIONS: String(count), FLAGON_SEED: String(seed) },
  })
  if (status !== 0) {
    console.log(`FLAGON_MUTATIONS=${count} FLAGON_SEED=${seed} ended with ${status}\n${stdout}`)
    process.exit(1)
  }
}
console.log(`${MUTATIONS} requests, seeds from ${firstSeed}`)
