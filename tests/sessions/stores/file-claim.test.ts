import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  BROKEN_FILE,
  changeFile,
  isMissing,
  NO_FILE,
  removeStaleClaim,
  STALE_CLAIM_MS,
} from '../../../lib/sessions/stores/file-claim.ts'
import { readSessionFile } from '../../../lib/sessions/stores/session-file.ts'

const MODE = 0o600
const next = (value: string) => ({ key: 'k', value: Buffer.from(value), expires: 8e15 })
const versionIn = (path: string): string => readSessionFile(readFileSync(path))?.version ?? BROKEN_FILE
const valueIn = (path: string): string => Buffer.from(readSessionFile(readFileSync(path))?.value ?? '').toString()
const age = (path: string, ms: number): void => {
  const then = (Date.now() - ms) / 1000
  utimesSync(path, then, then)
}

t.test('a file is made, replaced and removed from the state that was seen, and from no other', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'file')
  t.equal(await changeFile(path, 'f'.repeat(32), next('0'), MODE), false, 'there is none')
  t.equal(await changeFile(path, NO_FILE, next('1'), MODE), true)
  const first = versionIn(path)
  t.equal(await changeFile(path, NO_FILE, next('2'), MODE), false, 'there is one')
  t.equal(await changeFile(path, first, next('2'), MODE), true)
  t.equal(await changeFile(path, first, next('3'), MODE), false, 'it is another by now')
  t.equal(await changeFile(path, first, undefined, MODE), false)
  t.equal(valueIn(path), '2')
  t.equal(await changeFile(path, versionIn(path), undefined, MODE), true)
  t.same(readdirSync(folder), [], 'no claim is left')
})

t.test('a broken file is replaced only while it is broken', async (t) => {
  const path = join(t.testdir(), 'file')
  await changeFile(path, NO_FILE, next('1'), MODE)
  t.equal(await changeFile(path, BROKEN_FILE, undefined, MODE), false)
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.subarray(0, -1))
  t.equal(await changeFile(path, BROKEN_FILE, next('2'), MODE), true)
  t.equal(valueIn(path), '2')
})

t.test('of many that change one state, one does', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'file')
  const race = (state: string): Promise<boolean[]> =>
    Promise.all(Array.from({ length: 50 }, (_, index) => changeFile(path, state, next(String(index)), MODE)))
  for (let round = 0, state = NO_FILE; round < 10; round += 1, state = versionIn(path)) {
    const winners = (await race(state)).flatMap((won, index) => (won ? [String(index)] : []))
    t.equal(winners.length, 1)
    t.equal(valueIn(path), winners[0])
  }
  t.equal(readdirSync(folder).length, 1)
})

t.test('a claim that a killed process left is removed once it is stale', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'file')
  const claim = `${path}.none.claim`
  writeFileSync(claim, 'half of a')
  t.equal(await changeFile(path, NO_FILE, next('1'), MODE), false, 'it is waited for')
  t.ok(existsSync(claim))
  age(claim, STALE_CLAIM_MS + 1000)
  t.equal(await changeFile(path, NO_FILE, next('1'), MODE), false)
  t.notOk(existsSync(claim))
  t.equal(await changeFile(path, NO_FILE, next('1'), MODE), true)

  writeFileSync(claim, '')
  t.equal(removeStaleClaim(claim), false)
  age(claim, -60_000)
  t.equal(removeStaleClaim(claim), true, 'so is one from the future')
  t.equal(removeStaleClaim(claim), false, 'which is gone')
})

t.test('who claimed long ago changes nothing', async (t) => {
  const path = join(t.testdir(), 'file')
  await changeFile(path, NO_FILE, next('1'), MODE)
  const state = versionIn(path)
  const late = changeFile(path, state, next('late'), MODE)
  // The process stands still while the claim is written, until another takes it for stale.
  const until = performance.now() + STALE_CLAIM_MS / 2 + 100
  while (!existsSync(`${path}.${state}.claim`)) await new Promise((done) => setImmediate(done))
  while (performance.now() < until);
  t.equal(await late, false)
  t.equal(valueIn(path), '1')
  t.notOk(existsSync(`${path}.${state}.claim`))
  t.equal(await changeFile(path, state, next('2'), MODE), true)
})

t.test('the mode is that which was asked for, whatever the umask', async (t) => {
  const folder = t.testdir()
  const before = process.umask(0o077)
  t.teardown(() => process.umask(before))
  for (const mode of [0o600, 0o660, 0o644]) {
    await changeFile(join(folder, String(mode)), NO_FILE, next('1'), mode)
    t.equal(statSync(join(folder, String(mode))).mode & 0o777, mode)
  }
  process.umask(0)
  await changeFile(join(folder, 'open'), NO_FILE, next('1'), 0o600)
  t.equal(statSync(join(folder, 'open')).mode & 0o777, 0o600)
})

t.test('a folder that is gone is told of', async (t) => {
  const folder = join(t.testdir(), 'gone')
  mkdirSync(folder)
  rmSync(folder, { recursive: true })
  await t.rejects(changeFile(join(folder, 'file'), NO_FILE, next('1'), MODE), { code: 'ENOENT' })
  t.ok(isMissing(Object.assign(new Error('x'), { code: 'ENOENT' })))
  t.notOk(isMissing(Object.assign(new Error('x'), { code: 'EACCES' })))
  t.notOk(isMissing('ENOENT'))
})
