import { TemplateAssertionError } from './exceptions.ts'
import { asTarget, ExpressionParser } from './expression-parser.ts'
import type { Token } from './lexer.ts'
import type { Call, Expression, NameNode, Signature, Statement, TemplateNode } from './nodes.ts'
import { TokenStream } from './token-stream.ts'

/** Reads the tag that the parser stands at (its name is the current token) up to before the tag's end. */
export type TagParser = (parser: Parser) => Statement | Statement[]

const STATEMENTS: ReadonlyMap<string, TagParser> = new Map<string, TagParser>([
  ['for', parseFor],
  ['if', parseIf],
  ['block', parseBlock],
  ['extends', parseExtends],
  ['print', parsePrint],
  ['macro', parseMacro],
  ['include', parseInclude],
  ['from', parseFrom],
  ['import', parseImport],
  ['set', parseSet],
  ['with', parseWith],
  ['autoescape', parseAutoescape],
  ['call', parseCallBlock],
  ['filter', parseFilterBlock],
])

/** Reads a template's tokens into its tree. */
export class Parser {
  readonly stream: TokenStream
  readonly expressions: ExpressionParser
  readonly #tags: ReadonlyMap<string, TagParser>
  /** The tags that are open, for the messages about unknown and missing ones. */
  readonly #open: string[] = []
  readonly #awaited: string[][] = []

  constructor(tokens: readonly Token[], tags: ReadonlyMap<string, TagParser>, name?: string, filename?: string) {
    this.stream = new TokenStream(tokens, name, filename)
    this.expressions = new ExpressionParser(this.stream)
    this.#tags = tags
  }

  /**
   * The whole template.
   *
   * @throws TemplateSyntaxError with the line and what was expected there.
   */
  parse(): TemplateNode {
    return { type: 'Template', body: this.#parseUntil(), line: 1 }
  }

  /**
   * The statements from the end of the current tag up to a tag that starts with one of the words, at which it stops.
   *
   * @param drop Whether to go past that word.
   */
  parseStatements(words: string[], drop = false): Statement[] {
    this.stream.skip('colon')
    this.stream.expect('block_end')
    this.#awaited.push(words)
    const body = this.#parseUntil(words)
    if (this.stream.is('eof')) this.#failAtEnd()
    this.#awaited.pop()
    if (drop) this.stream.next()
    return body
  }

  #parseUntil(words?: readonly string[]): Statement[] {
    const { stream } = this
    const body: Statement[] = []
    let output: Expression[] = []
    const flush = () => {
      if (output.length > 0) body.push({ type: 'Output', nodes: output, line: output[0]!.line })
      output = []
    }
    while (!stream.is('eof')) {
      const token = stream.next()
      if (token.type === 'data') {
        output.push({ type: 'TemplateData', text: token.value, line: token.line })
      } else if (token.type === 'variable_begin') {
        output.push(this.expressions.parseTuple())
        stream.expect('variable_end')
      } else {
        flush()
        if (words?.some((word) => stream.isName(word))) return body
        const statement = this.#parseStatement()
        if (Array.isArray(statement)) body.push(...statement)
        else body.push(statement)
        stream.expect('block_end')
      }
    }
    flush()
    return body
  }

