/** What every node of a parsed template has. */
interface Base {
  /** Line of the template that the node starts on, counted from 1. */
  line: number
}

/** How a name is used: read, assigned, or given as a parameter. */
export type Use = 'load' | 'store' | 'param'

/** The operators that take two operands. */
export type BinaryOperator = 'add' | 'sub' | 'mul' | 'div' | 'floordiv' | 'mod' | 'pow'

/** The operators of a chain of comparisons. */
export type Comparison = 'eq' | 'ne' | 'lt' | 'lteq' | 'gt' | 'gteq' | 'in' | 'notin'

/** Arguments of a call, filter or test. */
export interface Arguments {
  args: Expression[]
  kwargs: { key: string; value: Expression }[]
  /** What follows `*`. */
  spread: Expression | undefined
  /** What follows `**`. */
  spreadKeywords: Expression | undefined
}

export interface NameNode extends Base {
  type: 'Name'
  name: string
  use: Use
}
/** `namespace.attribute` as the target of an assignment. */
export interface NamespaceRef extends Base {
  type: 'NamespaceRef'
  name: string
  attr: string
}
/** A literal: text, true, false, none, an integer or (marked, for JavaScript cannot tell 1.0 from 1) a float. */
export interface Const extends Base {
  type: 'Const'
  value: string | number | bigint | boolean | null
  isFloat: boolean
}
export interface TemplateData extends Base {
  type: 'TemplateData'
  text: string
}
export interface TupleNode extends Base {
  type: 'Tuple'
  items: Expression[]
}
export interface ListNode extends Base {
  type: 'List'
  items: Expression[]
}
export interface DictNode extends Base {
  type: 'Dict'
  items: { key: Expression; value: Expression }[]
}
export interface Conditional extends Base {
  type: 'Conditional'
  test: Expression
  then: Expression
  otherwise: Expression | undefined
}
export interface Filter extends Base, Arguments {
  type: 'Filter'
  /** What is filtered; undefined at the start of a filter block's chain. */
  node: Expression | undefined
  name: string
}
export interface Test extends Base, Arguments {
  type: 'Test'
  node: Expression
  name: string
}
export interface Call extends Base, Arguments {
  type: 'Call'
  node: Expression
}
export interface Getattr extends Base {
  type: 'Getattr'
  node: Expression
  attr: string
}
export interface Getitem extends Base {
  type: 'Getitem'
  node: Expression
  arg: Expression | Slice
}
export interface Slice extends Base {
  type: 'Slice'
  start: Expression | undefined
  stop: Expression | undefined
  step: Expression | undefined
}
/** Several parts between brackets, `x[1, 2:3]`. */
export interface Concat extends Base {
  type: 'Concat'
  nodes: Expression[]
}
export interface Compare extends Base {
  type: 'Compare'
  expr: Expression
  ops: { op: Comparison; expr: Expression }[]
}
export interface Binary extends Base {
  type: 'Binary'
  op: BinaryOperator
  left: Expression
  right: Expression
}
export interface Logical extends Base {
  type: 'Logical'
  op: 'and' | 'or'
  left: Expression
  right: Expression
}
export interface Unary extends Base {
  type: 'Unary'
  op: 'not' | 'neg' | 'pos'
  node: Expression
}

/** Anything that has a value. */
export type Expression =
  | NameNode
  | NamespaceRef
  | Const
  | TemplateData
  | TupleNode
  | ListNode
  | DictNode
  | Conditional
  | Filter
  | Test
  | Call
  | Getattr
  | Getitem
  | Slice
  | Concat
  | Compare
  | Binary
  | Logical
  | Unary

/** The parameters of a macro or call block; the defaults belong to the last ones. */
export interface Signature {
  params: NameNode[]
  defaults: Expression[]
}

export interface Output extends Base {
  type: 'Output'
  nodes: Expression[]
}
export interface For extends Base {
  type: 'For'
  target: Expression
  iter: Expression
  body: Statement[]
  otherwise: Statement[]
  test: Expression | undefined
  recursive: boolean
}
export interface If extends Base {
  type: 'If'
  test: Expression
  body: Statement[]
  elifs: { test: Expression; body: Statement[]; line: number }[]
  otherwise: Statement[]
}
export interface MacroNode extends Base, Signature {
  type: 'Macro'
  name: string
  body: Statement[]
}
export interface CallBlock extends Base, Signature {
  type: 'CallBlock'
  call: Call
  body: Statement[]
}
export interface FilterBlock extends Base {
  type: 'FilterBlock'
  filter: Filter
  body: Statement[]
}
export interface With extends Base {
  type: 'With'
  targets: Expression[]
  values: Expression[]
  body: Statement[]
}
export interface Block extends Base {
  type: 'Block'
  name: string
  body: Statement[]
  scoped: boolean
  required: boolean
}
export interface Extends extends Base {
  type: 'Extends'
  template: Expression
}
export interface Include extends Base {
  type: 'Include'
  template: Expression
  withContext: boolean
  ignoreMissing: boolean
}
export interface Import extends Base {
  type: 'Import'
  template: Expression
  target: string
  withContext: boolean
}
export interface FromImport extends Base {
  type: 'FromImport'
  template: Expression
  names: { name: string; alias: string }[]
  withContext: boolean
}
export interface Assign extends Base {
  type: 'Assign'
  target: Expression
  value: Expression
}
export interface AssignBlock extends Base {
  type: 'AssignBlock'
  target: Expression
  filter: Filter | undefined
  body: Statement[]
}
export interface Autoescape extends Base {
  type: 'Autoescape'
  value: Expression
  body: Statement[]
}
export interface ExprStatement extends Base {
  type: 'ExprStatement'
  node: Expression
}
export interface LoopControl extends Base {
  type: 'LoopControl'
  op: 'break' | 'continue'
}

/** Anything that does something. */
export type Statement =
  | Output
  | For
  | If
  | MacroNode
  | CallBlock
  | FilterBlock
  | With
  | Block
  | Extends
  | Include
  | Import
  | FromImport
  | Assign
  | AssignBlock
  | Autoescape
  | ExprStatement
  | LoopControl

/** A whole parsed template. */
export interface TemplateNode extends Base {
  type: 'Template'
  body: Statement[]
}

/** Any node. */
export type Node = Expression | Statement | TemplateNode

/** Calls `visit` for each direct child, in source order. */
export function eachChild(node: Node, visit: (child: Expression | Statement) => void): void {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const item of value) visitValue(item, visit)
    else visitValue(value, visit)
  }
}

function visitValue(value: unknown, visit: (child: Expression | Statement) => void): void {
  if (typeof value !== 'object' || value === null) return
  if (isNode(value)) visit(value)
  else
    for (const inner of Object.values(value)) {
      if (Array.isArray(inner)) for (const item of inner) visitValue(item, visit)
      else visitValue(inner, visit)
    }
}

function isNode(value: object): value is Expression | Statement {
  return 'type' in value && 'line' in value
}

/** Whether `test` holds for the node or anything below it; stops at the first one found. */
export function someNode(node: Node, test: (node: Node) => boolean): boolean {
  if (test(node)) return true
  let found = false
  eachChild(node, (child) => {
    found ||= someNode(child, test)
  })
  return found
}
