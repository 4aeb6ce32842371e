import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createProject } from '../../lib/cli/project.ts'

t.test('a project is made in a new folder, and has a key of its own that only its owner reads', async (t) => {
  const cwd = t.testdir({})
  const made = await createProject('hello', { cwd })
  t.equal(made.folder, 'hello')
  t.same([...made.files].sort(), [
    '.env',
    '.gitignore',
    'README.md',
    'app.ts',
    'package.json',
    'static/style.css',
    'templates/index.html',
    'tests/app.test.ts',
    'tsconfig.json',
  ])
  const secret = readFileSync(join(cwd, 'hello', '.env'), 'utf8')
  t.match(secret, /^FLAGON_SECRET_KEY=[0-9a-f]{64}$/m)
  if (process.platform !== 'win32') t.equal(statSync(join(cwd, 'hello', '.env')).mode & 0o077, 0)
  await createProject('other', { cwd })
  t.not(readFileSync(join(cwd, 'other', '.env'), 'utf8'), secret)
})

t.test('an empty folder is filled, also the working folder; any other is left alone', async (t) => {
  const cwd = t.testdir({ full: { 'app.ts': 'mine' }, file: 'mine' })
  mkdirSync(join(cwd, 'empty'))
  t.equal((await createProject('.', { cwd: join(cwd, 'empty'), js: true })).folder, '.')
  await t.rejects(createProject('full', { cwd }), { exit_code: 2, message: /full is not empty: choose another name/ })
  await t.rejects(createProject('file', { cwd }), { exit_code: 2, message: /file is no folder that could be filled/ })
  t.equal(readFileSync(join(cwd, 'full', 'app.ts'), 'utf8'), 'mine')
})

t.test('a name that npm would not take is refused', async (t) => {
  const cwd = t.testdir({})
  for (const name of ['Hello', 'a b', '-x', '.hidden', 'flagon', 'node_modules', 'http', 'ä', 'x'.repeat(215), 'a\nb'])
    await t.rejects(createProject(name, { cwd }), { exit_code: 2, message: /cannot be the name of a project/ }, name)
  for (const name of ['a', 'shop-2', 'my_shop', 'v1.0', 'deep/inner'])
    await t.resolves(createProject(name, { cwd }), name)
})
