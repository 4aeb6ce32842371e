import { spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import t from 'tap'
import { onStopSignals } from '../../lib/serving/stop-signals.ts'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'

const MODULE = new URL('../../lib/serving/stop-signals.ts', import.meta.url).href

function run(source: string, detached = false): { status: number | null; stdout: string } {
  const args = [TYPESCRIPT_LOADER, '--input-type=module', '-e', source]
  const [program, ...rest] = detached ? ['setsid', '--wait', process.execPath, ...args] : [process.execPath, ...args]
  return spawnSync(program ?? '', rest, { encoding: 'utf8' })
}

t.test('the first signal stops, once; then nothing is left behind', async (t) => {
  const before = process.listenerCount('SIGTERM')
  let stops = 0
  const forget = onStopSignals(() => {
    stops += 1
  })
  process.kill(process.pid, 'SIGINT')
  process.kill(process.pid, 'SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 50))
  t.equal(stops, 1, 'a repetition at once is no second wish')
  forget()
  t.equal(process.listenerCount('SIGTERM'), before)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  t.test(`a second ${signal} after a while kills, and is told by the exit code`, async (t) => {
    const { status, stdout } = run(`
      import { onStopSignals } from '${MODULE}'
      onStopSignals(() => console.log('stop'), () => console.log('kill'))
      process.kill(process.pid, 'SIGTERM')
      setTimeout(() => process.kill(process.pid, '${signal}'), 400)
      setTimeout(() => undefined, 10_000)
    `)
    t.equal(stdout, 'stop\nkill\n')
    t.equal(status, 128 + constants.signals[signal])
  })
}

t.test('a process without a terminal notices', async (t) => {
  const { stdout } = run(
    `
    import { isTerminalGone } from '${MODULE}'
    console.log(isTerminalGone())
  `,
    true,
  )
  t.equal(stdout, 'true\n')
})
