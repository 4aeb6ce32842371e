import { TemplateSyntaxError } from './exceptions.ts'
import { describeToken, describeType, type Token, type TokenType } from './lexer.ts'

/** @throws TemplateSyntaxError where the text could not be cut into tokens. */
function checked(token: Token): Token {
  if (token.error !== undefined) throw token.error
  return token
}

/** The tokens of one template, read one after the other with one to look ahead; also what both halves of the parser share. */
export class TokenStream {
  /** Name of the template, for errors. */
  readonly name: string | undefined
  /** File of the template, for errors. */
  readonly filename: string | undefined
  readonly #tokens: readonly Token[]
  #at = 0
  /** The token to be read next. */
  current: Token

  constructor(tokens: readonly Token[], name: string | undefined, filename: string | undefined) {
    this.#tokens = tokens
    this.name = name
    this.filename = filename
    this.current = checked(tokens[0]!)
  }

  /** The token after the current one. */
  look(): Token {
    return checked(this.#tokens[this.#at + 1] ?? this.current)
  }

  /** Gives the current token and goes on to the next; stays at the end. */
  next(): Token {
    const { current } = this
    if (this.#at < this.#tokens.length - 1) this.current = checked(this.#tokens[++this.#at]!)
    return current
  }

  /** Whether the current token is of this kind, or with a second argument the name `word`. */
  is(type: TokenType, word?: string): boolean {
    return this.current.type === type && (word === undefined || this.current.value === word)
  }

  /** Whether the current token is this word. */
  isName(word: string): boolean {
    return this.current.type === 'name' && this.current.value === word
  }

  /** Goes past the current token if it is of this kind. */
  skip(type: TokenType): boolean {
    if (this.current.type !== type) return false
    this.next()
    return true
  }

  /** Goes past the current token if it is this word. */
  skipName(word: string): boolean {
    if (!this.isName(word)) return false
    this.next()
    return true
  }

  /**
   * Gives the current token, which has to be of this kind (and this word), and goes on.
   *
   * @throws TemplateSyntaxError that says what was expected and what is there.
   */
  expect(type: TokenType, word?: string): Token {
    if (this.is(type, word)) return this.next()
    const wanted = word ?? describeType(type)
    if (this.current.type === 'eof') this.fail(`the template ends where '${wanted}' has to come`)
    this.fail(`'${wanted}' has to come here, not '${describeToken(this.current)}'`)
  }

  /** Throws a syntax error at a line, by default that of the current token. */
  fail(message: string, line: number = this.current.line): never {
    throw new TemplateSyntaxError(message, line, this.name, this.filename)
  }
}
