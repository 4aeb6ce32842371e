import { describeToken, type TokenType } from './lexer.ts'
import type { Arguments, Comparison, Const, Expression, Filter, NameNode, Slice } from './nodes.ts'
import type { TokenStream } from './token-stream.ts'

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
])
const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'lt', 'lteq', 'gt', 'gteq'])
const TEST_ARGUMENT: ReadonlySet<TokenType> = new Set([
  'name',
  'string',
  'integer',
  'float',
  'lparen',
  'lbracket',
  'lbrace',
])

/** How a tuple is to be read. */
export interface TupleOptions {
  /** Only names and literals as items, as in assignment targets. */
  simplified?: boolean
  /** Whether an item may be `a if b`; by default it may. */
  conditionals?: boolean
  /** Whether it stands in parentheses, so that it may be empty. */
  parenthesized?: boolean
  /** Whether `ns.attr` is an item. */
  namespaces?: boolean
}

/**
 * Reads expressions, by recursive descent; each level of precedence is one method, the loosest first:
 * conditional, or, and, not, comparison, + -, ~, * / // %, **, sign, filter and test, attribute and call.
 */
export class ExpressionParser {
  readonly stream: TokenStream

  constructor(stream: TokenStream) {
    this.stream = stream
  }

  /** Any single expression. */
  parseExpression(): Expression {
    const { stream } = this
    const { line } = stream.current
    let then = this.#parseOr()
    while (stream.skipName('if')) {
      const test = this.#parseOr()
      const otherwise = stream.skipName('else') ? this.parseExpression() : undefined
      then = { type: 'Conditional', test, then, otherwise, line }
    }
    return then
  }

  #parseOr(): Expression {
    let left = this.#parseAnd()
    for (;;) {
      const { line } = this.stream.current
      if (!this.stream.skipName('or')) return left
      left = { type: 'Logical', op: 'or', left, right: this.#parseAnd(), line }
    }
  }

  #parseAnd(): Expression {
    let left = this.#parseNot()
    for (;;) {
      const { line } = this.stream.current
      if (!this.stream.skipName('and')) return left
      left = { type: 'Logical', op: 'and', left, right: this.#parseNot(), line }
    }
  }

  #parseNot(): Expression {
    const { line } = this.stream.current
    if (this.stream.skipName('not')) return { type: 'Unary', op: 'not', node: this.#parseNot(), line }
    return this.#parseCompare()
  }

