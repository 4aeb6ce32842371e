import type { Arguments, Expression } from '../nodes.ts'
import { passOf } from '../pass.ts'
import type { Frame } from './frame.ts'
import type { Writer } from './writer.ts'

/** Whether Jinja would compute the value of an expression when it compiles: no names and no calls are in it. */
export function isConstant(c: Writer, node: Expression | undefined, frame: Frame): boolean {
  if (node === undefined) return true
  const all = (...nodes: (Expression | undefined)[]) => nodes.every((child) => isConstant(c, child, frame))
  switch (node.type) {
    case 'Const':
    case 'TemplateData':
      return true
    case 'Tuple':
    case 'List':
      return all(...node.items)
    case 'Dict':
      return node.items.every(({ key, value }) => all(key, value))
    case 'Slice':
      return all(node.start, node.stop, node.step)
    case 'Concat':
      return all(...node.nodes)
    case 'Compare':
      return all(node.expr, ...node.ops.map(({ expr }) => expr))
    case 'Logical':
      // The right side does not count where the left one decides.
      return all(node.left) && (knownTruth(node.left) === (node.op === 'or') || all(node.right))
    case 'Binary':
      return all(node.left, node.right)
    case 'Unary':
    case 'Getattr':
      return all(node.node)
    case 'Getitem':
      return all(node.node, node.arg)
    case 'Conditional': {
      const truth = knownTruth(node.test)
      if (truth !== undefined) return truth ? all(node.then) : node.otherwise !== undefined && all(node.otherwise)
      return node.otherwise !== undefined && all(node.test, node.then, node.otherwise)
    }
    case 'Filter':
      return (
        node.node !== undefined &&
        isPure(c.input.host.filters[node.name], frame) &&
        all(node.node) &&
        hasConstantArguments(c, node, frame)
      )
    case 'Test':
      return isPure(c.input.host.tests[node.name], frame) && all(node.node) && hasConstantArguments(c, node, frame)
    default:
      return false
  }
}

/** Whether a literal is true, undefined for what is none. */
function knownTruth(node: Expression): boolean | undefined {
  if (node.type === 'Const') return Boolean(node.value)
  if (node.type === 'List' || node.type === 'Tuple' || node.type === 'Dict') return node.items.length > 0
  return undefined
}

/** A filter that may escape is not applied beforehand where escaping is decided while rendering. */
function isPure(fn: unknown, frame: Frame): boolean {
  return fn !== undefined && passOf(fn) !== 'context' && typeof frame.escaping === 'boolean'
}

function hasConstantArguments(c: Writer, { args, kwargs, spread, spreadKeywords }: Arguments, frame: Frame): boolean {
  const nodes = [...args, ...kwargs.map(({ value }) => value), spread, spreadKeywords]
  return nodes.every((node) => isConstant(c, node, frame))
}
