import { codeBlocks } from './documents.ts'

/** The pages of the tutorial, in their order. */
export const TUTORIAL: readonly string[] = ['start', 'database', 'login', 'notes', 'testing', 'deploying']

/** What the first line of a block says, in the comment of its language: the name of the file. */
const FILE_LINE = /^(?:\/\/|\/\*|\{#|--|#) ([\w./-]+?)(?: \*\/| #\})?$/

/** The files that a page of the tutorial makes, by their paths in the project. */
export function filesOfPage(name: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const { code } of codeBlocks(`docs/tutorial/${name}.md`)) {
    const path = FILE_LINE.exec(code.split('\n', 1)[0] ?? '')?.[1]
    // A template would begin with the empty line that the comment leaves.
    if (path !== undefined && !path.startsWith('/')) files.set(path, code.slice(code.indexOf('\n') + 1))
  }
  return files
}
