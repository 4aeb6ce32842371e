/** What the files of a new project depend on. */
export interface ProjectFacts {
  /** Its name. */
  readonly name: string
  /** Version of Flagon that it starts with. */
  readonly version: string
  /** Its `SECRET_KEY`. */
  readonly secret: string
  /** Whether it is in JavaScript. */
  readonly js: boolean
}

/** The versions of Node whose types a project can be checked with, the newest last. */
const NODE_MAJORS = [20, 22, 24] as const

/** The files of a new project, by their paths in it. */
export function projectFiles(facts: ProjectFacts): Map<string, string> {
  const { js } = facts
  const ending = js ? 'js' : 'ts'
  const files = new Map([
    [`app.${ending}`, APP],
    ['templates/index.html', INDEX_HTML],
    ['static/style.css', STYLE_CSS],
    [`tests/app.test.${ending}`, TEST.replace('../app.ts', `../app.${ending}`)],
    ['package.json', packageJson(facts)],
    ['.env', `# What this machine keeps to itself; git leaves it out.\nFLAGON_SECRET_KEY=${facts.secret}\n`],
    ['.gitignore', 'node_modules/\n.env\ninstance/\n'],
    ['README.md', readme(facts)],
  ])
  if (!js) files.set('tsconfig.json', TSCONFIG)
  return files
}

const APP = `import { Flagon, render_template, request, session } from 'flagon'

export const app = new Flagon(import.meta.url)

// SECRET_KEY, which signs the session, comes from FLAGON_SECRET_KEY in .env.
app.config.from_prefixed_env()

app.get('/', function index() {
  const visits = Number(session.get('visits', 0)) + 1
  session.set('visits', visits)
  return render_template('index.html', { visits })
})

app.route('/hello/<name>')(function hello({ name }) {
  return { hello: name, from: request.path }
})
`

const INDEX_HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ config.get('TITLE', 'Hello') }}</title>
<link rel="stylesheet" href="{{ url_for('static', filename='style.css') }}">
<h1>It works</h1>
<p>You were here {{ visits }} time{{ '' if visits == 1 else 's' }}.</p>
<p><a href="{{ url_for('hello', name='world') }}">Say hello</a></p>
</html>
`

const STYLE_CSS = `body {
  margin: 4rem auto;
  max-width: 36rem;
  padding: 0 1rem;
  font: 1.1rem/1.6 system-ui, sans-serif;
}
`

const TEST = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { app } from '../app.ts'

app.config.update({ TESTING: true, SECRET_KEY: 'only for tests, which keep no secrets' })

test('the page counts the visits of each browser', async () => {
  const client = app.test_client()
  assert.match((await client.get('/')).text, /You were here 1 time\\./)
  assert.match((await client.get('/')).text, /You were here 2 times\\./)
  assert.match((await app.test_client().get('/')).text, /You were here 1 time\\./)
})

test('hello greets by name', async () => {
  const response = await app.test_client().get('/hello/ann')
  assert.deepEqual(response.json, { hello: 'ann', from: '/hello/ann' })
})
`

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "lib": ["es2023"],
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true,
    "noEmit": true
  }
}
`

function packageJson({ name, version, js }: ProjectFacts): string {
  const nodeMajor =
    NODE_MAJORS.findLast((major) => major <= Number.parseInt(process.versions.node, 10)) ?? NODE_MAJORS[0]
  const test = js ? 'node --test tests/app.test.js' : 'node --import tsx --test tests/app.test.ts'
  const content = {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: {
      dev: 'flagon run --debug',
      start: 'flagon run',
      test,
      ...(js ? {} : { types: 'tsc' }),
    },
    dependencies: {
      flagon: `^${version}`,
      // Node runs TypeScript by itself from 22.18 on; before that, tsx does.
      ...(js ? {} : { tsx: '^4.20.0' }),
    },
    ...(js ? {} : { devDependencies: { '@types/node': `^${nodeMajor}.0.0`, typescript: '^6.0.0' } }),
  }
  return `${JSON.stringify(content, undefined, 2)}\n`
}

function readme({ name, js }: ProjectFacts): string {
  const ending = js ? 'js' : 'ts'
  return `# ${name}

\`\`\`sh
npm install
npm run dev       # http://127.0.0.1:5000, starts again when a file changes
npm test${js ? '' : '\nnpm run types     # checks the types'}
npm start         # as in production
\`\`\`

| File | What is in it |
| --- | --- |
| \`app.${ending}\` | the app and its routes |
| \`templates/\` | what the pages are made of |
| \`static/\` | files that are served as they are |
| \`tests/\` | the tests |
| \`.env\` | variables of this machine, such as the secret key; make another key for each machine with \`npx flagon secret\` |
`
}
