/*
 * 1,000 sessions each way in each setting between a live Flask-Session and Flagon, and as many between the codecs, from a
 * seed that is new each time. `FLAGON_SESSIONS` asks for another number.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'

const SESSIONS = process.env['FLAGON_SESSIONS'] ?? '1000'
const SEED = process.env['FLAGON_SEED'] ?? String(Date.now() % 1_000_000)
const TESTS = ['live-redis', 'live-codec', 'live']

for (const name of TESTS) {
  const file = fileURLToPath(new URL(`../sessions/${name}.test.ts`, import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, [TYPESCRIPT_LOADER, file], {
    encoding: 'utf8',
    // A test that is skipped for want of Flask proves nothing here.
    env: { ...process.env, CI: 'true', FLAGON_SESSIONS: SESSIONS, FLAGON_SEED: SEED },
  })
  if (status !== 0) {
    console.log(`${name} with FLAGON_SEED=${SEED} ended with ${status}\n${stdout}`)
    process.exit(1)
  }
}
console.log(`${SESSIONS} sessions each way in each setting, seed ${SEED}`)