  #parseStatement(): Statement | Statement[] {
    const { type, value, line } = this.stream.current
    if (type !== 'name') this.stream.fail('tag name expected')
    const parse = STATEMENTS.get(value) ?? this.#tags.get(value)
    if (parse === undefined) this.#failUnknown(value, line)
    this.#open.push(value)
    const statement = parse(this)
    this.#open.pop()
    return statement
  }

  #failUnknown(word: string, line: number): never {
    this.stream.fail(`'${word}' is no tag that can stand here.${this.#expectations(word)}`, line)
  }

  #failAtEnd(): never {
    this.stream.fail(`The template ends too early.${this.#expectations(undefined)}`)
  }

  #expectations(found: string | undefined): string {
    const awaited = this.#awaited.at(-1)?.map((word) => `'${word}'`)
    let text = ''
    if (awaited !== undefined) {
      const isKnown = found !== undefined && this.#awaited.some((words) => words.includes(found))
      text += isKnown
        ? ` Tags are nested wrongly: ${awaited.join(' or ')} has to come first.`
        : ` What has to come is ${awaited.join(' or ')}.`
    }
    const innermost = this.#open.at(-1)
    if (innermost !== undefined) text += ` '${innermost}' is still open.`
    return text
  }

  /** A target of an assignment: names, `namespace.attribute`, or tuples of these. */
  parseTarget(options: { namespaces?: boolean } = {}, use: NameNode['use'] = 'store'): Expression {
    const target = this.expressions.parseTuple({ simplified: true, ...options })
    const wrong = asTarget(target, use)
    if (wrong !== undefined) this.stream.fail(`can't assign to '${wrong}'`, target.line)
    return target
  }

  /** A single name that is assigned. */
  parseName(use: NameNode['use'] = 'store'): NameNode {
    const token = this.stream.expect('name')
    if (/^(?:true|false|none|True|False|None)$/.test(token.value)) {
      this.stream.fail(`can't assign to '${token.value}'`, token.line)
    }
    return { type: 'Name', name: token.value, use, line: token.line }
  }

  /** A list of parameters with their defaults, in parentheses. */
  parseSignature(): Signature {
    const { stream } = this
    const params: NameNode[] = []
    const defaults: Expression[] = []
    stream.expect('lparen')
    while (!stream.is('rparen')) {
      if (params.length > 0) stream.expect('comma')
      const param = this.parseName('param')
      params.push(param)
      if (stream.skip('assign')) defaults.push(this.expressions.parseExpression())
      else if (defaults.length > 0) stream.fail(`parameter '${param.name}' needs a default, as one before it has one`)
    }
    stream.expect('rparen')
    return { params, defaults }
  }

  /** `with context` or `without context`, if it is there. */
  parseContext(preset: boolean): boolean {
    const { stream } = this
    if (!this.isContext()) return preset
    const withContext = stream.next().value === 'with'
    stream.next()
    return withContext
  }

  /** Whether `with context` or `without context` comes next. */
  isContext(): boolean {
    const { stream } = this
    const next = stream.look()
    return (stream.isName('with') || stream.isName('without')) && next.type === 'name' && next.value === 'context'
  }
}

function parseFor(parser: Parser): Statement {
  const { stream, expressions } = parser
  const { line } = stream.next()
  const target = parser.parseTarget()
  stream.expect('name', 'in')
  const iter = expressions.parseTuple({ conditionals: false })
  const test = stream.skipName('if') ? expressions.parseExpression() : undefined
  const recursive = stream.skipName('recursive')
  const body = parser.parseStatements(['endfor', 'else'])
  const otherwise = stream.next().value === 'endfor' ? [] : parser.parseStatements(['endfor'], true)
  return { type: 'For', target, iter, body, otherwise, test, recursive, line }
}

function parseIf(parser: Parser): Statement {
  const { stream, expressions } = parser
  const { line } = stream.next()
  const readTest = () => expressions.parseTuple({ conditionals: false })
  const test = readTest()
  const body = parser.parseStatements(['elif', 'else', 'endif'])
  const elifs: { test: Expression; body: Statement[]; line: number }[] = []
  for (;;) {
    const word = stream.next()
    if (word.value === 'elif') {
      elifs.push({ test: readTest(), body: parser.parseStatements(['elif', 'else', 'endif']), line: word.line })
      continue
    }
    const otherwise = word.value === 'else' ? parser.parseStatements(['endif'], true) : []
    return { type: 'If', test, body, elifs, otherwise, line }
  }
}

function parseWith(parser: Parser): Statement {
  const { stream, expressions } = parser
  const { line } = stream.next()
  const targets: Expression[] = []
  const values: Expression[] = []
  while (!stream.is('block_end')) {
    if (targets.length > 0) stream.expect('comma')
    targets.push(parser.parseTarget({}, 'param'))
    stream.expect('assign')
    values.push(expressions.parseExpression())
  }
  return { type: 'With', targets, values, body: parser.parseStatements(['endwith'], true), line }
}

function parseAutoescape(parser: Parser): Statement {
  const { line } = parser.stream.next()
  const value = parser.expressions.parseExpression()
  return { type: 'Autoescape', value, body: parser.parseStatements(['endautoescape'], true), line }
}

