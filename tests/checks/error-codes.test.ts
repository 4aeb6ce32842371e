import t from 'tap'
import ts from 'typescript'
import { ERROR_CODES } from '../../lib/errors.ts'
import { librarySources, parseSource, readText, type Source } from '../support/source-tree.ts'

const PAGE = 'docs/reference/errors.md'

/** The sections of the page: code → the first sentence below its heading. */
function sectionsOf(page: string): Map<string, string> {
  const sections = new Map<string, string>()
  for (const [, code, text] of page.matchAll(/^## `?([A-Z][A-Z0-9_]*)`?\n+([^\n]*)/gm)) {
    if (code !== undefined) sections.set(code, text ?? '')
  }
  return sections
}

/** The codes that the library throws: the text constants at the code's place in `new FlagonError(…)`. */
function thrownIn(sources: Source[]): Set<string> {
  const codes = new Set<string>()
  const collect = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) codes.add(node.text)
    else if (ts.isConditionalExpression(node)) {
      collect(node.whenTrue)
      collect(node.whenFalse)
    }
  }
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'FlagonError') {
      if (node.arguments?.[0]) collect(node.arguments[0])
    }
    ts.forEachChild(node, visit)
  }
  for (const { tree } of sources) visit(tree)
  return codes
}

/** One line for each difference between the table of codes, the page and what is thrown. */
function codeProblems(table: Record<string, string>, page: string, thrown: Set<string>): string[] {
  const sections = sectionsOf(page)
  const problems: string[] = []
  for (const [code, sentence] of Object.entries(table)) {
    const section = sections.get(code)
    if (section === undefined) problems.push(`${code}: no section in ${PAGE}`)
    else if (!section.startsWith(sentence))
      problems.push(`${code}: the page says "${section}", the table "${sentence}"`)
    if (!thrown.has(code)) problems.push(`${code}: never thrown`)
  }
  for (const code of sections.keys()) if (!(code in table)) problems.push(`${code}: only on the page`)
  return problems
}

t.test('the codes of usage errors, their page and what the library throws agree', (t) => {
  t.same(codeProblems(ERROR_CODES, readText(PAGE), thrownIn(librarySources())), [])
  t.end()
})

t.test('a code that lacks its section, its sentence or its throw is found, and one that only the page knows', (t) => {
  const source = parseSource('lib/a.ts', "throw new FlagonError(wide ? 'WIDE' : 'NARROW', 'text'); new Error('QUIET')")
  const page = '# Errors\n\n## `WIDE`\n\nToo wide. Cut it.\n\n## QUIET\nSays otherwise.\n\n## GONE\n\nOnce.\n'
  const table = { WIDE: 'Too wide.', NARROW: 'Too narrow.', QUIET: 'Says nothing.' }
  t.same(codeProblems(table, page, thrownIn([source])), [
    `NARROW: no section in ${PAGE}`,
    'QUIET: the page says "Says otherwise.", the table "Says nothing."',
    'QUIET: never thrown',
    'GONE: only on the page',
  ])
  t.end()
})
