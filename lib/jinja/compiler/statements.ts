import { Markup } from '../markup.ts'
import type {
  Assign,
  AssignBlock,
  Autoescape,
  Expression,
  FilterBlock,
  If,
  LoopControl,
  Output,
  Statement,
  With,
} from '../nodes.ts'
import { float } from '../python/containers.ts'
import { str } from '../python/text.ts'
import { compileFilter, compilePrintedCall } from './calls.ts'
import { isConstant } from './constants.ts'
import type { Frame } from './frame.ts'
import { compileCallBlock, compileFor, compileMacro } from './functions.ts'
import { compileBlock, compileExtends, compileFromImport, compileImport, compileInclude } from './inheritance.ts'
import { Scope } from './scope.ts'
import { assign, buffered, captured, checkTarget, EndOfTemplate } from './targets.ts'
import type { Writer } from './writer.ts'

/** Emits statements one after the other. */
export function compileStatements(c: Writer, statements: readonly Statement[], frame: Frame): void {
  try {
    for (const statement of statements) compileStatement(c, statement, frame)
  } catch (error) {
    if (!(error instanceof EndOfTemplate)) throw error
  }
}

function compileStatement(c: Writer, node: Statement, frame: Frame): void {
  switch (node.type) {
    case 'Output':
      compileOutput(c, node, frame)
      return
    case 'If':
      compileIf(c, node, frame)
      return
    case 'For':
      compileFor(c, node, frame)
      return
    case 'Macro':
      compileMacro(c, node, frame)
      return
    case 'CallBlock':
      compileCallBlock(c, node, frame)
      return
    case 'FilterBlock':
      compileFilterBlock(c, node, frame)
      return
    case 'With':
      compileWith(c, node, frame)
      return
    case 'Block':
      compileBlock(c, node, frame)
      return
    case 'Extends':
      compileExtends(c, node, frame)
      return
    case 'Include':
      compileInclude(c, node, frame)
      return
    case 'Import':
      compileImport(c, node, frame)
      return
    case 'FromImport':
      compileFromImport(c, node, frame)
      return
    case 'Assign':
      compileAssign(c, node, frame)
      return
    case 'AssignBlock':
      compileAssignBlock(c, node, frame)
      return
    case 'Autoescape':
      compileAutoescape(c, node, frame)
      return
    case 'ExprStatement':
      c.line(frame, node.line)
      c.emit(`${c.expression(node.node, frame)};`)
      return
    case 'LoopControl':
      compileLoopControl(c, node, frame)
      return
  }
}

/** The text that a literal prints, known before anything runs; undefined where it is not. */
function constantText(c: Writer, node: Expression, frame: Frame): string | undefined {
  if (node.type === 'TemplateData') return node.text
  if (node.type !== 'Const' || typeof frame.escaping === 'string' || c.input.host.finalize !== undefined)
    return undefined
  const text = str(node.isFloat && typeof node.value === 'number' ? float(node.value) : node.value)
  return frame.escaping ? Markup.escape(text).toString() : text
}

function compileOutput(c: Writer, node: Output, frame: Frame): void {
  if (frame.dropsAfterExtends) {
    if (c.hasExtends) return
    if (c.extendsSoFar > 0) c.emit('if (parent === undefined) {')
  }
  let parts: string[] = []
  let text = ''
  const flushText = () => {
    if (text !== '') parts.push(JSON.stringify(text))
    text = ''
  }
  const flush = () => {
    flushText()
    if (parts.length > 0)
      c.write(frame, parts.length > 1 && frame.out === '' ? `(${parts.join(' + ')})` : parts.join(' + '))
    parts = []
  }
  for (const child of node.nodes) {
    const known = constantText(c, child, frame)
    if (known !== undefined) {
      text += known
      continue
    }
    if (child.line !== frame.fn.line) {
      flush()
      c.line(frame, child.line)
    }
    const code = printed(c, child, frame)
    flushText()
    parts.push(code)
    // A yielded piece goes out before the next one is computed.
    if (frame.out === '') flush()
  }
  flush()
  if (frame.dropsAfterExtends && c.extendsSoFar > 0) {
    c.emit('}')
    frame.fn.line = 0
  }
}

/** Whether what a call gives may be printed without looking at it: nothing waits, finalizes or forbids. */
function isDirect(c: Writer, frame: Frame): boolean {
  return !frame.fn.isAsync && c.input.host.finalize === undefined && !c.input.host.sandboxed
}

