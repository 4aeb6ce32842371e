import { TemplateSyntaxError } from './exceptions.ts'

/** What delimits and trims a template's parts; the names and defaults are those of the environment. */
export interface LexerOptions {
  block_start_string: string
  block_end_string: string
  variable_start_string: string
  variable_end_string: string
  comment_start_string: string
  comment_end_string: string
  line_statement_prefix: string | undefined
  line_comment_prefix: string | undefined
  trim_blocks: boolean
  lstrip_blocks: boolean
  newline_sequence: '\n' | '\r\n' | '\r'
  keep_trailing_newline: boolean
}

const OPERATORS = {
  '+': 'add',
  '-': 'sub',
  '/': 'div',
  '//': 'floordiv',
  '*': 'mul',
  '%': 'mod',
  '**': 'pow',
  '~': 'tilde',
  '[': 'lbracket',
  ']': 'rbracket',
  '(': 'lparen',
  ')': 'rparen',
  '{': 'lbrace',
  '}': 'rbrace',
  '==': 'eq',
  '!=': 'ne',
  '>': 'gt',
  '>=': 'gteq',
  '<': 'lt',
  '<=': 'lteq',
  '=': 'assign',
  '.': 'dot',
  ':': 'colon',
  '|': 'pipe',
  ',': 'comma',
  ';': 'semicolon',
} as const

/** The kinds of tokens that the parser sees. */
export type TokenType =
  | (typeof OPERATORS)[keyof typeof OPERATORS]
  | 'data'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'variable_begin'
  | 'variable_end'
  | 'block_begin'
  | 'block_end'
  | 'error'
  | 'eof'

/** One piece of a template. */
export interface Token {
  readonly type: TokenType
  /** The text, for strings the text they stand for, for numbers their digits. */
  readonly value: string
  /** Line that the token starts on, counted from 1. */
  readonly line: number
  /** Of the kind `error`: what is wrong with the text here. It is thrown when the parser comes to it, for what is wrong before it comes first. */
  readonly error?: TemplateSyntaxError
}

const DESCRIPTIONS: ReadonlyMap<string, string> = new Map<string, string>([
  ...Object.entries(OPERATORS).map(([sign, type]): [string, string] => [type, sign]),
  ['block_begin', 'begin of statement block'],
  ['block_end', 'end of statement block'],
  ['variable_begin', 'begin of print statement'],
  ['variable_end', 'end of print statement'],
  ['data', 'template data / text'],
  ['eof', 'end of template'],
])

/** How error messages call a token: a name by itself, others by what they are. */
export function describeToken(token: Token): string {
  return token.type === 'name' ? token.value : describeType(token.type)
}

/** How error messages call a kind of token. */
export function describeType(type: string): string {
  return DESCRIPTIONS.get(type) ?? type
}

// Python's white space; JavaScript's \s lacks the separators U+001C to U+001F and U+0085 and has U+FEFF too many.
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const SPACES = new RegExp(`${SPACE}+`, 'y')
const ONLY_SPACES = new RegExp(`^${SPACE}+$`)
// Closed under the normalization of names: what is a name stays one, also in generated code.
const NAME = /[\p{XID_Start}_]\p{XID_Continue}*/uy
// float = digits ("." digits [exponent] | exponent), no "." before it; digits may have single underscores in between.
const FLOAT = /(?<!\.)\d+(?:_\d+)*(?:(?:\.\d+(?:_\d+)*)?e[+-]?\d+(?:_\d+)*|\.\d+(?:_\d+)*)/iy
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy
const STRING = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y
const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

type Section = 'variable' | 'block' | 'line'

/** Cuts template sources into tokens, by one set of delimiters. */
export class Lexer {
  readonly #options: LexerOptions
  readonly #start: RegExp
  /** What the groups of {@link #start} open, in their order; each kind has two groups, itself and its sign. */
  readonly #kinds: string[]
  readonly #ends: Record<Section, RegExp>
  readonly #commentEnd: RegExp
  readonly #rawEnd: RegExp
  readonly #lineCommentEnd = /\n|$/g

