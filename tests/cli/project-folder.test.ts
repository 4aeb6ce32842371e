import { join } from 'node:path'
import t from 'tap'
import { projectFolderOf } from '../../lib/cli/project-folder.ts'

t.test('the folder of a project is the nearest one with a package.json', async (t) => {
  const folder = t.testdir({ 'package.json': '{}', src: { web: {} }, inner: { 'package.json': '{}' } })
  t.equal(projectFolderOf(join(folder, 'src', 'web')), folder)
  t.equal(projectFolderOf(join(folder, 'inner')), join(folder, 'inner'))
  t.equal(projectFolderOf('/'), '/', 'or the folder itself')
})
