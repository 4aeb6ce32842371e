import t from 'tap'
import { isSpace, splitLines, splitSpaces, strip } from '../../../lib/jinja/python/spaces.ts'
import { repr } from '../../../lib/jinja/python/text.ts'

const STRIPPED: [text: string, both: string, left: string, right: string, isSpace: boolean][] = [
  ['', '', '', '', false],
  [' ', '', '', '', true],
  ['a', 'a', 'a', 'a', false],
  [' a ', 'a', 'a ', ' a', false],
  ['\t\n a b \r', 'a b', 'a b \r', '\t\n a b', false],
  ['\x1c\x1d\x1e\x1fa\x85', 'a', 'a\x85', '\x1c\x1d\x1e\x1fa', false],
  ['\xa0a\u3000', 'a', 'a\u3000', '\xa0a', false],
  ['\ufeffa\ufeff', '\ufeffa\ufeff', '\ufeffa\ufeff', '\ufeffa\ufeff', false],
  ['\u200ba', '\u200ba', '\u200ba', '\u200ba', false],
  ['\u2028a\u2029', 'a', 'a\u2029', '\u2028a', false],
  ['  \u{1f600} ', '\u{1f600}', '\u{1f600} ', '  \u{1f600}', false],
  ['\u180ea', '\u180ea', '\u180ea', '\u180ea', false],
  ['a\xa0b', 'a\xa0b', 'a\xa0b', 'a\xa0b', false],
]

t.test("Python's white space is stripped, and no more than that", (t) => {
  for (const [text, both, left, right, isAllSpace] of STRIPPED) {
    const title = repr(text)
    t.equal(strip(text, undefined), both, title)
    t.equal(strip(text, undefined, true, false), left, `${title} at the left`)
    t.equal(strip(text, undefined, false, true), right, `${title} at the right`)
    t.equal(isSpace(text), isAllSpace, `${title} is space`)
  }
  t.end()
})

const STRIPPED_OF: [text: string, chars: string, both: string, left: string, right: string][] = [
  ['xxabxx', 'x', 'ab', 'abxx', 'xxab'],
  ['xyabyx', 'xy', 'ab', 'abyx', 'xyab'],
  ['abc', '', 'abc', 'abc', 'abc'],
  ['aaa', 'a', '', '', ''],
  ['\u{1f600}a\u{1f600}', '\u{1f600}', 'a', 'a\u{1f600}', '\u{1f600}a'],
  ['a', 'abc', '', '', ''],
  ['-+5', '+-', '5', '5', '-+5'],
  ['', ' x', '', '', ''],
]

t.test('given characters are stripped one by one, not as a word', (t) => {
  for (const [text, chars, both, left, right] of STRIPPED_OF) {
    t.equal(strip(text, chars), both, `${text} of ${chars}`)
    t.equal(strip(text, chars, true, false), left, `${text} of ${chars} at the left`)
    t.equal(strip(text, chars, false, true), right, `${text} of ${chars} at the right`)
  }
  t.end()
})