  constructor(options: LexerOptions) {
    this.#options = options
    const quote = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    const begin = quote(options.block_start_string)
    const end = quote(options.block_end_string)
    const newline = options.trim_blocks ? '\\n?' : ''
    const rules: [length: number, kind: string, source: string][] = [
      [options.comment_start_string.length, 'comment', quote(options.comment_start_string)],
      [options.block_start_string.length, 'block', begin],
      [options.variable_start_string.length, 'variable', quote(options.variable_start_string)],
    ]
    const { line_statement_prefix: statement, line_comment_prefix: comment } = options
    if (statement) rules.push([statement.length, 'line', `(?<![^\\n])[ \\t\\v]*${quote(statement)}`])
    if (comment) {
      rules.push([comment.length, 'line_comment', `(?:(?<![^\\n])|(?<=\\S))[^\\S\\n]*${quote(comment)}`])
    }
    // The longest delimiter wins where two start alike; the order of equals is Jinja's.
    const order = ['variable', 'line', 'line_comment', 'comment', 'block']
    rules.sort((a, b) => b[0] - a[0] || order.indexOf(a[1]) - order.indexOf(b[1]))
    this.#kinds = ['raw', ...rules.map((rule) => rule[1])]
    const raw = `(${begin}([-+]?)${SPACE}*raw${SPACE}*(?:-${end}${SPACE}*|${end}))`
    this.#start = new RegExp([raw, ...rules.map((rule) => `(${rule[2]}([-+]?))`)].join('|'), 'g')
    const blockEnd = `\\+${end}|-${end}${SPACE}*|${end}${newline}`
    this.#ends = {
      block: new RegExp(blockEnd, 'y'),
      variable: new RegExp(
        `-${quote(options.variable_end_string)}${SPACE}*|${quote(options.variable_end_string)}`,
        'y',
      ),
      line: new RegExp(`${SPACE}*(?:\\n|$)`, 'y'),
    }
    const commentEnd = quote(options.comment_end_string)
    this.#commentEnd = new RegExp(`\\+${commentEnd}|-${commentEnd}${SPACE}*|${commentEnd}${newline}`, 'g')
    this.#rawEnd = new RegExp(`${begin}([-+]?)${SPACE}*endraw${SPACE}*(?:${blockEnd})`, 'g')
  }

  /** The tokens of a template, the last one `eof`, or `error` where a part is not closed or a character cannot be there. */
  tokenize(source: string, name?: string, filename?: string): Token[] {
    let text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source
    if (!this.#options.keep_trailing_newline && text.endsWith('\n')) text = text.slice(0, -1)
    const run = new Run(text, name, filename)
    try {
      this.#cut(run)
      run.tokens.push({ type: 'eof', value: '', line: run.tokens.at(-1)?.line ?? 1 })
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError)) throw error
      run.tokens.push({ type: 'error', value: '', line: error.lineno, error })
    }
    return run.tokens
  }

  #cut(run: Run): void {
    const { text } = run
    const start = this.#start
    let at = 0
    while (at < text.length) {
      run.moveTo(at)
      start.lastIndex = at
      const match = start.exec(text)
      if (match === null) {
        this.#data(run, text.slice(at))
        break
      }
      const index = this.#kinds.findIndex((_, group) => match[group * 2 + 1] !== undefined)
      const kind = this.#kinds[index]!
      const sign = match[index * 2 + 2]!
      const opened = match.index + match[0].length
      this.#data(run, this.#trim(text, at, match.index, sign, kind !== 'variable'))
      run.moveTo(match.index)
      // Jinja does not miss the end of what opens at the very end of a template.
      if (opened >= text.length && (kind === 'comment' || kind === 'raw')) break
      if (kind === 'comment') at = this.#skipComment(run, opened)
      else if (kind === 'line_comment') at = this.#skipLineComment(text, opened)
      else if (kind === 'raw') at = this.#raw(run, opened)
      else at = this.#section(run, opened, kind === 'variable' ? 'variable' : kind === 'block' ? 'block' : 'line')
    }
  }

  /** The text before a tag, cut by the tag's sign and by `lstrip_blocks`. */
  #trim(text: string, from: number, to: number, sign: string, isBlock: boolean): string {
    const data = text.slice(from, to)
    if (sign === '-') return stripEnd(data)
    if (sign === '+' || !isBlock || !this.#options.lstrip_blocks) return data
    const lineStart = data.lastIndexOf('\n') + 1
    const startsLine = lineStart > 0 || from === 0 || text[from - 1] === '\n'
    return startsLine && ONLY_SPACES.test(data.slice(lineStart)) ? data.slice(0, lineStart) : data
  }

  #data(run: Run, data: string): void {
    if (data === '') return
    const { newline_sequence: newline } = this.#options
    run.push('data', newline === '\n' ? data : data.replaceAll('\n', newline))
  }

  #skipComment(run: Run, from: number): number {
    this.#commentEnd.lastIndex = from
    const match = this.#commentEnd.exec(run.text)
    if (match === null) run.fail(`a comment has no '${this.#options.comment_end_string}' at its end`)
    return match.index + match[0].length
  }

  #skipLineComment(text: string, from: number): number {
    this.#lineCommentEnd.lastIndex = from
    return this.#lineCommentEnd.exec(text)?.index ?? text.length
  }

  #raw(run: Run, from: number): number {
    this.#rawEnd.lastIndex = from
    const match = this.#rawEnd.exec(run.text)
    if (match === null) run.fail("a raw block has no 'endraw' at its end")
    run.moveTo(from)
    this.#data(run, this.#trim(run.text, from, match.index, match[1]!, true))
    return match.index + match[0].length
  }

  #section(run: Run, from: number, section: Section): number {
    const { text } = run
    const end = this.#ends[section]
    const open: string[] = []
    run.push(section === 'variable' ? 'variable_begin' : 'block_begin', '')
    let at = from
    for (;;) {
      if (open.length === 0) {
        end.lastIndex = at
        const match = end.exec(text)
        if (match !== null) {
          run.moveTo(at)
          run.push(section === 'variable' ? 'variable_end' : 'block_end', '')
          return at + match[0].length
        }
      }
      if (at >= text.length) return at
      run.moveTo(at)
      at = readToken(run, at, open)
    }
  }
}

