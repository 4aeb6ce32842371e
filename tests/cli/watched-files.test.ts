import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import t from 'tap'
import { filesBelow, isEntered, isWatched } from '../../lib/cli/watched-files.ts'

t.test('enters folders of the app, and none that is installed, built, hidden or for browsers', (t) => {
  for (const name of ['views', 'templates', 'src', 'lib', 'instance']) t.ok(isEntered(name), name)
  for (const name of ['node_modules', '.git', '.venv', 'dist', 'build', 'coverage', 'static'])
    t.notOk(isEntered(name), name)
  t.end()
})

t.test('watches code, templates and settings', (t) => {
  for (const name of ['a.ts', 'a.mts', 'a.cjs', 'a.tsx', 'a.html', 'a.j2', '.env', '.env.test', 'tsconfig.json']) {
    t.ok(isWatched(name, false), name)
  }
  for (const name of ['a.json', 'a.txt', 'a.css', 'a.sqlite', 'a.ts~', '.a.ts.swp', 'environment']) {
    t.notOk(isWatched(name, false), name)
  }
  t.ok(isWatched('mail.txt', true), 'all is a template among templates')
  t.notOk(isWatched('.mail.txt.swp', true))
  t.end()
})

t.test('finds the files below a folder', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const name of ['a.js', 'views/b.js', 'views/c.ts', 'node_modules/x/d.js', '.git/e.js']) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), '')
  }
  t.same(
    filesBelow(folder, /\.js$/)
      .map((path) => relative(folder, path))
      .sort(),
    ['a.js', 'views/b.js'],
  )
})