const WORDS: [text: string, limit: number, fromLeft: string[], fromRight: string[]][] = [
  ['', -1, [], []],
  ['', 0, [], []],
  ['', 1, [], []],
  ['', 2, [], []],
  ['', 5, [], []],
  [' ', -1, [], []],
  [' ', 0, [], []],
  [' ', 1, [], []],
  [' ', 2, [], []],
  [' ', 5, [], []],
  ['a', -1, ['a'], ['a']],
  ['a', 0, ['a'], ['a']],
  ['a', 1, ['a'], ['a']],
  ['a', 2, ['a'], ['a']],
  ['a', 5, ['a'], ['a']],
  [' a  b\tc ', -1, ['a', 'b', 'c'], ['a', 'b', 'c']],
  [' a  b\tc ', 0, ['a  b\tc '], [' a  b\tc']],
  [' a  b\tc ', 1, ['a', 'b\tc '], [' a  b', 'c']],
  [' a  b\tc ', 2, ['a', 'b', 'c '], [' a', 'b', 'c']],
  [' a  b\tc ', 5, ['a', 'b', 'c'], ['a', 'b', 'c']],
  ['\x1ca\x85b\xa0c', -1, ['a', 'b', 'c'], ['a', 'b', 'c']],
  ['\x1ca\x85b\xa0c', 0, ['a\x85b\xa0c'], ['\x1ca\x85b\xa0c']],
  ['\x1ca\x85b\xa0c', 1, ['a', 'b\xa0c'], ['\x1ca\x85b', 'c']],
  ['\x1ca\x85b\xa0c', 2, ['a', 'b', 'c'], ['\x1ca', 'b', 'c']],
  ['\x1ca\x85b\xa0c', 5, ['a', 'b', 'c'], ['a', 'b', 'c']],
  ['a\ufeffb', -1, ['a\ufeffb'], ['a\ufeffb']],
  ['a\ufeffb', 0, ['a\ufeffb'], ['a\ufeffb']],
  ['a\ufeffb', 1, ['a\ufeffb'], ['a\ufeffb']],
  ['a\ufeffb', 2, ['a\ufeffb'], ['a\ufeffb']],
  ['a\ufeffb', 5, ['a\ufeffb'], ['a\ufeffb']],
  ['one', -1, ['one'], ['one']],
  ['one', 0, ['one'], ['one']],
  ['one', 1, ['one'], ['one']],
  ['one', 2, ['one'], ['one']],
  ['one', 5, ['one'], ['one']],
]

t.test('words are split at white space, as often as wanted from either side', (t) => {
  for (const [text, limit, fromLeft, fromRight] of WORDS) {
    t.same(splitSpaces(text, limit), fromLeft, `${repr(text)} ${limit}`)
    t.same(splitSpaces(text, limit, true), fromRight, `${repr(text)} ${limit} from the right`)
  }
  t.same(splitSpaces(' a b '), ['a', 'b'])
  t.end()
})

const LINES: [text: string, lines: string[], withEnds: string[]][] = [
  ['', [], []],
  ['\n', [''], ['\n']],
  ['a', ['a'], ['a']],
  ['a\n', ['a'], ['a\n']],
  ['a\nb', ['a', 'b'], ['a\n', 'b']],
  ['a\r\nb\rc', ['a', 'b', 'c'], ['a\r\n', 'b\r', 'c']],
  ['\n\n', ['', ''], ['\n', '\n']],
  ['a\x0bb\x0cc', ['a', 'b', 'c'], ['a\x0b', 'b\x0c', 'c']],
  ['a\x1cb\x1dc\x1ed\x1fe', ['a', 'b', 'c', 'd\x1fe'], ['a\x1c', 'b\x1d', 'c\x1e', 'd\x1fe']],
  ['a\x85b\u2028c\u2029d', ['a', 'b', 'c', 'd'], ['a\x85', 'b\u2028', 'c\u2029', 'd']],
  ['\r\r\n', ['', ''], ['\r', '\r\n']],
  ['x\n\r\n', ['x', ''], ['x\n', '\r\n']],
]

t.test("lines end where Python's do", (t) => {
  for (const [text, lines, withEnds] of LINES) {
    t.same(splitLines(text), lines, repr(text))
    t.same(splitLines(text, true), withEnds, `${repr(text)} with ends`)
  }
  t.end()
})

// security.md 1.8, "linearity"
t.test('long runs of space take time in proportion to their length', (t) => {
  const spaces = ' '.repeat(300_000)
  const started = performance.now()
  t.equal(strip(`a${spaces}b`, undefined), `a${spaces}b`)
  t.same(splitSpaces(`a${spaces}b${spaces}`), ['a', 'b'])
  t.same(splitSpaces(`${spaces}a${spaces}b`, 1), ['a', 'b'])
  t.same(splitSpaces(`a${spaces}b${spaces}`, 1, true), ['a', 'b'])
  t.equal(splitSpaces('a '.repeat(20_000), 10_000).length, 10_001)
  t.equal(splitSpaces('a '.repeat(20_000), 10_000, true).length, 10_001)
  t.equal(splitLines('\r\n'.repeat(100_000)).length, 100_000)
  t.notOk(isSpace(`${spaces}x`))
  t.ok(performance.now() - started < 5_000)
  t.end()
})
