import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import t, { type Test } from 'tap'
import { FileWatcher } from '../../lib/cli/file-watcher.ts'

/** Longer than the watcher waits for quiet. */
const SETTLED_MS = 250

function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Watched {
  folder: string
  /** What changed by an action, once it has settled. */
  after(change: () => void): Promise<string[]>
  reports: number
}

function watchFolder(t: Test, folder: string, paths = [folder]): Watched {
  let changed: string[] = []
  const watched: Watched = {
    folder,
    reports: 0,
    async after(change) {
      changed = []
      change()
      await new Promise((resolve) => setTimeout(resolve, SETTLED_MS))
      return changed.map((path) => relative(folder, path)).sort()
    },
  }
  const watcher = new FileWatcher({
    paths,
    onChange: (files) => {
      watched.reports += 1
      changed.push(...files)
    },
    onError: (error) => t.fail(String(error)),
  })
  t.teardown(() => watcher.close())
  return watched
}

t.test('tells of code, templates and settings, and of nothing else', async (t) => {
  const folder = folderOf(t)
  mkdirSync(join(folder, 'templates', 'mail'), { recursive: true })
  const { after } = watchFolder(t, folder)
  const told = [
    'app.ts',
    'b.mjs',
    'page.html',
    '.env',
    '.env.local',
    '.flagonenv',
    'package.json',
    'templates/mail/hi.txt',
  ]
  const untold = ['data.json', 'notes.txt', 'app.sqlite', 'app.ts~', '.app.ts.swp', 'templates/.x.swp', 'x.log']
  const write = (names: string[]) => () => {
    for (const name of names) writeFileSync(join(folder, name), name)
  }
  t.same(await after(write(told)), [...told].sort())
  t.same(await after(write(untold)), [])
})

t.test('passes over what is installed, built, hidden or for browsers, but not where it is named itself', async (t) => {
  const folder = folderOf(t)
  const names = ['node_modules', '.git', 'dist', 'static']
  for (const name of names) mkdirSync(join(folder, name))
  const { after } = watchFolder(t, folder)
  const write = () => {
    for (const name of names) writeFileSync(join(folder, name, 'x.js'), '')
  }
  t.same(await after(write), [])
  t.same(await watchFolder(t, join(folder, 'dist')).after(write), ['x.js'])
})

t.test('sees a file that an editor replaces by renaming, again and again', async (t) => {
  const folder = folderOf(t)
  const file = join(folder, 'app.ts')
  writeFileSync(file, '0')
  const watched = watchFolder(t, folder)
  for (const text of ['1', '2', '3']) {
    const save = () => {
      writeFileSync(join(folder, '.app.ts.tmp'), text)
      renameSync(join(folder, '.app.ts.tmp'), file)
    }
    t.same(await watched.after(save), ['app.ts'])
  }
  t.equal(watched.reports, 3, 'each once')
})

t.test('sees files in folders that are made, moved and removed later', async (t) => {
  const folder = folderOf(t)
  const { after } = watchFolder(t, folder)
  const make = () => {
    mkdirSync(join(folder, 'a', 'b'), { recursive: true })
    writeFileSync(join(folder, 'a', 'b', 'view.ts'), '1')
  }
  t.same(await after(make), ['a/b/view.ts'])
  t.same(await after(() => writeFileSync(join(folder, 'a', 'b', 'view.ts'), '22')), ['a/b/view.ts'])
  t.same(await after(() => renameSync(join(folder, 'a'), join(folder, 'c'))), ['a/b/view.ts', 'c/b/view.ts'])
  t.same(await after(() => writeFileSync(join(folder, 'c', 'b', 'view.ts'), '333')), ['c/b/view.ts'])
  t.same(await after(() => rmSync(join(folder, 'c'), { recursive: true })), ['c/b/view.ts'])
})

t.test('watches single files of any kind, also where they do not exist yet', async (t) => {
  const folder = folderOf(t)
  const extra = join(folderOf(t), 'settings.toml')
  const { after } = watchFolder(t, folder, [folder, extra])
  const write = () => {
    writeFileSync(extra, 'a = 1')
    writeFileSync(join(folder, 'settings.toml'), 'a = 1')
  }
  t.same(
    (await after(write)).map((path) => basename(path)),
    ['settings.toml'],
    'the one that was named',
  )
})

t.test('tells of many saves together', async (t) => {
  const folder = folderOf(t)
  writeFileSync(join(folder, 'a.ts'), '')
  const watched = watchFolder(t, folder)
  const saves = () => {
    for (let count = 0; count < 20; count++) writeFileSync(join(folder, 'a.ts'), String(count))
  }
  t.same(await watched.after(saves), ['a.ts'])
  t.equal(watched.reports, 1)
})
