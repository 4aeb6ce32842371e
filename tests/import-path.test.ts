import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { parse_import_name } from '../lib/import-path.ts'

t.test('import.meta.url stands for the folder and name of the module', async (t) => {
  const path = join(process.cwd(), 'some folder', 'shop.app.ts')
  t.same(parse_import_name(pathToFileURL(path).href), { root: join(process.cwd(), 'some folder'), name: 'shop.app' })
  t.same(parse_import_name(path), { root: join(process.cwd(), 'some folder'), name: 'shop.app' })
})

t.test('a mere name stands for the working directory', async (t) => {
  t.same(parse_import_name('again'), { root: process.cwd(), name: 'again' })
})
