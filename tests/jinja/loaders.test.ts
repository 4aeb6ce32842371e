import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import {
  BaseLoader,
  ChoiceLoader,
  DictLoader,
  Environment,
  FileSystemLoader,
  FunctionLoader,
  PrefixLoader,
  TemplateNotFound,
} from '../../lib/jinja/index.ts'
import { split_template_path } from '../../lib/jinja/loaders.ts'

const environment = new Environment()

t.test('templates come from folders, the first one winning', (t) => {
  const root = t.testdir({ one: { 'a.html': '1' }, two: { 'a.html': '2', sub: { 'b.html': 'ü' } } })
  const loader = new FileSystemLoader([join(root, 'one'), pathToFileURL(join(root, 'two'))])
  t.equal(loader.get_source(environment, 'a.html').source, '1')
  t.equal(loader.get_source(environment, 'sub/b.html').source, 'ü')
  t.equal(loader.get_source(environment, './sub//b.html').filename, join(root, 'two', 'sub', 'b.html'))
  t.same(loader.list_templates(), ['a.html', 'sub/b.html'])
  t.throws(() => loader.get_source(environment, 'sub'), TemplateNotFound, 'a folder is no template')
  t.throws(() => loader.get_source(environment, 'nope'), { message: /'nope' not found in search paths: / })
  t.end()
})

t.test('a name cannot leave its folder', (t) => {
  const root = t.testdir({ 'secret.txt': 'secret', templates: { 'a.html': 'a' } })
  const loader = new FileSystemLoader(join(root, 'templates'))
  const names = [
    '../secret.txt',
    'x/../../secret.txt',
    '..',
    '/etc/passwd',
    'a\0',
    '..\\secret.txt',
    'x\\y',
    join(root, 'secret.txt'),
  ]
  for (const name of names) t.throws(() => loader.get_source(environment, name), TemplateNotFound, JSON.stringify(name))
  t.throws(() => split_template_path('a/../b'), TemplateNotFound)
  t.same(split_template_path('/a/./b//c'), ['a', 'b', 'c'])
  t.end()
})

t.test('a changed file is noticed', (t) => {
  const root = t.testdir({ 'a.html': '1' })
  const { uptodate } = new FileSystemLoader(root).get_source(environment, 'a.html')
  t.equal(uptodate?.(), true)
  writeFileSync(join(root, 'a.html'), '2')
  utimesSync(join(root, 'a.html'), 1, 1)
  t.equal(uptodate?.(), false)
  rmSync(join(root, 'a.html'))
  t.equal(uptodate?.(), false, 'a removed one too')
  t.end()
})

t.test('linked folders are listed only when asked for, and not without an end', (t) => {
  const root = t.testdir({ templates: { 'a.html': '' }, other: { 'b.html': '' } })
  symlinkSync(join(root, 'other'), join(root, 'templates', 'link'))
  symlinkSync(join(root, 'templates'), join(root, 'templates', 'loop'))
  const folder = join(root, 'templates')
  t.same(new FileSystemLoader(folder).list_templates(), ['a.html'])
  t.same(new FileSystemLoader(folder, { followlinks: true }).list_templates(), ['a.html', 'link/b.html'])
  t.same(new FileSystemLoader(join(root, 'nope')).list_templates(), [])
  t.end()
})

t.test('files may have another encoding', (t) => {
  const root = t.testdir({})
  mkdirSync(root, { recursive: true })
  writeFileSync(join(root, 'a'), Buffer.from([0xfc]))
  t.equal(new FileSystemLoader(root, { encoding: 'latin1' }).get_source(environment, 'a').source, 'ü')
  t.end()
})

t.test('templates come from an object or a Map; names of Object.prototype are none', (t) => {
  const files: Record<string, string> = { a: 'A', b: 'B' }
  const loader = new DictLoader(files)
  const { source, uptodate } = loader.get_source(environment, 'a')
  t.equal(source, 'A')
  t.equal(uptodate?.(), true)
  files['a'] = 'new'
  t.equal(uptodate?.(), false)
  t.throws(() => loader.get_source(environment, 'toString'), TemplateNotFound)
  t.same(loader.list_templates(), ['a', 'b'])
  t.same(new DictLoader(new Map([['z', 'Z']])).get_source(environment, 'z').source, 'Z')
  t.same(new DictLoader(new Map([['z', 'Z']])).list_templates(), ['z'])
  t.end()
})

t.test('templates come from a function', (t) => {
  const loader = new FunctionLoader((name) => {
    if (name === 'a') return 'A'
    if (name === 'b') return { source: 'B', filename: 'b.html' }
    return name === 'c' ? null : undefined
  })
  t.same(loader.get_source(environment, 'a'), { source: 'A' })
  t.equal(loader.get_source(environment, 'b').filename, 'b.html')
  for (const name of ['c', 'd']) t.throws(() => loader.get_source(environment, name), TemplateNotFound)
  t.throws(() => loader.list_templates(), /cannot list/)
  t.end()
})

t.test('a prefix chooses the loader', (t) => {
  const loader = new PrefixLoader({ app: new DictLoader({ 'x/y': 'Y' }), lib: new DictLoader({ z: 'Z' }) })
  t.equal(loader.get_source(environment, 'app/x/y').source, 'Y')
  t.equal(loader.get_source(environment, 'lib/z').source, 'Z')
  for (const name of ['z', 'nope/z', 'lib/nope', 'constructor/z']) {
    t.throws(() => loader.get_source(environment, name), { name: 'TemplateNotFound', template: name }, name)
  }
  t.same(loader.list_templates(), ['app/x/y', 'lib/z'])
  t.equal(new PrefixLoader({ a: new DictLoader({ b: 'B' }) }, ':').get_source(environment, 'a:b').source, 'B')
  t.end()
})

t.test('the first of several loaders that has a template gives it', (t) => {
  const loader = new ChoiceLoader([new DictLoader({ a: '1' }), new DictLoader({ a: '2', b: '2' })])
  t.equal(loader.get_source(environment, 'a').source, '1')
  t.equal(loader.get_source(environment, 'b').source, '2')
  t.throws(() => loader.get_source(environment, 'c'), TemplateNotFound)
  t.same(loader.list_templates(), ['a', 'b'])
  const broken = new FunctionLoader(() => {
    throw new RangeError('broken')
  })
  t.throws(() => new ChoiceLoader([broken, new DictLoader({ a: '' })]).get_source(environment, 'a'), RangeError)
  t.end()
})

t.test('the base loader has nothing', (t) => {
  t.throws(() => new BaseLoader().get_source(environment, 'a'), TemplateNotFound)
  t.throws(() => new BaseLoader().list_templates(), TypeError)
  t.equal(new BaseLoader().get_compiled('a'), undefined)
  t.end()
})
