import t from 'tap'
import { importsOf, librarySources, parseSource, readText, type Source } from '../support/source-tree.ts'

/** The places of `lib/`, lowest layer first. A place imports from its own layer and from those before it. */
const LAYERS = [
  ['http', 'signing', 'errors', 'keyed', 'decorators', 'import-path', 'media-type', 'promises'],
  ['routing', 'wrappers', 'json', 'jinja', 'sessions', 'redirects'],
  ['types', 'config', 'signals', 'hooks', 'hook-trace', 'logging', 'error-handlers', 'context', 'globals'],
  [
    ...['flashing', 'templating', 'helpers', 'files', 'url-for', 'make-response', 'json-module', 'stream-with-context'],
    ...['scaffold', 'setup-state', 'blueprints', 'views', 'commands', 'event-stream'],
  ],
  ['dispatch', 'debug', 'teardown', 'access-log', 'serving', 'testing'],
  ['base-app', 'app', 'current-app'],
  ['cli'],
  ['index'],
]

/** Built-in modules that open sockets or files: what lives in `lib/http` is text in, values out. */
const SOCKETS_AND_FILES =
  /^(node:)?(http|https|http2|net|tls|dgram|fs|fs\/promises|child_process|cluster|worker_threads)$/

/** The place of a file: its folder in `lib/`, or its own name where it stands at the top. */
function placeOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? ''
}

function layerOf(place: string): number {
  return LAYERS.findIndex((layer) => layer.includes(place))
}

/** One line for each import against the order, each place that has no layer, and each socket in `lib/http`. */
function layerProblems(sources: Source[]): string[] {
  const problems: string[] = []
  for (const source of sources) {
    const place = placeOf(source.path)
    const layer = layerOf(place)
    if (layer < 0) {
      problems.push(`${source.path}: the place "${place}" has no layer; add it to LAYERS and to the docs`)
      continue
    }
    for (const { path, specifier, line } of importsOf(source)) {
      const at = `${source.path}:${line}`
      if (place === 'http' && SOCKETS_AND_FILES.test(specifier)) problems.push(`${at}: lib/http imports ${specifier}`)
      if (path === undefined) continue
      if (!path.startsWith('lib/')) problems.push(`${at}: imports ${path}, which is outside lib`)
      else if (layerOf(placeOf(path)) > layer) problems.push(`${at}: ${place} imports upwards, from ${placeOf(path)}`)
    }
  }
  return problems
}

/** The layers in the table of a page: the names in the second column of each numbered row. */
function layersIn(page: string): string[][] {
  const rows = [...page.matchAll(/^\| \d+ +\| ([^|]*)\|/gm)].map(([, cell]) => cell ?? '')
  return rows.map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''))
}

/** One line for each package, Node's own left out, that more than one file imports. */
function sharedPackages(sources: Source[]): string[] {
  const importers = new Map<string, Set<string>>()
  for (const source of sources) {
    for (const { path, specifier } of importsOf(source)) {
      if (path !== undefined || specifier.startsWith('node:')) continue
      importers.set(specifier, (importers.get(specifier) ?? new Set()).add(source.path))
    }
  }
  return [...importers]
    .filter(([, files]) => files.size > 1)
    .map(([name, files]) => `${name}: ${[...files].join(', ')}`)
}

t.test('every import of the library points to its own layer or a lower one', (t) => {
  t.same(layerProblems(librarySources()), [])
  t.ok(librarySources().length > 0, 'there are files to read')
  t.end()
})

t.test('the docs show the layers as they are checked', (t) => {
  t.same(layersIn(readText('docs/architecture.md')), LAYERS)
  t.same(layersIn('| 1 | `a` `b` | `c` is no place |\n| 2 | `d` | |\n'), [['a', 'b'], ['d']])
  t.end()
})

t.test('each package of others is imported by one file', (t) => {
  t.same(sharedPackages(librarySources()), [])
  const one = parseSource('lib/a.ts', "import { lookup } from 'mime-types'\nimport 'node:fs'")
  const other = parseSource('lib/b.ts', "export const load = () => import('mime-types')\nimport 'node:fs'")
  t.same(sharedPackages([one, other]), ['mime-types: lib/a.ts, lib/b.ts'])
  t.end()
})

t.test('a wrong-way import is found, however it is written', (t) => {
  const written = [
    "import { Flagon } from '../app.ts'",
    "import type { Flagon } from '../app.ts'",
    "export { Flagon } from '../app.ts'",
    "export type * from '../app.ts'",
    "export const load = () => import('../app.ts')",
    "export type App = import('../app.ts').Flagon",
  ]
  for (const text of written) {
    t.same(layerProblems([parseSource('lib/routing/rule.ts', text)]), [
      'lib/routing/rule.ts:1: routing imports upwards, from app',
    ])
  }
  t.end()
})

t.test('an unknown place, a way out of the library and a socket in lib/http are found', (t) => {
  t.match(layerProblems([parseSource('lib/misc/things.ts', '')]), [/"misc" has no layer/])
  t.match(layerProblems([parseSource('lib/views.ts', "import '../tests/support/browser.ts'")]), [/outside lib/])
  t.match(layerProblems([parseSource('lib/http/range.ts', "import { Socket } from 'node:net'")]), [/imports node:net/])
  t.end()
})

t.test('an import downwards or beside is allowed', (t) => {
  const text = "import { dispatch } from './dispatch.ts'\nimport { Response } from './wrappers/response.ts'"
  t.same(layerProblems([parseSource('lib/app.ts', text)]), [])
  t.same(layerProblems([parseSource('lib/blueprints.ts', "import { Scaffold } from './scaffold.ts'")]), [])
  t.end()
})
