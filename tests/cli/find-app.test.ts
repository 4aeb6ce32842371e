import { join } from 'node:path'
import t from 'tap'
import { isApp, locateApp } from '../../lib/cli/find-app.ts'
import { Blueprint, current_app, Flagon } from '../../lib/index.ts'
import { FLAGON_MODULE } from '../support/flagon-command.ts'

const IMPORT = `import { Flagon } from ${FLAGON_MODULE}\n`

t.test('an app is told from all else, also of another copy of the package, and in no context', async (t) => {
  t.equal(isApp(new Flagon('x')), true)
  for (const value of [undefined, null, 'app', {}, Flagon, new Blueprint('b', 'b'), current_app, () => undefined])
    t.equal(isApp(value), false)
})

t.test('without a name, the usual files are looked for in their order', async (t) => {
  const folder = t.testdir({
    wsgi: { 'wsgi.ts': `${IMPORT}export const app = new Flagon('wsgi')`, 'app.ts': '' },
    app: { 'app.ts': `${IMPORT}export const app = new Flagon('ts')`, 'app.js': '' },
    js: { 'app.js': `${IMPORT}export const app = new Flagon('js')` },
    mjs: { 'app.mjs': `${IMPORT}export const app = new Flagon('mjs')` },
    src: { src: { 'app.ts': `${IMPORT}export const app = new Flagon('src')` } },
    folder: { app: { 'index.ts': `${IMPORT}export const app = new Flagon('folder')` } },
  })
  for (const [name, app] of [
    ['wsgi', 'wsgi'],
    ['app', 'ts'],
    ['js', 'js'],
    ['mjs', 'mjs'],
    ['src', 'src'],
    ['folder', 'folder'],
  ] as const)
    t.equal((await locateApp(undefined, join(folder, name))).import_name, app)
})

t.test('an export is taken by its name, by its being the only app, or as a factory', async (t) => {
  const modules: [source: string, app: string][] = [
    ["export const app = new Flagon('a'); export const other = new Flagon('b')", 'a'],
    ["export const application = new Flagon('a'); export const other = new Flagon('b')", 'a'],
    ["export default new Flagon('a')", 'a'],
    ["export const shop = new Flagon('a')", 'a'],
    ["const one = new Flagon('a'); export { one, one as two }", 'a'],
    ["export function create_app() { return new Flagon('a') }", 'a'],
    ["export async function make_app() { await null; return new Flagon('a') }", 'a'],
    ["export default function () { return new Flagon('a') }", 'a'],
    ["export const app = Promise.resolve(new Flagon('a'))", 'a'],
    ["export const create_app = (name = 'a') => new Flagon(name)", 'a'],
  ]
  const folder = t.testdir(Object.fromEntries(modules.map(([source], index) => [`m${index}.ts`, IMPORT + source])))
  for (const [index, [source, app]] of modules.entries())
    t.equal((await locateApp(`m${index}`, folder)).import_name, app, source)
})

t.test('an app is named by module and export, with or without arguments', async (t) => {
  const folder = t.testdir({
    'shop.ts': `${IMPORT}export const web = new Flagon('web'); export const create = (name, n = 0) => new Flagon(name + n); export const text = 'x'`,
    deep: { 'inner.ts': `${IMPORT}export const app = new Flagon('deep')` },
  })
  for (const [text, app] of [
    ['shop:web', 'web'],
    ['shop.ts:web', 'web'],
    ["./shop:create('x')", 'x0'],
    ['shop:create("x", 2)', 'x2'],
    ['deep/inner', 'deep'],
    ['deep.inner', 'deep'],
    [`${join(folder, 'shop.ts')}:web`, 'web'],
  ] as const)
    t.equal((await locateApp(text, folder)).import_name, app, text)
  await t.rejects(locateApp('shop:wep', folder), {
    message: "'shop.ts' has no export 'wep'. Did you mean 'shop.ts:web'?",
  })
  await t.rejects(locateApp('shop:text', folder), {
    message: "'shop.ts:text' is no app, and no function that gives one",
  })
})

t.test('a mistake says what was looked for, and how to name the app', async (t) => {
  const folder = t.testdir({
    empty: {},
    'nothing.ts': 'export const a = 1, b = 2',
    'none.ts': '',
    'two.ts': `${IMPORT}export const a = new Flagon('a'), b = new Flagon('b')`,
    'needs.ts': `${IMPORT}export const create_app = (name) => new Flagon(name)`,
    'gives.ts': 'export const create_app = () => 1',
  })
  const cases: [text: string | undefined, message: RegExp][] = [
    [
      undefined,
      /^no app was found in .*\. Looked for wsgi, app, src\/wsgi, and src\/app with \.ts, .* or \.cjs\. Name its module with 'flagon --app module:name', or in the variable FLAGON_APP$/,
    ],
    ['missing', /^there is no module 'missing' in .*\. Looked for .*missing with \.ts/],
    ['nothing', /it exports a and b\. Name it: --app nothing\.ts:name/],
    ['none', /it exports nothing/],
    ['two', /^'two\.ts' has several apps, a and b\. Name one: --app two\.ts:a/],
    [
      'needs',
      /^the factory 'create_app' of 'needs\.ts' takes 1 arguments?\. Give them: --app "needs\.ts:create_app\(…\)"/,
    ],
    ['gives', /^the factory 'create_app' of 'gives\.ts' gave no app/],
  ]
  for (const [text, message] of cases)
    await t.rejects(
      locateApp(text, text === undefined ? join(folder, 'empty') : folder),
      { message, exit_code: 2 },
      String(text),
    )
})

t.test('what the module or the factory throws comes through as it is', async (t) => {
  const folder = t.testdir({
    'bad.ts': "throw new RangeError('mine')",
    'fac.ts': "export function create_app() { throw new RangeError('mine') }",
  })
  await t.rejects(locateApp('bad', folder), { name: 'RangeError', message: 'mine' })
  await t.rejects(locateApp('fac', folder), { name: 'RangeError', message: 'mine' })
})

t.test('a CommonJS module has its exports too', async (t) => {
  const folder = t.testdir({
    'old.cjs': `const { Flagon } = require(${FLAGON_MODULE})\nmodule.exports = { ['ap' + 'p']: new Flagon('old') }`,
  })
  t.equal((await locateApp('old.cjs', folder)).import_name, 'old')
})
