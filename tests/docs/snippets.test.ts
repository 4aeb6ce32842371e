import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import t from 'tap'
import ts from 'typescript'
import { type CodeBlock, codeBlocks, documentPaths } from '../support/documents.ts'
import { ROOT } from '../support/source-tree.ts'

/**
 * What a block says that it prints: the comment at the end of each line that prints, in the order of the lines.
 * A block that prints without such comments says nothing and fails.
 */
function expectedOutput(code: string): string[] {
  return [...code.matchAll(/^ *console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text]) => text ?? '')
}

const blocks = documentPaths()
  .flatMap((page) => codeBlocks(page))
  .filter(({ language }) => language === 'ts')
const runnable = blocks.filter(({ marks }) => marks.includes('run'))
/** Blocks that begin with their imports are whole modules: their types are checked, run or not. */
const whole = blocks.filter(({ code }) => code.startsWith('import '))

function nameOf({ page, line }: CodeBlock): string {
  return `${page.replace(/\.md$/, '').replaceAll('/', '-')}-${line}.ts`
}

const folder = t.testdir(Object.fromEntries([...runnable, ...whole].map((block) => [nameOf(block), block.code])))

t.test('examples in the docs print what they say', async (t) => {
  t.ok(runnable.length > 0, 'there are examples to run')
  for (const block of runnable) {
    const printed = t.capture(console, 'log', () => undefined)
    try {
      await import(pathToFileURL(join(folder, nameOf(block))).href)
    } catch (error) {
      t.fail(`${block.page}:${block.line} throws`, { error: String(error) })
      continue
    } finally {
      printed.restore()
    }
    const lines = printed().map(({ args }) => format(...args))
    t.ok(lines.length > 0, `${block.page}:${block.line} prints`)
    t.same(lines, expectedOutput(block.code), `${block.page}:${block.line}`)
  }
})

t.test('examples in the docs have no error of types', (t) => {
  t.same(typeErrors(whole.map((block) => join(folder, nameOf(block)))), [])
  t.end()
})

t.test('a wrong comment and a wrong type are found', (t) => {
  t.same(expectedOutput("console.log(1) // 2\n  console.log('a', 'b') // a b\nconsole.log(3)\n"), ['2', 'a b'])
  const wrong = t.testdir({ 'wrong.ts': 'const number: string = 1\nexport { number }\n' })
  t.match(typeErrors([join(wrong, 'wrong.ts')]), [/wrong\.ts:1: .*not assignable/])
  t.end()
})

/** One line for each type error in the files, under the flags of the project. */
function typeErrors(files: string[]): string[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT)
  const program = ts.createProgram(files, { ...options, noUnusedLocals: false, noEmit: true })
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start ?? 0).line + 1 : 0
    return `${file?.fileName.split('/').at(-1)}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}
