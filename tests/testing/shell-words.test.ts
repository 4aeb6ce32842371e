import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import t from 'tap'
import { splitWords } from '../../lib/testing/shell-words.ts'
import { HOW_TO_GET_PYTHON, python } from '../support/python.ts'

const LINES: [line: string, words: string[]][] = [
  ['', []],
  ['  ', []],
  ['greet ann', ['greet', 'ann']],
  [' greet \t ann\n', ['greet', 'ann']],
  ["greet 'ann lee'", ['greet', 'ann lee']],
  ['greet "ann lee"', ['greet', 'ann lee']],
  [`a"b c"'d e'f`, ['ab cd ef']],
  [`'' ""`, ['', '']],
  ['a\\ b \\"c', ['a b', '"c']],
  [`"a\\"b\\\\c\\n'"`, [`a"b\\c\\n'`]],
  [`'a\\'`, ['a\\']],
  ['a#b', ['a#b']],
]
t.test('a line is split as a shell splits it', async (t) => {
  for (const [line, words] of LINES) t.same(splitWords(line), words, JSON.stringify(line))
})

t.test('a line that ends within quotes or behind a backslash is refused', async (t) => {
  for (const line of ["'a", '"a', '"a\\"', 'a \\', `"'`]) t.throws(() => splitWords(line), TypeError, line)
})

t.test('reading a line takes time that grows with its length alone', async (t) => {
  const manyQuotes = `${"'a' ".repeat(50_000)}`
  t.equal(splitWords(manyQuotes).length, 50_000)
  t.throws(() => splitWords(`"${'\\"'.repeat(200_000)}`), TypeError)
})

const ASK_PYTHON = `
import json, shlex, sys
def split(line):
    try: return shlex.split(line)
    except ValueError: return None
print(json.dumps([split(line) for line in json.load(sys.stdin)]))
`
t.test('shlex splits every line alike', { skip: python() === undefined && HOW_TO_GET_PYTHON }, async (t) => {
  const anyLine = fc.string({ unit: fc.constantFrom(...`ab '"\\ \t\n-=`), maxLength: 12 })
  const lines = [...LINES.map(([line]) => line), ...fc.sample(anyLine, 2_000)]
  const ours = lines.map((line) => {
    try {
      return splitWords(line)
    } catch {
      return null
    }
  })
  const { stdout } = spawnSync(python() ?? '', ['-c', ASK_PYTHON], { input: JSON.stringify(lines), encoding: 'utf8' })
  const theirs: unknown[] = JSON.parse(stdout)
  lines.forEach((line, index) => {
    if (JSON.stringify(ours[index]) !== JSON.stringify(theirs[index])) {
      t.same(ours[index], theirs[index], JSON.stringify(line))
    }
  })
  t.equal(theirs.length, lines.length)
})