function parseBlock(parser: Parser): Statement {
  const { stream } = parser
  const { line } = stream.next()
  const name = stream.expect('name').value
  const scoped = stream.skipName('scoped')
  const required = stream.skipName('required')
  if (stream.is('sub')) {
    stream.fail(`a hyphen follows block name '${name}': write names with underscores instead of hyphens`)
  }
  const body = parser.parseStatements(['endblock'], true)
  const isBlank = (node: Expression) => node.type === 'TemplateData' && node.text.trim() === ''
  if (required && !body.every((statement) => statement.type === 'Output' && statement.nodes.every(isBlank))) {
    stream.fail(`block '${name}' is required, so nothing but comments and white space may stand in it`)
  }
  stream.skipName(name)
  return { type: 'Block', name, body, scoped, required, line }
}

function parseExtends(parser: Parser): Statement {
  const { line } = parser.stream.next()
  return { type: 'Extends', template: parser.expressions.parseExpression(), line }
}

function parseInclude(parser: Parser): Statement {
  const { stream } = parser
  const { line } = stream.next()
  const template = parser.expressions.parseExpression()
  const next = stream.look()
  const ignoreMissing = stream.isName('ignore') && next.type === 'name' && next.value === 'missing'
  if (ignoreMissing) {
    stream.next()
    stream.next()
  }
  return { type: 'Include', template, withContext: parser.parseContext(true), ignoreMissing, line }
}

function parseImport(parser: Parser): Statement {
  const { stream } = parser
  const { line } = stream.next()
  const template = parser.expressions.parseExpression()
  stream.expect('name', 'as')
  const target = parser.parseName().name
  return { type: 'Import', template, target, withContext: parser.parseContext(false), line }
}

function parseFrom(parser: Parser): Statement {
  const { stream } = parser
  const { line } = stream.next()
  const template = parser.expressions.parseExpression()
  stream.expect('name', 'import')
  const names: { name: string; alias: string }[] = []
  let withContext = false
  for (;;) {
    if (names.length > 0) stream.expect('comma')
    if (!stream.is('name')) stream.expect('name')
    if (parser.isContext()) {
      withContext = parser.parseContext(false)
      break
    }
    const { name, line: nameLine } = parser.parseName()
    if (name.startsWith('_')) {
      throw new TemplateAssertionError(
        `'${name}' starts with an underscore, so it stays in its template and cannot be imported`,
        nameLine,
        stream.name,
        stream.filename,
      )
    }
    names.push({ name, alias: stream.skipName('as') ? parser.parseName().name : name })
    if (parser.isContext()) {
      withContext = parser.parseContext(false)
      break
    }
    if (!stream.is('comma')) break
  }
  return { type: 'FromImport', template, names, withContext, line }
}

function parseCallBlock(parser: Parser): Statement {
  const { stream } = parser
  const { line } = stream.next()
  const signature = stream.is('lparen') ? parser.parseSignature() : { params: [], defaults: [] }
  const call = parser.expressions.parseExpression()
  if (call.type !== 'Call') return stream.fail('expected call', line)
  const found: Call = call
  return { type: 'CallBlock', call: found, ...signature, body: parser.parseStatements(['endcall'], true), line }
}

function parseFilterBlock(parser: Parser): Statement {
  const { line } = parser.stream.next()
  const filter = parser.expressions.parseFilterChain(true)
  return { type: 'FilterBlock', filter, body: parser.parseStatements(['endfilter'], true), line }
}

function parseMacro(parser: Parser): Statement {
  const { line } = parser.stream.next()
  const { name } = parser.parseName()
  const signature = parser.parseSignature()
  return { type: 'Macro', name, ...signature, body: parser.parseStatements(['endmacro'], true), line }
}

function parsePrint(parser: Parser): Statement {
  const { stream, expressions } = parser
  const { line } = stream.next()
  const nodes: Expression[] = []
  while (!stream.is('block_end')) {
    if (nodes.length > 0) stream.expect('comma')
    nodes.push(expressions.parseExpression())
  }
  return { type: 'Output', nodes, line }
}

function parseSet(parser: Parser): Statement {
  const { stream, expressions } = parser
  const { line } = stream.next()
  const target = parser.parseTarget({ namespaces: true })
  if (stream.skip('assign')) return { type: 'Assign', target, value: expressions.parseTuple(), line }
  const filter = stream.is('pipe') ? expressions.parseFilterChain(false) : undefined
  return { type: 'AssignBlock', target, filter, body: parser.parseStatements(['endset'], true), line }
}
