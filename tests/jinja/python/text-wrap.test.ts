import t from 'tap'
import { wrapLine } from '../../../lib/jinja/python/text-wrap.ts'

const LINES: [line: string, width: number, breakLongWords: boolean, breakOnHyphens: boolean, lines: string[]][] = [
  ['', 5, true, true, []],
  ['', 5, true, false, []],
  ['', 5, false, true, []],
  ['a b c', 3, true, true, ['a b', 'c']],
  ['a b c', 3, true, false, ['a b', 'c']],
  ['a b c', 3, false, true, ['a b', 'c']],
  ['hello world', 5, true, true, ['hello', 'world']],
  ['hello world', 5, true, false, ['hello', 'world']],
  ['hello world', 5, false, true, ['hello', 'world']],
  ['hello world', 11, true, true, ['hello world']],
  ['hello world', 11, true, false, ['hello world']],
  ['hello world', 11, false, true, ['hello world']],
  ['hello world', 4, true, true, ['hell', 'o wo', 'rld']],
  ['hello world', 4, true, false, ['hell', 'o wo', 'rld']],
  ['hello world', 4, false, true, ['hello', 'world']],
  ['aaaaaaaaaa', 3, true, true, ['aaa', 'aaa', 'aaa', 'a']],
  ['aaaaaaaaaa', 3, true, false, ['aaa', 'aaa', 'aaa', 'a']],
  ['aaaaaaaaaa', 3, false, true, ['aaaaaaaaaa']],
  ['well-known fact', 6, true, true, ['well-', 'known', 'fact']],
  ['well-known fact', 6, true, false, ['well-k', 'nown', 'fact']],
  ['well-known fact', 6, false, true, ['well-', 'known', 'fact']],
  ['a-b-c-d', 3, true, true, ['a-', 'b-', 'c-d']],
  ['a-b-c-d', 3, true, false, ['a-b', '-c-', 'd']],
  ['a-b-c-d', 3, false, true, ['a-b-', 'c-d']],
  ['one--two', 5, true, true, ['one--', 'two']],
  ['one--two', 5, true, false, ['one--', 'two']],
  ['one--two', 5, false, true, ['one--', 'two']],
  ['one -- two', 5, true, true, ['one', '--', 'two']],
  ['one -- two', 5, true, false, ['one', '--', 'two']],
  ['one -- two', 5, false, true, ['one', '--', 'two']],
  ['--option value', 6, true, true, ['--opti', 'on', 'value']],
  ['--option value', 6, true, false, ['--opti', 'on', 'value']],
  ['--option value', 6, false, true, ['--option', 'value']],
  ['-5 degrees', 3, true, true, ['-5 ', 'deg', 'ree', 's']],
  ['-5 degrees', 3, true, false, ['-5 ', 'deg', 'ree', 's']],
  ['-5 degrees', 3, false, true, ['-5', 'degrees']],
  ['x  y   z', 3, true, true, ['x', 'y', 'z']],
  ['x  y   z', 3, true, false, ['x', 'y', 'z']],
  ['x  y   z', 3, false, true, ['x', 'y', 'z']],
  ['   lead', 4, true, true, ['lead']],
  ['   lead', 4, true, false, ['lead']],
  ['   lead', 4, false, true, ['lead']],
  ['trail   ', 5, true, true, ['trail']],
  ['trail   ', 5, true, false, ['trail']],
  ['trail   ', 5, false, true, ['trail']],
  ['tab\there', 4, true, true, ['tab', 'here']],
  ['tab\there', 4, true, false, ['tab', 'here']],
  ['tab\there', 4, false, true, ['tab', 'here']],
  ['\u{1f600}\u{1f600}\u{1f600}', 2, true, true, ['\u{1f600}\u{1f600}', '\u{1f600}']],
  ['\u{1f600}\u{1f600}\u{1f600}', 2, true, false, ['\u{1f600}\u{1f600}', '\u{1f600}']],
  ['\u{1f600}\u{1f600}\u{1f600}', 2, false, true, ['\u{1f600}\u{1f600}\u{1f600}']],
  ['é-è-ê long', 4, true, true, ['é-è-', 'ê', 'long']],
  ['é-è-ê long', 4, true, false, ['é-è-', 'ê', 'long']],
  ['é-è-ê long', 4, false, true, ['é-è-ê', 'long']],
  ["don't-stop now", 7, true, true, ["don't-", 'stop', 'now']],
  ["don't-stop now", 7, true, false, ["don't-s", 'top now']],
  ["don't-stop now", 7, false, true, ["don't-stop", 'now']],
  ['a1-b2 c', 4, true, true, ['a1-', 'b2 c']],
  ['a1-b2 c', 4, true, false, ['a1-b', '2 c']],
  ['a1-b2 c', 4, false, true, ['a1-b2', 'c']],
  ['semi-auto-matic', 8, true, true, ['semi-', 'auto-', 'matic']],
  ['semi-auto-matic', 8, true, false, ['semi-aut', 'o-matic']],
  ['semi-auto-matic', 8, false, true, ['semi-', 'auto-', 'matic']],
  ['foo-bar', 1, true, true, ['f', 'o', 'o', '-', 'b', 'a', 'r']],
  ['foo-bar', 1, true, false, ['f', 'o', 'o', '-', 'b', 'a', 'r']],
  ['foo-bar', 1, false, true, ['foo-', 'bar']],
  ['2024-01-02 date', 6, true, true, ['2024-', '01-02', 'date']],
  ['2024-01-02 date', 6, true, false, ['2024-0', '1-02', 'date']],
  ['2024-01-02 date', 6, false, true, ['2024-01-02', 'date']],
  ['un_der-score', 6, true, true, ['un_der', '-score']],
  ['un_der-score', 6, true, false, ['un_der', '-score']],
  ['un_der-score', 6, false, true, ['un_der-', 'score']],
  ['(paren-thesis)', 9, true, true, ['(paren-', 'thesis)']],
  ['(paren-thesis)', 9, true, false, ['(paren-th', 'esis)']],
  ['(paren-thesis)', 9, false, true, ['(paren-', 'thesis)']],
  ['http://a-b.c/d-e', 8, true, true, ['http://a', '-b.c/d-e']],
  ['http://a-b.c/d-e', 8, true, false, ['http://a', '-b.c/d-e']],
  ['http://a-b.c/d-e', 8, false, true, ['http://a-b.c/d-e']],
  ['end.--start', 6, true, true, ['end.--', 'start']],
  ['end.--start', 6, true, false, ['end.--', 'start']],
  ['end.--start', 6, false, true, ['end.--', 'start']],
  ['ab- cd', 3, true, true, ['ab-', 'cd']],
  ['ab- cd', 3, true, false, ['ab-', 'cd']],
  ['ab- cd', 3, false, true, ['ab-', 'cd']],
  ['-', 1, true, true, ['-']],
  ['-', 1, true, false, ['-']],
  ['-', 1, false, true, ['-']],
  ['--', 1, true, true, ['-', '-']],
  ['--', 1, true, false, ['-', '-']],
  ['--', 1, false, true, ['--']],
  ['a\u2014b c', 2, true, true, ['a\u2014', 'b', 'c']],
  ['a\u2014b c', 2, true, false, ['a\u2014', 'b', 'c']],
  ['a\u2014b c', 2, false, true, ['a\u2014b', 'c']],
  ['nb\xa0sp x', 4, true, true, ['nb\xa0s', 'p x']],
  ['nb\xa0sp x', 4, true, false, ['nb\xa0s', 'p x']],
  ['nb\xa0sp x', 4, false, true, ['nb\xa0sp', 'x']],
  ['--foo--bar--baz', 7, true, true, ['--foo--', 'bar--', 'baz']],
  ['--foo--bar--baz', 7, true, false, ['--foo--', 'bar--ba', 'z']],
  ['--foo--bar--baz', 7, false, true, ['--foo--', 'bar--', 'baz']],
  ['well-known-', 5, true, true, ['well-', 'known', '-']],
  ['well-known-', 5, true, false, ['well-', 'known', '-']],
  ['well-known-', 5, false, true, ['well-', 'known-']],
  ['aa-bb\u2014cc-dd', 5, true, true, ['aa-bb', '\u2014cc-', 'dd']],
  ['aa-bb\u2014cc-dd', 5, true, false, ['aa-bb', '\u2014cc-d', 'd']],
  ['aa-bb\u2014cc-dd', 5, false, true, ['aa-', 'bb\u2014cc-', 'dd']],
]

t.test("a line is cut where Python's textwrap cuts it", (t) => {
  for (const [line, width, breakLongWords, breakOnHyphens, lines] of LINES) {
    const title = `${JSON.stringify(line)} ${width} ${breakLongWords} ${breakOnHyphens}`
    t.same(wrapLine(line, width, { breakLongWords, breakOnHyphens }), lines, title)
  }
  t.end()
})

t.test('a width below 1 is refused', (t) => {
  for (const width of [0, -1]) {
    t.throws(() => wrapLine('a', width, { breakLongWords: true, breakOnHyphens: true }), {
      name: 'ValueError',
      message: new RegExp(`width ${width}`),
    })
  }
  t.end()
})

// security.md 1.8, "linearity"
t.test('long lines take time in proportion to their length', (t) => {
  const started = performance.now()
  for (const unit of ['a', '-', 'a-', '--', 'a ', ' ', "a'-", 'ab-c', '\t-']) {
    const line = unit.repeat(20_000)
    for (const breakOnHyphens of [true, false]) {
      const lines = wrapLine(line, 60, { breakLongWords: true, breakOnHyphens })
      t.ok(lines.length <= line.length, JSON.stringify(unit))
    }
  }
  t.ok(performance.now() - started < 2_000)
  t.end()
})
