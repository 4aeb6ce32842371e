import t from 'tap'
import { describeToken, describeType, Lexer, type LexerOptions, type Token } from '../../lib/jinja/lexer.ts'

const OPTIONS: LexerOptions = {
  block_start_string: '{%',
  block_end_string: '%}',
  variable_start_string: '{{',
  variable_end_string: '}}',
  comment_start_string: '{#',
  comment_end_string: '#}',
  line_statement_prefix: undefined,
  line_comment_prefix: undefined,
  trim_blocks: false,
  lstrip_blocks: false,
  newline_sequence: '\n',
  keep_trailing_newline: false,
}

/** The tokens as `type:value`, data as its text in quotes. */
function cut(source: string, options: Partial<LexerOptions> = {}): string {
  const show = ({ type, value }: Token) => {
    if (type === 'data') return JSON.stringify(value)
    return value === '' ? type : `${type}:${value}`
  }
  return new Lexer({ ...OPTIONS, ...options }).tokenize(source).map(show).join(' ')
}

const CASES: [source: string, tokens: string, options?: Partial<LexerOptions>][] = [
  ['', 'eof'],
  ['a', '"a" eof'],
  ['{{ a }}', 'variable_begin name:a variable_end eof'],
  ['a{% if x %}b', '"a" block_begin name:if name:x block_end "b" eof'],
  ['{{ 1 + 2.5 }}', 'variable_begin integer:1 add:+ float:2.5 variable_end eof'],
  ['{{ 1_000 0x1F 1e3 }}', 'variable_begin integer:1000 integer:0x1F float:1e3 variable_end eof'],
  ['{{ a.0.1 }}', 'variable_begin name:a dot:. integer:0 dot:. integer:1 variable_end eof'],
  ['{{ "a\\"b" \'c\' }}', 'variable_begin string:a"b string:c variable_end eof'],
  ['{{ {"a": {}} }}', 'variable_begin lbrace:{ string:a colon:: lbrace:{ rbrace:} rbrace:} variable_end eof'],
  ['{{ a // b ** c != d }}', 'variable_begin name:a floordiv:// name:b pow:** name:c ne:!= name:d variable_end eof'],
  ['a {#- x -#} b', '"a" "b" eof'],
  ['a {{- 1 -}} b', '"a" variable_begin integer:1 variable_end "b" eof'],
  ['{% raw %}{{ x }}{% endraw %}', '"{{ x }}" eof'],
  ['a {%- raw -%} {{ {%- endraw -%} b', '"a" "{{" "b" eof'],
  ['a\n', '"a" eof'],
  ['a\n', '"a\\n" eof', { keep_trailing_newline: true }],
  ['a\r\nb\rc', '"a\\nb\\nc" eof'],
  ['a\nb', '"a\\r\\nb" eof', { newline_sequence: '\r\n' }],
  ['{% x %}\na', 'block_begin name:x block_end "a" eof', { trim_blocks: true }],
  ['{% x +%}\na', 'block_begin name:x block_end "\\na" eof', { trim_blocks: true }],
  ['{{ x }}\na', 'variable_begin name:x variable_end "\\na" eof', { trim_blocks: true }],
  ['b\n  {% x %}', '"b\\n" block_begin name:x block_end eof', { lstrip_blocks: true }],
  ['b  {% x %}', '"b  " block_begin name:x block_end eof', { lstrip_blocks: true }],
  ['  {%+ x %}', '"  " block_begin name:x block_end eof', { lstrip_blocks: true }],
  ['# x\na', 'block_begin name:x block_end "a" eof', { line_statement_prefix: '#' }],
  ['a # x\nb', '"a # x\\nb" eof', { line_statement_prefix: '#' }],
  ['a ## x\nb', '"a" "\\nb" eof', { line_comment_prefix: '##' }],
  ['{{ 变量 }}', 'variable_begin name:变量 variable_end eof'],
  ['{{ ﬁ }}', 'variable_begin name:fi variable_end eof'],
]

t.test('a source is cut into tokens', (t) => {
  for (const [source, tokens, options] of CASES) t.equal(cut(source, options), tokens, JSON.stringify(source))
  t.end()
})

