import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { plainEnvironment } from '../support/flagon-command.ts'
import { ROOT } from '../support/source-tree.ts'

t.setTimeout(300_000)

/** What npm says where it cannot reach its registry. */
const NO_REGISTRY = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/

function npm(cwd: string, ...args: string[]): { status: number | null; output: string } {
  const env = plainEnvironment({
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  })
  for (const name of Object.keys(env)) if (/^npm_(?:package|lifecycle)_|^INIT_CWD$/.test(name)) delete env[name]
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', env })
  return { status, output: stdout + stderr }
}

/** What npm wrote is told where it failed. */
function titleOf(title: string, { status, output }: { status: number | null; output: string }): string {
  return status === 0 ? title : `${title}\n${output}`
}

const isBuilt = existsSync(join(ROOT, 'dist', 'cli', 'main.js'))
const skip = isBuilt || process.env['CI'] ? false : 'no dist/cli: npm run build'

t.test('a project that the packed tool makes installs, tests and type-checks at once', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'flagon-new-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const packed = npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', folder)
  t.equal(packed.status, 0, titleOf('it is packed', packed))
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''

  for (const [name, options] of [
    ['hello', []],
    ['hello-js', ['--js']],
  ] as const) {
    const made = spawnSync(process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), 'new', name, ...options], {
      cwd: folder,
      encoding: 'utf8',
    })
    t.equal(made.status, 0, made.stderr)
    const project = join(folder, name)
    const manifest = join(project, 'package.json')
    const content = JSON.parse(readFileSync(manifest, 'utf8'))
    content.dependencies.flagon = `file:../${tarball}`
    writeFileSync(manifest, JSON.stringify(content))
    const installed = npm(project, 'install')
    if (installed.status !== 0 && !process.env['CI'] && NO_REGISTRY.test(installed.output)) {
      t.comment('not installed: the registry of npm cannot be reached')
      return
    }
    t.equal(installed.status, 0, titleOf(`${name}: npm install`, installed))
    const tested = npm(project, 'test')
    t.equal(tested.status, 0, titleOf(`${name}: npm test`, tested))
    t.match(tested.output, /pass 2/)
    if (name === 'hello') t.match(npm(project, 'run', 'types'), { status: 0 })
    const routes = npm(project, 'exec', '--', 'flagon', 'routes')
    t.match(routes, { status: 0, output: /hello +GET +\/hello\/<name>/ })
  }
})
