import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { Child, describeExit } from '../../lib/serving/child.ts'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'
import { isAlive } from '../support/spawned.ts'

const CHILD = fileURLToPath(new URL('../support/serving-child.ts', import.meta.url))

function start(t: Test, source = "export const text = ''"): Child {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const module = join(folder, 'module.mjs')
  writeFileSync(module, source)
  const env = { CHILD_MODULE: pathToFileURL(module).href }
  const child = new Child({ exec: CHILD, execArgv: [TYPESCRIPT_LOADER], env })
  t.teardown(() => child.kill())
  return child
}

t.test('tells when it is ready, and ends when it is dismissed', async (t) => {
  const child = start(t)
  t.notOk(child.hasServed)
  t.ok(await child.ready)
  t.ok(child.hasServed)
  t.notOk(child.isLeaving)
  child.dismiss()
  t.ok(child.isLeaving && child.isDismissed)
  t.same(await child.exited, { code: 0, signal: null })
})

t.test('one that does not serve yet just ends', async (t) => {
  const child = start(t, 'await new Promise((resolve) => setTimeout(resolve, 60_000))')
  child.dismiss()
  t.notOk(await child.ready)
  t.same(await child.exited, { code: null, signal: 'SIGTERM' })
})

t.test('tells why it cannot serve', async (t) => {
  const child = start(t, "throw new Error('no database')")
  t.notOk(await child.ready)
  t.same(await child.exited, { code: 1, signal: null })
  t.match(child.failure, /^Error: no database\n/)
})

t.test('an error that nobody catches is told too', async (t) => {
  const child = start(
    t,
    "setTimeout(() => { throw new Error('later') })\nawait new Promise(() => setTimeout(() => {}, 9999))",
  )
  await child.exited
  t.match(child.failure, /^Error: later\n/)
})

t.test('one that is killed is gone at once', async (t) => {
  const child = start(t)
  await child.ready
  child.kill()
  t.same(await child.exited, { code: null, signal: 'SIGKILL' })
  t.notOk(isAlive(child.pid ?? 0))
})

t.test('an end is described by its code or its signal', (t) => {
  t.equal(describeExit({ code: 3, signal: null }), 'exit code 3')
  t.equal(describeExit({ code: null, signal: 'SIGKILL' }), 'SIGKILL')
  t.end()
})
