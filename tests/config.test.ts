import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Config, default_config } from '../lib/config.ts'

const makeConfig = (root = '/') => new Config(root, default_config())

t.test('the defaults that are safer than those of Flask', async (t) => {
  const config = makeConfig()
  t.equal(config.SESSION_COOKIE_SAMESITE, 'Lax')
  t.equal(config.MAX_CONTENT_LENGTH, 16 * 1024 * 1024)
  t.equal(config.PERMANENT_SESSION_LIFETIME.valueOf(), 31 * 24 * 3600)
})

t.test('keys are plain properties', async (t) => {
  const config = makeConfig()
  config.SECRET_KEY = 'k'
  config['MAIL_SERVER'] = 'localhost'
  t.equal(config.get('SECRET_KEY'), 'k')
  t.equal(config.get('MISSING', 'fallback'), 'fallback')
  t.equal(config.setdefault('MAIL_SERVER', 'other'), 'localhost')
  t.equal(config.setdefault('MAIL_PORT', 25), 25)
  t.equal(config.get('toString'), undefined, 'what every object inherits is no key')
})

t.test('from_mapping takes keys in capitals only, update takes all', async (t) => {
  const config = makeConfig()
  t.equal(config.from_mapping({ A: 1, b: 2, From_Me: 3 }), true)
  t.equal(config['A'], 1)
  t.equal(config['b'], undefined)
  config.update({ b: 2 })
  t.equal(config['b'], 2)
})

t.test('from_object reads modules, objects and classes with what they inherit', async (t) => {
  class Base {
    static A = 1
    static B = 1
  }
  class Production extends Base {
    static override B = 2
    static helper = 3
  }
  const config = makeConfig()
  config.from_object(Production)
  t.match(config, { A: 1, B: 2 })
  t.equal(config['helper'], undefined)
})

t.test('files are read relative to the root path', async (t) => {
  const root = t.testdir({
    'settings.json': '{ "A": 1, "skipped": 2 }',
    'settings.mjs': 'export const B = 2; export const helper = 3',
    'settings.cfg': 'C=3',
    'broken.json': '{',
    'list.json': '[]',
    'settings.py': 'D = 4',
  })
  const config = makeConfig(root)
  t.equal(config.from_file('settings.json'), true)
  t.equal(config.from_pyfile('settings.mjs'), true)
  t.equal(
    config.from_file('settings.cfg', (text) => Object.fromEntries([text.split('=')])),
    true,
  )
  t.equal(config.from_pyfile('settings.json'), true)
  t.match(config, { A: 1, B: 2, C: '3' })
  t.equal(config.from_file('none.json', JSON.parse, { silent: true }), false)
  t.equal(config.from_pyfile('none.mjs', { silent: true }), false)
  for (const [name, text] of [
    ['none.json', /none\.json/],
    ['broken.json', /broken\.json/],
    ['list.json', /must hold an object/],
  ] as const) {
    t.throws(() => config.from_file(name), { code: 'CONFIG_FILE', message: text }, name)
  }
  t.throws(() => config.from_pyfile('none.mjs'), { code: 'CONFIG_FILE' })
  t.throws(() => config.from_pyfile('settings.py'), { code: 'CONFIG_FILE', message: /Python/ })
})

t.test('from_envvar loads the file that a variable names', async (t) => {
  const root = t.testdir()
  const file = join(root, 'env.json')
  writeFileSync(file, '{"A": 1}')
  t.teardown(() => delete process.env['FLAGON_TEST_SETTINGS'])
  const config = makeConfig(root)
  t.throws(() => config.from_envvar('FLAGON_TEST_SETTINGS'), { code: 'CONFIG_FILE', message: /FLAGON_TEST_SETTINGS/ })
  t.equal(config.from_envvar('FLAGON_TEST_SETTINGS', { silent: true }), false)
  process.env['FLAGON_TEST_SETTINGS'] = file
  t.equal(config.from_envvar('FLAGON_TEST_SETTINGS'), true)
  t.equal(config['A'], 1)
})

t.test('from_prefixed_env parses JSON, keeps other text, and nests by double underscores', async (t) => {
  const variables = { FT_A: '31', FT_B: 'true', FT_C: 'text', FT_MAIL__HOST: 'localhost', FT_MAIL____proto____x: '1' }
  Object.assign(process.env, variables)
  t.teardown(() => {
    for (const name of Object.keys(variables)) delete process.env[name]
  })
  const config = makeConfig()
  t.equal(config.from_prefixed_env('FT'), true)
  t.match(config, { A: 31, B: true, C: 'text', MAIL: { HOST: 'localhost' } })
  t.equal(Reflect.get({}, 'x'), undefined)
})

t.test('get_namespace gives the keys of a prefix', async (t) => {
  const config = makeConfig()
  config.from_mapping({ MAIL_HOST: 'h', MAIL_PORT: 25 })
  t.same(config.get_namespace('MAIL_'), { host: 'h', port: 25 })
  t.same(config.get_namespace('MAIL_', { lowercase: false }), { HOST: 'h', PORT: 25 })
  t.same(config.get_namespace('MAIL_', { trim_namespace: false }), { mail_host: 'h', mail_port: 25 })
})
