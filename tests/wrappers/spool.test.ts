import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { Spool } from '../../lib/wrappers/spool.ts'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'
import { temporary } from '../support/temporary-folder.ts'

const PERMISSIONS = 0o777

t.test('touches no disk before the first flush, nor without files', async (t) => {
  const spool = new Spool()
  t.equal(spool.flush(), undefined)
  const file = spool.create()
  file.append(Buffer.from('x'))
  t.same(readdirSync(temporary), [])
  await spool.close()
  t.same(readdirSync(temporary), [])
})

// Security row 1.6, @fastify/multipart CVE-2025-24033.
t.test('files are private and have names that cannot be guessed', async (t) => {
  const spool = new Spool()
  const files = [spool.create(), spool.create()]
  for (const file of files) file.append(Buffer.from('secret'))
  await spool.flush()
  const [folder = ''] = readdirSync(temporary)
  const names = readdirSync(join(temporary, folder))
  t.equal(statSync(join(temporary, folder)).mode & PERMISSIONS, 0o700)
  t.equal(names.length, 2)
  for (const name of names) {
    t.match(name, /^[0-9a-f]{32}$/)
    t.equal(statSync(join(temporary, folder, name)).mode & PERMISSIONS, 0o600)
  }
  await spool.close()
  t.same(readdirSync(temporary), [])
  await spool.close()
})

t.test('bytes that are appended between flushes come after those before', async (t) => {
  const spool = new Spool()
  const file = spool.create()
  for (const text of ['one ', 'two ', 'three']) {
    file.append(Buffer.from(text))
    await spool.flush()
  }
  file.is_complete = true
  await spool.flush()
  t.equal(readFileSync(file.path, 'utf8'), 'one two three')
  t.equal(file.size, 13)
  t.equal(spool.flush(), undefined, 'a complete file has nothing left to write')
  await spool.close()
})

t.test('closing waits for a write that is under way', async (t) => {
  const spool = new Spool()
  spool.create().append(Buffer.alloc(1_000_000))
  const writing = spool.flush()
  await spool.close()
  await writing
  t.same(readdirSync(temporary), [])
})

t.test('a folder that cannot be made is an error of the flush, and closing is still fine', async (t) => {
  process.env['TMPDIR'] = join(temporary, 'missing')
  t.teardown(() => {
    process.env['TMPDIR'] = temporary
  })
  const spool = new Spool()
  spool.create().append(Buffer.from('x'))
  await t.rejects(spool.flush() ?? Promise.resolve(), { code: 'ENOENT' })
  await spool.close()
})

t.test('a process that ends in the middle of a request removes its files', (t) => {
  const module = fileURLToPath(new URL('../../lib/wrappers/spool.ts', import.meta.url))
  const script = `
    import { Spool } from ${JSON.stringify(module)}
    import { readdirSync } from 'node:fs'
    process.env.TMPDIR = process.env.UPLOADS
    const spool = new Spool()
    spool.create().append(Buffer.from('x'))
    await spool.flush()
    console.log(readdirSync(process.env.TMPDIR).length)
    process.exit(0)
  `
  const output = execFileSync(process.execPath, [TYPESCRIPT_LOADER, '--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, UPLOADS: t.testdir() },
  })
  t.equal(output.trim(), '1')
  t.same(readdirSync(t.testdirName), [])
  t.end()
})
