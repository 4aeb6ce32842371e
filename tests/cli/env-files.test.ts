import { join } from 'node:path'
import t from 'tap'
import { isOn, load_dotenv, variablesFromFiles } from '../../lib/cli/env-files.ts'

t.afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('DOT_TEST_')) delete process.env[name]
})

t.test('.env goes before .flagonenv, and what is set already before both', async (t) => {
  const folder = t.testdir({
    '.env': '# a comment\nDOT_TEST_A=env\nDOT_TEST_B="two words"\nDOT_TEST_REAL=env\n',
    '.flagonenv': "DOT_TEST_A=flagonenv\nDOT_TEST_C='c'\n",
  })
  process.env['DOT_TEST_REAL'] = 'real'
  const files = load_dotenv(undefined, { cwd: folder })
  t.same(files, [join(folder, '.flagonenv'), join(folder, '.env')])
  t.match(process.env, { DOT_TEST_A: 'env', DOT_TEST_B: 'two words', DOT_TEST_C: 'c', DOT_TEST_REAL: 'real' })
  t.same(variablesFromFiles().sort(), ['DOT_TEST_A', 'DOT_TEST_B', 'DOT_TEST_C'])
})

t.test('a file that is named goes before the others, also when those were read first', async (t) => {
  const folder = t.testdir({ '.env': 'DOT_TEST_A=env\nDOT_TEST_B=env\n', other: 'DOT_TEST_A=other\n' })
  load_dotenv(undefined, { cwd: folder })
  load_dotenv('other', { cwd: folder })
  t.match(process.env, { DOT_TEST_A: 'other', DOT_TEST_B: 'env' })
})

t.test('each file is looked for in the folders above as well, for itself', async (t) => {
  const folder = t.testdir({ '.env': 'DOT_TEST_A=above\n', in: { side: { '.flagonenv': 'DOT_TEST_B=below\n' } } })
  load_dotenv(undefined, { cwd: join(folder, 'in', 'side') })
  t.match(process.env, { DOT_TEST_A: 'above', DOT_TEST_B: 'below' })
})

t.test('a file that is named and missing is a mistake; the others may be missing', async (t) => {
  const folder = t.testdir({})
  t.throws(() => load_dotenv('none.env', { cwd: folder }), {
    name: 'CommandUsageError',
    message: /none\.env cannot be read: ENOENT/,
  })
  t.same(load_dotenv(undefined, { cwd: folder, load_defaults: false }), [])
})

t.test('FLAGON_SKIP_DOTENV leaves the files alone, but for the one that is named', async (t) => {
  const folder = t.testdir({ '.env': 'DOT_TEST_A=env\n', other: 'DOT_TEST_B=other\n' })
  process.env['FLAGON_SKIP_DOTENV'] = '1'
  t.teardown(() => delete process.env['FLAGON_SKIP_DOTENV'])
  load_dotenv('other', { cwd: folder })
  t.equal(process.env['DOT_TEST_A'], undefined)
  t.equal(process.env['DOT_TEST_B'], 'other')
})

t.test('a variable is on unless it is empty or says that it is off', async (t) => {
  for (const flag of ['1', 'true', 'yes', 'anything']) t.equal(isOn(flag), true, flag)
  for (const flag of [undefined, '', '0', 'false', 'False', 'no', 'off']) t.equal(isOn(flag), false, String(flag))
})