const STRINGS: [literal: string, text: string][] = [
  ["'\\n\\t\\r\\\\'", '\n\t\r\\'],
  ["'\\x41\\u00e9\\U0001F600\\101\\0'", 'Aé😀A\0'],
  ["'\\q'", '\\q'],
  ["'a\\\nb'", 'ab'],
  ['"\\a\\b\\f\\v"', '\x07\b\f\v'],
]

t.test("strings have Python's escapes", (t) => {
  for (const [literal, text] of STRINGS) {
    const [, token] = new Lexer(OPTIONS).tokenize(`{{ ${literal} }}`)
    t.equal(token?.value, text, literal)
  }
  t.end()
})

const ERRORS: [source: string, message: RegExp, line: number][] = [
  ['a\n{# x', /a comment has no '#\}' at its end/, 2],
  ['{% raw %}a', /a raw block has no 'endraw'/, 1],
  ['{{ ? }}', /unexpected char "\?" at 3/, 1],
  ['{{ 😀 }}', /unexpected char "😀"/, 1],
  ['\n{{ a) }}', /unexpected '\)'/, 2],
  ['{{ (a] }}', /unexpected '\]', expected '\)'/, 1],
  ["{{ 'a }}", /unexpected char/, 1],
  ["{{ '\\x4' }}", /truncated \\x escape/, 1],
  ["{{ '\\U00110000' }}", /illegal Unicode character/, 1],
  ["{{ '\\N{DASH}' }}", /\\N escapes are not supported/, 1],
]

t.test('what is wrong is the last token, with its line', (t) => {
  for (const [source, message, line] of ERRORS) {
    const last = new Lexer(OPTIONS).tokenize(source, 'name').at(-1)
    t.equal(last?.type, 'error', source)
    t.match(last?.error, { message, lineno: line, template: 'name' }, source)
  }
  t.end()
})

t.test('a name stays a name when it is normalized', (t) => {
  // U+037A becomes a space and a mark; as a name it would break out of generated code.
  for (const character of ['\u037a', '\u0e33', '\ufc5e']) {
    const tokens = new Lexer(OPTIONS).tokenize(`{{ a${character} }}`)
    for (const { type, value } of tokens) if (type === 'name') t.match(value, /^[\p{ID_Start}_][\p{ID_Continue}]*$/u)
  }
  t.end()
})

t.test('what opens at the very end is not missed', (t) => {
  t.equal(cut('a{#'), '"a" eof')
  t.equal(cut('a{% raw %}'), '"a" eof')
  t.end()
})

t.test('tokens know their lines', (t) => {
  const tokens = new Lexer(OPTIONS).tokenize('a\nb{{\nx\n}}\n{# c\n#}{% y %}')
  t.same(
    tokens.map(({ type, line }) => [type, line]),
    [
      ['data', 1],
      ['variable_begin', 2],
      ['name', 3],
      ['variable_end', 4],
      ['data', 4],
      ['block_begin', 6],
      ['name', 6],
      ['block_end', 6],
      ['eof', 6],
    ],
  )
  t.end()
})

t.test('error messages call tokens by names that people know', (t) => {
  t.equal(describeToken({ type: 'name', value: 'x', line: 1 }), 'x')
  t.equal(describeToken({ type: 'block_end', value: '', line: 1 }), 'end of statement block')
  t.equal(describeType('rparen'), ')')
  t.equal(describeType('integer'), 'integer')
  t.end()
})

t.test('long and odd sources take time that grows with their length only', (t) => {
  const size = 100_000
  const sources = [
    '{'.repeat(size),
    ' '.repeat(size),
    `{{${' '.repeat(size)}}}`,
    `{{${'('.repeat(size)}`,
    '{% '.repeat(size),
    `{{ "${'\\'.repeat(size)}`,
  ]
  const start = performance.now()
  for (const source of sources)
    new Lexer({ ...OPTIONS, lstrip_blocks: true, line_statement_prefix: '#', line_comment_prefix: '##' }).tokenize(
      source,
    )
  t.ok(performance.now() - start < 20_000)
  t.end()
})
