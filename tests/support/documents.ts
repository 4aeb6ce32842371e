import { filesBelow, readText } from './source-tree.ts'

/** A fenced block of code in a page. */
export interface CodeBlock {
  /** The page, from the project's folder. */
  page: string
  /** The line of the opening fence, from 1. */
  line: number
  /** The words after the fence's language: `run` marks a block that tests run. */
  marks: string[]
  language: string
  code: string
}

/** The README and every page of the docs, as paths from the project's folder. */
export function documentPaths(): string[] {
  return ['README.md', ...filesBelow('docs').filter((path) => path.endsWith('.md'))]
}

/** The fenced blocks of one page, in the order of the text. */
export function codeBlocks(page: string, text: string = readText(page)): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: CodeBlock | undefined
  text.split('\n').forEach((line, index) => {
    if (open !== undefined) {
      if (line.trimEnd() === '```') {
        blocks.push(open)
        open = undefined
      } else {
        open.code += `${line}\n`
      }
    } else if (line.startsWith('```')) {
      const [language = '', ...marks] = line.slice(3).trim().split(/\s+/)
      open = { page, line: index + 1, language, marks, code: '' }
    }
  })
  if (open !== undefined) throw new Error(`${page}:${open.line}: the block of code has no end`)
  return blocks
}

/** A page's text without its blocks of code, for checks of its prose. */
export function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '')
}
