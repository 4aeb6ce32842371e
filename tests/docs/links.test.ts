import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import t from 'tap'
import { documentPaths, prose } from '../support/documents.ts'
import { ROOT, readText } from '../support/source-tree.ts'

/** The anchors that the headings of a page give, made as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of prose(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    anchors.add(words.replace(/[^\p{L}\p{N}_\- ]/gu, '').replace(/ /g, '-'))
  }
  return anchors
}

/** One line for each link of a page that leads to no file, or to no heading of its file. */
function brokenLinks(page: string, text: string, read: (path: string) => string | undefined): string[] {
  const problems: string[] = []
  for (const [, target = ''] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z][a-z+.-]*:/i.test(target)) continue
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? page : posix.join(posix.dirname(page), path)
    const found = path === '' ? text : read(file)
    if (found === undefined) problems.push(`${page}: ${target} leads nowhere`)
    else if (anchor !== undefined && !anchorsOf(found).has(anchor)) problems.push(`${page}: ${target}: no such heading`)
  }
  return problems
}

function readIfThere(path: string): string | undefined {
  if (!existsSync(join(ROOT, path))) return undefined
  return path.endsWith('.md') ? readText(path) : ''
}

t.test('every link of the docs leads to a file and a heading that are there', (t) => {
  const pages = documentPaths()
  t.same(
    pages.flatMap((page) => brokenLinks(page, readText(page), readIfThere)),
    [],
  )
  t.end()
})

t.test('every page of the docs can be reached from the index', (t) => {
  const reached = new Set(['README.md', 'docs/index.md'])
  for (const page of reached) {
    for (const [, path = ''] of readText(page).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
      const target = posix.join(posix.dirname(page), path)
      if (target.endsWith('.md') && existsSync(join(ROOT, target))) reached.add(target)
    }
  }
  t.same(
    documentPaths().filter((page) => !reached.has(page)),
    [],
  )
  t.end()
})

t.test('a link to a missing file or heading is found', (t) => {
  const pages = new Map([['docs/b.md', '# B\n\n## The `g` object\n']])
  const text = [
    '# A',
    '[good](b.md#the-g-object) [own](#a) [out](https://example.com/#x)',
    '[gone](c.md) [wrong](b.md#nothing)',
    '```ts',
    '[code](not-read.md)',
    '```',
  ].join('\n')
  t.same(
    brokenLinks('docs/a.md', text, (path) => pages.get(path)),
    ['docs/a.md: c.md leads nowhere', 'docs/a.md: b.md#nothing: no such heading'],
  )
  t.end()
})
