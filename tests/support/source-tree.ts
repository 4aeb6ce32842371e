import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** The folder of the project, absolute and without a slash at its end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** Folders that no check reads: they are made by tools or fetched. */
const NOT_SOURCES = new Set(['node_modules', 'dist', '.git', '.tap', 'coverage', '.venv'])

/** A source file of the project, parsed but not type-checked. */
export interface Source {
  /** Path from the project's folder, with `/` between its parts. */
  path: string
  /** The text of the file. */
  text: string
  /** What the parser made of it; nodes know their parents. */
  tree: ts.SourceFile
}

/** An import of one module by another, whether of values or of types. */
export interface Import {
  /** The text between the quotes. */
  specifier: string
  /** The path from the project's folder that a relative specifier means; undefined for a package or a built-in. */
  path: string | undefined
  /** Line of the import in its file, from 1. */
  line: number
}

/** Parses one file's text, as the checks do for the tree and for their own bad examples. */
export function parseSource(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true) }
}

/** The paths of all files below a folder of the project, sorted, with `/` between their parts. */
export function filesBelow(folder: string): string[] {
  const found: string[] = []
  const top = posix.join(ROOT.split(sep).join('/'), folder)
  if (!existsSync(top)) return found
  const folders = [top]
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = posix.join(at, entry.name)
      if (entry.isDirectory()) {
        if (!NOT_SOURCES.has(entry.name)) folders.push(path)
      } else if (entry.isFile()) {
        found.push(relative(ROOT, path).split(sep).join('/'))
      }
    }
  }
  return found.sort()
}

/** The text of one file of the project. */
export function readText(path: string): string {
  return readFileSync(posix.join(ROOT, path), 'utf8')
}

let library: Source[] | undefined

/** Every TypeScript file of `lib/`, parsed once for all checks of a test file. */
export function librarySources(): Source[] {
  library ??= filesBelow('lib')
    .filter((path) => path.endsWith('.ts'))
    .map((path) => parseSource(path, readText(path)))
  return library
}

/** Every module that a file imports or re-exports from: static, dynamic and `import('…')` types, in the order of the text. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = []
  const add = (literal: ts.Node | undefined): void => {
    if (literal === undefined || !ts.isStringLiteralLike(literal)) return
    const specifier = literal.text
    found.push({
      specifier,
      path: specifier.startsWith('.') ? posix.join(posix.dirname(source.path), specifier) : undefined,
      line: lineOf(source, literal),
    })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal)
    else if (ts.isCallExpression(node) && isModuleCall(node.expression)) add(node.arguments[0])
    ts.forEachChild(node, visit)
  }
  visit(source.tree)
  return found
}

function isModuleCall(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
}

/** The line on which a node starts, from 1, its comments left out. */
export function lineOf(source: Source, node: ts.Node): number {
  return source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1
}

/** The entries of the package: name to import (`flagon/signing`) → its file in `lib/`, read from `package.json`. */
export function packageEntries(): Map<string, string> {
  const manifest: unknown = JSON.parse(readText('package.json'))
  const entries = new Map<string, string>()
  if (!isRecord(manifest) || !isRecord(manifest['exports'])) return entries
  for (const [key, target] of Object.entries(manifest['exports'])) {
    const built = isRecord(target) ? target['default'] : undefined
    if (typeof built !== 'string') continue
    entries.set(posix.join('flagon', key), built.replace(/^\.\/dist\//, 'lib/').replace(/\.js$/, '.ts'))
  }
  return entries
}

/** Tells whether a value is an object whose properties can be read. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
