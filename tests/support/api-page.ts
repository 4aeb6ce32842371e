import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { PublicFace } from './public-face.ts'
import { librarySources, packageEntries, ROOT } from './source-tree.ts'

/** The page that lists every public name, from the project's folder. `npm run reference` rewrites it. */
export const API_PAGE = 'docs/reference/api.md'

const INTRODUCTION = `# Every name

What can be imported, entry by entry, and what the objects of an app have. Each line is the first sentence of the name's doc
comment, which an editor shows where you type; the guide page tells more. Names that Flask, Werkzeug, itsdangerous and Jinja have
too do what they do there, but for the [differences](../differences.md).

This page is made from the sources by \`npm run reference\`.
`

/** Objects whose members have a table of their own: heading → entry and export, and the guide page they belong to. */
const OBJECTS: readonly [heading: string, entry: string, name: string, guide: string][] = [
  ['An app: `Flagon`', 'flagon', 'Flagon', 'quickstart'],
  ['A blueprint: `Blueprint`', 'flagon', 'Blueprint', 'guide/blueprints'],
  ['The request: `Request`', 'flagon', 'Request', 'guide/requests'],
  ['A response: `Response`', 'flagon', 'Response', 'guide/responses'],
  ['Keys of `app.config`', 'flagon', 'ConfigValues', 'guide/configuration'],
  ['Methods of `app.config`', 'flagon', 'Config', 'guide/configuration'],
  ['The session', 'flagon/session', 'SessionMixin', 'guide/sessions'],
  ['A session interface', 'flagon/session', 'SecureCookieSessionInterface', 'guide/sessions'],
  ['`g`', 'flagon', 'AppContextGlobals', 'guide/context'],
  ['Arguments, forms, files, cookies: `MultiDict`', 'flagon', 'MultiDict', 'guide/requests'],
  ['Header fields: `Headers`', 'flagon', 'Headers', 'guide/requests'],
  ['An uploaded file: `FileStorage`', 'flagon', 'FileStorage', 'guide/uploads'],
  ['A test client: `FlagonClient`', 'flagon/testing', 'FlagonClient', 'guide/testing'],
  ['`app.json`: `JSONProvider`', 'flagon', 'DefaultJSONProvider', 'guide/json'],
  ['`app.cli`: `AppGroup`', 'flagon', 'AppGroup', 'guide/commands'],
]

