import { type Block, type Node, someNode, type TemplateNode } from '../nodes.ts'
import { compileExpression } from './expressions.ts'
import { Frame, FunctionState } from './frame.ts'
import { freeNames, Scope } from './scope.ts'
import { compileStatements } from './statements.ts'
import { type CompilerInput, Writer } from './writer.ts'

/**
 * Turns one parsed template into JavaScript: the body of a function of `rt` (the runtime's helpers) and `env`, which returns
 * `{ root, blocks }`.
 *
 * @throws TemplateAssertionError for unknown filters and tests, and for blocks defined twice.
 */
export function compileTemplate(input: CompilerInput): string {
  const c = new Writer(input, { expression: compileExpression, statements: compileStatements })
  const isGenerator = input.mode === 'generate' || input.mode === 'generate_async'
  const blocks = collectBlocks(c, input.node)
  const body = [`root: ${root(c, input.node, isGenerator)},`, 'blocks: {__proto__: null,']
  for (const block of blocks) body.push(`[${JSON.stringify(block.name)}]: ${blockFunction(c, block, isGenerator)},`)
  return `${c.prelude()}\nreturn { uses,\n${body.join('\n')}\n}}`
}

function collectBlocks(c: Writer, template: Node): Iterable<Block> {
  const blocks = new Map<string, Block>()
  someNode(template, (node) => {
    if (node.type === 'Block') {
      if (blocks.has(node.name)) c.fail(`block '${node.name}' defined twice`, node.line)
      blocks.set(node.name, node)
    }
    return false
  })
  return blocks.values()
}

function root(c: Writer, node: TemplateNode, isGenerator: boolean): string {
  const fn = new FunctionState(c.isAsync, isGenerator)
  const scope = new Scope()
  const frame = new Frame(scope, fn, c.input.autoescape)
  frame.out = isGenerator ? '' : 'o'
  frame.isTopLevel = frame.isRoot = true
  const mayExtend = someNode(node, (child) => child.type === 'Extends')
  frame.dropsAfterExtends = mayExtend
  const usesSelf = freeNames(node.body, ['self']).size > 0
  if (usesSelf) scope.parameter('self')
  scope.analyze(node.body)
  const body = c.capture(() => {
    if (mayExtend) c.emit('let parent;')
    if (usesSelf) c.emit(`let ${scope.find('self')!.id} = new TemplateReference(ctx);`)
    c.declare(frame)
    c.statements(node.body, frame)
    if (mayExtend) continueInParent(c, frame)
  })
  return c.wrap(fn, 'ctx', body, { out: frame.out, end: isGenerator ? '' : 'return o' })
}

function continueInParent(c: Writer, frame: Frame): void {
  const { mode } = c.input
  const call = `parent.variant(${JSON.stringify(mode)}).root(ctx)`
  const test = c.hasExtends ? '' : 'if (parent !== undefined) '
  if (frame.out === '') c.emit(`${test}yield* ${call};`)
  else c.emit(`${test}return o + ${c.isAsync ? 'await ' : ''}${call};`)
}

function blockFunction(c: Writer, block: Block, isGenerator: boolean): string {
  const fn = new FunctionState(c.isAsync, isGenerator)
  const scope = new Scope()
  const frame = new Frame(scope, fn, c.input.autoescape)
  frame.out = isGenerator ? '' : 'o'
  const special = freeNames(block.body, ['self', 'super'])
  for (const name of special) scope.parameter(name)
  scope.analyze(block.body)
  const body = c.capture(() => {
    if (special.has('self')) c.emit(`let ${scope.find('self')!.id} = new TemplateReference(ctx);`)
    if (special.has('super'))
      c.emit(`let ${scope.find('super')!.id} = ctx.super(${JSON.stringify(block.name)}, block);`)
    c.declare(frame)
    c.statements(block.body, frame)
  })
  const code = c.wrap(fn, 'ctx', body, { out: frame.out, end: isGenerator ? '' : 'return o' })
  return code.replace(/^((?:async )?function\*?) /, '$1 block')
}