function readToken(run: Run, at: number, open: string[]): number {
  const { text } = run
  const matchAt = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  const spaces = matchAt(SPACES)
  if (spaces !== undefined) return at + spaces.length
  const float = matchAt(FLOAT)
  if (float !== undefined) return run.push('float', float.replaceAll('_', ''), at + float.length)
  const integer = matchAt(INTEGER)
  if (integer !== undefined) return run.push('integer', integer.replaceAll('_', ''), at + integer.length)
  const name = matchAt(NAME)
  if (name !== undefined) return run.push('name', name.normalize('NFKC'), at + name.length)
  const string = matchAt(STRING)
  if (string !== undefined) return run.push('string', decodeString(run, string.slice(1, -1)), at + string.length)
  const operator = matchAt(OPERATOR)
  if (operator === undefined) {
    run.fail(`unexpected char ${JSON.stringify(String.fromCodePoint(text.codePointAt(at)!))} at ${at}`)
  }
  if (operator in CLOSES) open.push(operator)
  else if (operator === ')' || operator === ']' || operator === '}') {
    const opener = open.pop()
    if (opener === undefined) run.fail(`unexpected '${operator}'`)
    if (CLOSES[opener] !== operator) run.fail(`unexpected '${operator}', expected '${CLOSES[opener]}'`)
  }
  return run.push(OPERATORS[operator as keyof typeof OPERATORS], operator, at + operator.length)
}

/** The text without the white space at its end, by Python's idea of white space. */
function stripEnd(text: string): string {
  let end = text.length
  while (end > 0 && ONLY_SPACES.test(text[end - 1]!)) end--
  return text.slice(0, end)
}

const ESCAPE = /\\(?:\n|[0-7]{1,3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[\s\S])/g
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** The text that a string literal's inside stands for, by Python's escapes; unknown ones stay as they are. */
function decodeString(run: Run, body: string): string {
  if (!body.includes('\\')) return body
  return body.replace(ESCAPE, (found) => {
    const letter = found[1]!
    const short = Object.hasOwn(SHORT_ESCAPES, letter) ? SHORT_ESCAPES[letter] : undefined
    if (short !== undefined) return short
    if (letter >= '0' && letter <= '7') return String.fromCharCode(Number.parseInt(found.slice(1), 8))
    if (letter === 'x' || letter === 'u' || letter === 'U') {
      if (found.length === 2) run.fail(`truncated \\${letter} escape in a string`)
      const code = Number.parseInt(found.slice(2), 16)
      if (code > 0x10ffff) run.fail('illegal Unicode character in a string')
      return String.fromCodePoint(code)
    }
    if (letter === 'N') run.fail('\\N escapes are not supported: write the character or its \\u escape')
    return found
  })
}

/** One template being cut: the tokens so far, and which line the place reached is on. */
class Run {
  readonly text: string
  readonly tokens: Token[] = []
  readonly #name: string | undefined
  readonly #filename: string | undefined
  #line = 1
  /** Where the next line end is; looked for once, for a source may have none. */
  #newline: number

  constructor(text: string, name: string | undefined, filename: string | undefined) {
    this.text = text
    this.#newline = text.indexOf('\n')
    this.#name = name
    this.#filename = filename
  }

  /** Counts the lines up to a place, which may not lie before the last one. */
  moveTo(at: number): void {
    while (this.#newline >= 0 && this.#newline < at) {
      this.#line++
      this.#newline = this.text.indexOf('\n', this.#newline + 1)
    }
  }

  push(type: TokenType, value: string, next = 0): number {
    this.tokens.push({ type, value, line: this.#line })
    return next
  }

  fail(message: string): never {
    throw new TemplateSyntaxError(message, this.#line, this.#name, this.#filename)
  }
}