/** The page that an export belongs to, by file and name; the first that fits. */
const GUIDES_OF_EXPORTS: readonly [RegExp, string][] = [
  [/^lib\/commands\/|cli-runner/, 'guide/commands'],
  [/^lib\/testing\//, 'guide/testing'],
  [
    /^lib\/routing\/|^lib\/url-for| (?:url_for|Url(?:Arguments|BuildError|Default|For|Rule|Value)\w*|Route\w+)$/,
    'guide/routing',
  ],
  [/^lib\/signing\//, 'guide/signing'],
  [/^lib\/sessions\/| SessionData$| session$/, 'guide/sessions'],
  [/^lib\/(?:jinja\/|templating)| ContextProcessor$| Template\w+$/, 'guide/templates'],
  [/^lib\/json|jsonify$/, 'guide/json'],
  [/^lib\/http\/\S*(?:error|exception|aborter)| abort$| Error\w+$/, 'guide/errors'],
  [/^lib\/errors\.ts/, 'reference/errors'],
  [/^lib\/http\/cookies/, 'guide/cookies'],
  [/^lib\/http\/password/, 'guide/passwords'],
  [/^lib\/http\/(?:filename|safe-join)|^lib\/wrappers\/file-storage/, 'guide/uploads'],
  [/^lib\/(?:http\/(?:headers|multi-dict)|wrappers\/request)| request$/, 'guide/requests'],
  [/^lib\/(?:config|http\/dates)| SecretKey$/, 'guide/configuration'],
  [/^lib\/serving\/proxy-fix/, 'guide/proxies'],
  [/^lib\/serving\//, 'guide/mounting'],
  [/^lib\/(?:blueprints|setup-state)/, 'guide/blueprints'],
  [/ RequestMessage$/, 'guide/observability'],
  [/^lib\/signals/, 'guide/signals'],
  [/^lib\/(?:logging|access-log)| Logger$/, 'guide/logging'],
  [/ MaybePromise$/, 'guide/views'],
  [/^lib\/flashing/, 'guide/flashing'],
  [/^lib\/views| (?:AnyView|View\w*)$/, 'guide/views'],
  [/ \w*(?:Request|Teardown)Function$| after_this_request$| Scoped?$/, 'guide/hooks'],
  [/^lib\/(?:context|globals|current-app|keyed)| ShellContextProcessor$/, 'guide/context'],
  [/^lib\/(?:files|redirects|stream-with-context|wrappers\/response)| (?:make_response|redirect)$/, 'guide/responses'],
]

/** The page that a member of an app or blueprint belongs to, by name; the first that fits. */
const GUIDES_OF_MEMBERS: readonly [RegExp, string][] = [
  [/(?:^|_)cli(?:_|$)/, 'guide/commands'],
  [/^test_/, 'guide/testing'],
  [/shell|app_context|request_context|app_ctx|extensions/, 'guide/context'],
  [/^streams$|^shutdown_signal$/, 'guide/requests'],
  [/^start$|check_setup/, 'guide/hooks'],
  [/import_name|root_path/, 'guide/configuration'],
  [/template|jinja|autoescape|context_processor/, 'guide/templates'],
  [/error|exception|abort/, 'guide/errors'],
  [/blueprint|setup_state|record|^register$/, 'guide/blueprints'],
  [/session/, 'guide/sessions'],
  [/json/, 'guide/json'],
  [/config|secret_key|debug|testing|instance|logger/, 'guide/configuration'],
  [/static|send_file|redirect|^make_response$|response_class|open_resource/, 'guide/responses'],
  [/url|rout(?:e|ing)|endpoint|subdomain|^(?:get|post|put|patch|delete)$|view_functions|_options/, 'guide/routing'],
  [/before|after|teardown|process|dispatch|finalize|first_request|hook/, 'guide/hooks'],
  [/request/, 'guide/requests'],
  [/handler|fetch/, 'guide/mounting'],
]

/** One line of the page. */
interface Row {
  readonly name: string
  readonly sentence: string
  /** The page that tells more, from `docs/`, without its ending. */
  readonly guide: string
}

/** One table of the page. */
export interface Section {
  readonly heading: string
  /** The entry whose exports stand in it; undefined for the members of an object. */
  readonly entry: string | undefined
  readonly rows: readonly Row[]
}

/** The tables of the page, as the sources have them now. */
export function apiSections(): Section[] {
  const face = new PublicFace(librarySources())
  const entries = packageEntries()
  const sections: Section[] = []
  const objects = OBJECTS.map(([heading, entry, name, guide]) => {
    return { heading, entry: undefined, rows: memberRows(face, entries.get(entry) ?? '', name, guide) }
  })
  for (const [entry, path] of entries) {
    const rows = face.exportsOf(path).map(({ name, isType }) => ({ row: exportRow(face, path, name), isType }))
    for (const wanted of [false, true]) {
      sections.push({
        heading: wanted ? `Types of \`${entry}\`` : `\`${entry}\``,
        entry,
        rows: rows.filter(({ isType }) => isType === wanted).map(({ row }) => row),
      })
    }
    if (entry === 'flagon') sections.push(...objects)
  }
  return sections
}

function exportRow(face: PublicFace, path: string, name: string): Row {
  const found = face.find(path, name)
  if (found === undefined) return { name, sentence: 'Functions of the module.', guide: 'quickstart' }
  return {
    name,
    sentence: sentenceOf(found.nodes),
    guide: guideOf(found.nodes, GUIDES_OF_EXPORTS, `${found.source.path} ${name}`, 'quickstart'),
  }
}

function memberRows(face: PublicFace, path: string, owner: string, guide: string): Row[] {
  const rows: Row[] = []
  for (const [name, nodes] of face.membersOf(path, owner)) {
    // What is called by a symbol or a quoted name is the machinery of the object.
    if (!/^\w+$/.test(name) || nodes.some(isProtected)) continue
    const byName = guide.endsWith('quickstart') || guide.endsWith('blueprints') ? GUIDES_OF_MEMBERS : []
    rows.push({ name, sentence: sentenceOf(nodes), guide: guideOf(nodes, byName, name, guide) })
  }
  return rows.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
}

/** Whether a member is for subclasses alone. */
function isProtected(node: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ProtectedKeyword) === true
}

function docsOf(nodes: ts.Node[]): ts.JSDoc[] {
  return nodes.flatMap((node) =>
    ts.getJSDocCommentsAndTags(ts.isVariableDeclaration(node) ? node.parent.parent : node).filter(ts.isJSDoc),
  )
}

/** The first sentence of the doc comment: up to a full stop that stands in no code. */
function sentenceOf(nodes: ts.Node[]): string {
  for (const doc of docsOf(nodes)) {
    const words = textOf(doc.comment).replace(/\s+/g, ' ').trim()
    if (words === '') continue
    const [sentence = words] = /^(?:`[^`]*`|[^`.]|\.(?! |$))*\.?/.exec(words) ?? []
    return sentence.replaceAll('|', '\\|')
  }
  return ''
}

/** The text of a doc comment, with the names of its links as code. */
function textOf(comment: ts.JSDoc['comment']): string {
  if (comment === undefined || typeof comment === 'string') return comment ?? ''
  return comment.map((part) => (ts.isJSDocLink(part) ? `\`${part.name?.getText() ?? part.text}\`` : part.text)).join('')
}

/** The page that the doc comment refers to, else that of the first pattern that fits; a page that is not written yet is none. */
function guideOf(
  nodes: ts.Node[],
  guides: readonly (readonly [RegExp, string])[],
  subject: string,
  rest: string,
): string {
  const seen = docsOf(nodes).map((doc) => /@see docs\/(\S+)\.md/.exec(doc.getText())?.[1])
  const pages = [...seen, guides.find(([pattern]) => pattern.test(subject))?.[1]]
  return pages.find((page) => page !== undefined && existsSync(join(ROOT, `docs/${page}.md`))) ?? rest
}

/** The page, as the sources have it now. */
export function apiPage(): string {
  const parts = [INTRODUCTION]
  for (const { heading, rows } of apiSections()) {
    if (rows.length === 0) continue
    parts.push(`\n## ${heading}\n\n| Name | What it is | Guide |\n| --- | --- | --- |\n`)
    for (const { name, sentence, guide } of rows) {
      const [folder = '', page = folder] = guide.split('/')
      const target = folder === 'reference' ? `${page}.md` : `../${guide}.md`
      parts.push(`| \`${name}\` | ${sentence} | [${page}](${target}) |\n`)
    }
  }
  return parts.join('')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(ROOT, API_PAGE), apiPage())
