import t from 'tap'
import { projectFiles } from '../../lib/cli/project-files.ts'

const FACTS = { name: 'hello', version: '1.2.3', secret: 'x'.repeat(64) }

t.test('a project in TypeScript is checked for types and runs by tsx where Node does not strip them', async (t) => {
  const files = projectFiles({ ...FACTS, js: false })
  const content = JSON.parse(files.get('package.json') ?? '')
  t.match(content, {
    name: 'hello',
    private: true,
    type: 'module',
    scripts: { dev: 'flagon run --debug', start: 'flagon run', types: 'tsc' },
    dependencies: { flagon: '^1.2.3', tsx: String },
    devDependencies: { typescript: String, '@types/node': String },
  })
  t.ok(files.has('tsconfig.json'))
  t.match(files.get('tests/app.test.ts'), "from '../app.ts'")
})

t.test('a project in JavaScript depends on nothing else, and names no file that it lacks', async (t) => {
  const files = projectFiles({ ...FACTS, js: true })
  t.same(Object.keys(JSON.parse(files.get('package.json') ?? '').dependencies), ['flagon'])
  t.notOk([...files.keys()].some((path) => path.endsWith('.ts') || path === 'tsconfig.json'))
  t.notOk([...files.values()].some((text) => /\.ts\b|tsc|tsx/.test(text)))
})

t.test('the secret stands in .env alone, which git leaves out', async (t) => {
  const files = projectFiles({ ...FACTS, js: false })
  const holders = [...files].filter(([, text]) => text.includes(FACTS.secret)).map(([path]) => path)
  t.same(holders, ['.env'])
  t.match(files.get('.gitignore'), /^\.env$/m)
})
