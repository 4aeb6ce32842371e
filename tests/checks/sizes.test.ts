import t from 'tap'
import { librarySources, parseSource, type Source } from '../support/source-tree.ts'

/** The most lines that one file of the library may have. */
const MAX_LINES = 450

function lineCount(source: Source): number {
  return source.tree.getLineStarts().length - (source.text.endsWith('\n') ? 1 : 0)
}

function tooLong(sources: Source[]): string[] {
  return sources.filter((source) => lineCount(source) > MAX_LINES).map(({ path }) => path)
}

t.test(`no file of the library is longer than ${MAX_LINES} lines`, (t) => {
  const sources = librarySources()
  const counts = sources.map(lineCount).sort((a, b) => a - b)
  const total = counts.reduce((sum, count) => sum + count, 0)
  t.comment(`${counts.length} files, ${total} lines, median ${counts[counts.length >> 1]}, longest ${counts.at(-1)}`)
  t.same(tooLong(sources), [])
  t.end()
})

t.test('one line too many is found', (t) => {
  t.same(tooLong([parseSource('lib/full.ts', '\n'.repeat(MAX_LINES))]), [])
  t.same(tooLong([parseSource('lib/long.ts', '\n'.repeat(MAX_LINES + 1))]), ['lib/long.ts'])
  t.same(tooLong([parseSource('lib/long.ts', `${'\n'.repeat(MAX_LINES)}x`)]), ['lib/long.ts'])
  t.end()
})