  #parseCompare(): Expression {
    const { stream } = this
    const { line } = stream.current
    const expr = this.#parseSum()
    const ops: { op: Comparison; expr: Expression }[] = []
    for (;;) {
      const { type } = stream.current
      if (COMPARISONS.has(type)) {
        stream.next()
        ops.push({ op: type as Comparison, expr: this.#parseSum() })
      } else if (stream.skipName('in')) {
        ops.push({ op: 'in', expr: this.#parseSum() })
      } else if (stream.isName('not') && stream.look().type === 'name' && stream.look().value === 'in') {
        stream.next()
        stream.next()
        ops.push({ op: 'notin', expr: this.#parseSum() })
      } else {
        return ops.length === 0 ? expr : { type: 'Compare', expr, ops, line }
      }
    }
  }

  #parseSum(): Expression {
    let left = this.#parseConcat()
    for (;;) {
      const { type: op, line } = this.stream.current
      if (op !== 'add' && op !== 'sub') return left
      this.stream.next()
      left = { type: 'Binary', op, left, right: this.#parseConcat(), line }
    }
  }

  #parseConcat(): Expression {
    const { line } = this.stream.current
    const nodes = [this.#parseProduct()]
    while (this.stream.skip('tilde')) nodes.push(this.#parseProduct())
    return nodes.length === 1 ? nodes[0]! : { type: 'Concat', nodes, line }
  }

  #parseProduct(): Expression {
    let left = this.#parsePower()
    for (;;) {
      const { type: op, line } = this.stream.current
      if (op !== 'mul' && op !== 'div' && op !== 'floordiv' && op !== 'mod') return left
      this.stream.next()
      left = { type: 'Binary', op, left, right: this.#parsePower(), line }
    }
  }

  #parsePower(): Expression {
    let left = this.#parseUnary(true)
    for (;;) {
      const { line } = this.stream.current
      if (!this.stream.skip('pow')) return left
      left = { type: 'Binary', op: 'pow', left, right: this.#parseUnary(true), line }
    }
  }

  #parseUnary(withFilter: boolean): Expression {
    const { type, line } = this.stream.current
    let node: Expression
    if (type === 'sub' || type === 'add') {
      this.stream.next()
      node = { type: 'Unary', op: type === 'sub' ? 'neg' : 'pos', node: this.#parseUnary(false), line }
    } else {
      node = this.parsePrimary()
    }
    node = this.#parsePostfix(node)
    return withFilter ? this.#parseFilters(node) : node
  }

  /** A literal, a name or something in brackets. */
  parsePrimary(namespaces = false): Expression {
    const { stream } = this
    const { type, value, line } = stream.current
    switch (type) {
      case 'name':
        stream.next()
        if (CONSTANTS.has(value)) return constant(CONSTANTS.get(value) ?? null, line)
        if (namespaces && stream.is('dot')) {
          stream.next()
          return { type: 'NamespaceRef', name: value, attr: stream.expect('name').value, line }
        }
        return { type: 'Name', name: value, use: 'load', line }
      case 'string': {
        let text = ''
        while (stream.is('string')) text += stream.next().value
        return constant(text, line)
      }
      case 'integer':
        stream.next()
        return constant(readInteger(value), line)
      case 'float':
        stream.next()
        return { type: 'Const', value: Number(value), isFloat: true, line }
      case 'lparen': {
        stream.next()
        const tuple = this.parseTuple({ parenthesized: true })
        stream.expect('rparen')
        return tuple
      }
      case 'lbracket':
        return this.#parseList()
      case 'lbrace':
        return this.#parseDict()
      default:
        return stream.fail(`unexpected '${describeToken(stream.current)}'`)
    }
  }

  /** One or more expressions; with a comma it is a tuple. */
  parseTuple(options: TupleOptions = {}): Expression {
    const { stream } = this
    const { line } = stream.current
    const items: Expression[] = []
    let isTuple = false
    for (;;) {
      if (items.length > 0) stream.expect('comma')
      if (this.#isTupleEnd()) break
      if (options.simplified) items.push(this.parsePrimary(options.namespaces))
      else items.push(options.conditionals === false ? this.#parseOr() : this.parseExpression())
      if (!stream.is('comma')) break
      isTuple = true
    }
    if (isTuple) return { type: 'Tuple', items, line }
    if (items.length > 0) return items[0]!
    if (!options.parenthesized) stream.fail(`Expected an expression, got '${describeToken(stream.current)}'`)
    return { type: 'Tuple', items, line }
  }

  #isTupleEnd(): boolean {
    const { type } = this.stream.current
    return type === 'variable_end' || type === 'block_end' || type === 'rparen'
  }

  #parseList(): Expression {
    const { stream } = this
    const { line } = stream.expect('lbracket')
    const items: Expression[] = []
    while (!stream.is('rbracket')) {
      if (items.length > 0) stream.expect('comma')
      if (stream.is('rbracket')) break
      items.push(this.parseExpression())
    }
    stream.expect('rbracket')
    return { type: 'List', items, line }
  }

  #parseDict(): Expression {
    const { stream } = this
    const { line } = stream.expect('lbrace')
    const items: { key: Expression; value: Expression }[] = []
    while (!stream.is('rbrace')) {
      if (items.length > 0) stream.expect('comma')
      if (stream.is('rbrace')) break
      const key = this.parseExpression()
      stream.expect('colon')
      items.push({ key, value: this.parseExpression() })
    }
    stream.expect('rbrace')
    return { type: 'Dict', items, line }
  }

  #parsePostfix(node: Expression): Expression {
    let result = node
    for (;;) {
      const { type } = this.stream.current
      if (type === 'dot' || type === 'lbracket') result = this.#parseSubscript(result)
      else if (type === 'lparen') result = this.parseCall(result)
      else return result
    }
  }

  #parseFilters(node: Expression): Expression {
    let result = node
    for (;;) {
      if (this.stream.is('pipe')) result = this.parseFilter(result)
      else if (this.stream.isName('is')) result = this.#parseTest(result)
      else if (this.stream.is('lparen')) result = this.parseCall(result)
      else return result
    }
  }

  #parseSubscript(node: Expression): Expression {
    const { stream } = this
    if (stream.skip('dot')) {
      const token = stream.next()
      if (token.type === 'name') return { type: 'Getattr', node, attr: token.value, line: token.line }
      if (token.type !== 'integer') {
        stream.fail(`a name or a number has to follow the dot, not '${describeToken(token)}'`, token.line)
      }
      return { type: 'Getitem', node, arg: constant(readInteger(token.value), token.line), line: token.line }
    }
    const { line } = stream.expect('lbracket')
    const args: (Expression | Slice)[] = []
    while (!stream.is('rbracket')) {
      if (args.length > 0) stream.expect('comma')
      args.push(this.#parseSlice())
    }
    stream.expect('rbracket')
    const arg: Expression | Slice = args.length === 1 ? args[0]! : { type: 'Tuple', items: args, line }
    return { type: 'Getitem', node, arg, line }
  }

  #parseSlice(): Expression | Slice {
    const { stream } = this
    const { line } = stream.current
    let start: Expression | undefined
    if (!stream.skip('colon')) {
      start = this.parseExpression()
      if (!stream.skip('colon')) return start
    }
    const bound = () => (stream.is('rbracket') || stream.is('comma') ? undefined : this.parseExpression())
    const stop = stream.is('colon') ? undefined : bound()
    const step = stream.skip('colon') ? bound() : undefined
    return { type: 'Slice', start, stop, step, line }
  }

  /** The arguments of a call, from its opening to its closing parenthesis. */
  parseArguments(): Arguments {
    const { stream } = this
    const { line } = stream.expect('lparen')
    const found: Arguments = { args: [], kwargs: [], spread: undefined, spreadKeywords: undefined }
    const require = (condition: boolean) => {
      if (!condition) stream.fail('arguments come in this order: values, names with values, *list, **dict', line)
    }
    for (let isFirst = true; !stream.is('rparen'); isFirst = false) {
      if (!isFirst) {
        stream.expect('comma')
        if (stream.is('rparen')) break
      }
      if (stream.skip('mul')) {
        require(found.spread === undefined && found.spreadKeywords === undefined)
        found.spread = this.parseExpression()
      } else if (stream.skip('pow')) {
        require(found.spreadKeywords === undefined)
        found.spreadKeywords = this.parseExpression()
      } else if (stream.is('name') && stream.look().type === 'assign') {
        require(found.spreadKeywords === undefined)
        const key = stream.next().value
        stream.next()
        found.kwargs.push({ key, value: this.parseExpression() })
      } else {
        require(found.spread === undefined && found.spreadKeywords === undefined && found.kwargs.length === 0)
        found.args.push(this.parseExpression())
      }
    }
    stream.expect('rparen')
    return found
  }

  /** A call of what was just read. */
  parseCall(node: Expression): Expression {
    const { line } = this.stream.current
    return { type: 'Call', node, ...this.parseArguments(), line }
  }

  /** One `|filter(...)`; without a node the first filter of a block's chain, which has no bar before it. */
  parseFilter(node: Expression): Filter
  parseFilter(node: undefined, isBlock: true): Filter
  parseFilter(node: Expression | undefined, isBlock = false): Filter {
    if (!isBlock) this.stream.expect('pipe')
    const { line } = this.stream.current
    const name = this.parseDottedName()
    return { type: 'Filter', node, name, ...this.#parseOptionalArguments(), line }
  }

  /** Every `|filter` of a chain that starts with no value. */
  parseFilterChain(isInline: boolean): Filter {
    if (!isInline) this.stream.expect('pipe')
    let filter = this.parseFilter(undefined, true)
    while (this.stream.is('pipe')) filter = this.parseFilter(filter)
    return filter
  }

  #parseOptionalArguments(): Arguments {
    if (this.stream.is('lparen')) return this.parseArguments()
    return { args: [], kwargs: [], spread: undefined, spreadKeywords: undefined }
  }

  /** A name with dots in it. */
  parseDottedName(): string {
    let name = this.stream.expect('name').value
    while (this.stream.skip('dot')) name += `.${this.stream.expect('name').value}`
    return name
  }

  #parseTest(node: Expression): Expression {
    const { stream } = this
    const { line } = stream.expect('name', 'is')
    const isNegated = stream.skipName('not')
    const name = this.parseDottedName()
    const hasParentheses = stream.is('lparen')
    const found = this.#parseOptionalArguments()
    const isWord = ['else', 'or', 'and'].some((word) => stream.isName(word))
    if (!hasParentheses && !isWord && TEST_ARGUMENT.has(stream.current.type)) {
      if (stream.isName('is')) stream.fail(`'is ${name}' needs parentheses around it before another 'is'`)
      found.args.push(this.#parsePostfix(this.parsePrimary()))
    }
    const test: Expression = { type: 'Test', node, name, ...found, line }
    return isNegated ? { type: 'Unary', op: 'not', node: test, line } : test
  }
}

function constant(value: Const['value'], line: number): Const {
  return { type: 'Const', value, isFloat: false, line }
}

function readInteger(digits: string): number | bigint {
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : BigInt(digits)
}

/** Marks everything in an assignment's target as stored, and says what cannot be assigned to. */
export function asTarget(node: Expression, use: NameNode['use']): string | undefined {
  if (node.type === 'Name') {
    node.use = use
    return undefined
  }
  if (node.type === 'NamespaceRef') return undefined
  if (node.type !== 'Tuple') return node.type.toLowerCase()
  for (const item of node.items) {
    if (asTarget(item, use) !== undefined) return 'tuple'
  }
  return undefined
}