/** Code of the text that an expression prints. */
function printed(c: Writer, node: Expression, frame: Frame): string {
  if (node.type === 'Call' && node.node.type === 'Name' && frame.escaping === true && isDirect(c, frame)) {
    return compilePrintedCall(c, node, frame)
  }
  let code = c.expression(node, frame)
  if (c.input.host.finalize !== undefined) code = c.wait(frame.fn, `finalized(ctx, ${String(frame.escaping)}, ${code})`)
  // Jinja prints constants when it compiles, going by the escaping that it knows of then.
  if (typeof frame.escaping === 'string' && isConstant(c, node, frame)) {
    return `${frame.knownEscaping ? 'output' : 'outputText'}(${code})`
  }
  if (frame.escaping === true) return `output(${code})`
  return frame.escaping === false ? `outputText(${code})` : `(${frame.escaping} ? output : outputText)(${code})`
}

function compileIf(c: Writer, node: If, frame: Frame): void {
  const soft = frame.soft()
  soft.dropsAfterExtends = frame.dropsAfterExtends
  c.line(frame, node.line)
  c.emit(`if (${c.condition(node.test, soft)}) {`)
  c.statements(node.body, soft)
  let depth = 1
  for (const elif of node.elifs) {
    c.emit('} else {')
    frame.fn.line = 0
    c.line(frame, elif.line)
    c.emit(`if (${c.condition(elif.test, soft)}) {`)
    c.statements(elif.body, soft)
    depth++
  }
  if (node.otherwise.length > 0) {
    c.emit('} else {')
    frame.fn.line = 0
    c.statements(node.otherwise, soft)
  }
  c.emit('}'.repeat(depth))
  frame.fn.line = 0
}

function compileAssign(c: Writer, node: Assign, frame: Frame): void {
  c.line(frame, node.line)
  checkTarget(c, node.target, frame)
  const value = c.expression(node.value, frame)
  assign(c, node.target, value, frame)
}

function compileAssignBlock(c: Writer, node: AssignBlock, frame: Frame): void {
  const scope = new Scope(frame.scope)
  const inner = frame.inner(scope)
  // What a block captures is not output, so it is kept after `extends` too.
  inner.dropsAfterExtends = false
  scope.analyze(node.body)
  if (node.filter !== undefined) scope.analyze([node.filter])
  c.emit('{')
  const out = buffered(c, node.body, inner)
  let value = captured(out, inner)
  if (node.filter !== undefined) {
    c.line(frame, node.line)
    value = compileFilter(c, node.filter, inner, value)
    if (inner.escaping === true) value = `markup(${value})`
    else if (inner.escaping !== false) value = `(${inner.escaping} ? markup : str)(${value})`
  }
  const kept = `u${c.id()}`
  c.emit(`const ${kept} = ${value};`)
  assign(c, node.target, kept, frame)
  c.emit('}')
  frame.fn.line = 0
}

function compileFilterBlock(c: Writer, node: FilterBlock, frame: Frame): void {
  const scope = new Scope(frame.scope)
  const inner = frame.inner(scope)
  scope.analyze(node.body)
  scope.analyze([node.filter])
  c.emit('{')
  const out = buffered(c, node.body, inner)
  c.line(frame, node.line)
  c.write(frame, `rawText(${compileFilter(c, node.filter, inner, captured(out, inner))})`)
  c.emit('}')
  frame.fn.line = 0
}

function compileWith(c: Writer, node: With, frame: Frame): void {
  const scope = new Scope(frame.scope)
  const inner = frame.inner(scope)
  c.line(frame, node.line)
  c.emit('{')
  const values = node.values.map((value) => {
    const kept = `u${c.id()}`
    c.emit(`const ${kept} = ${c.expression(value, frame)};`)
    return kept
  })
  for (const target of node.targets) scope.targets(target)
  scope.analyze(node.body)
  for (const variable of scope.variables()) if (variable.source.from === 'parameter') c.emit(`let ${variable.id};`)
  c.declare(inner)
  node.targets.forEach((target, index) => {
    assign(c, target, values[index]!, inner)
  })
  c.statements(node.body, inner)
  c.emit('}')
  frame.fn.line = 0
}

function compileAutoescape(c: Writer, node: Autoescape, frame: Frame): void {
  const scope = new Scope(frame.scope)
  const inner = frame.inner(scope)
  scope.analyze([node.value, ...node.body])
  c.emit('{')
  c.declare(inner)
  if (node.value.type === 'Const') inner.escaping = inner.knownEscaping = Boolean(node.value.value)
  else {
    inner.escaping = `e${c.id()}`
    c.line(frame, node.line)
    c.emit(`const ${inner.escaping} = ${c.condition(node.value, inner)};`)
  }
  c.statements(node.body, inner)
  c.emit('}')
  frame.fn.line = 0
}

function compileLoopControl(c: Writer, node: LoopControl, frame: Frame): void {
  if (!frame.isInLoop) c.fail(`'${node.op}' outside loop`, node.line)
  c.emit(`${node.op};`)
}
