import type { Comparison, Const, Expression, Getitem } from '../nodes.ts'
import { compileCall, compileFilter, compileTest } from './calls.ts'
import { isConstant } from './constants.ts'
import type { Frame } from './frame.ts'
import { isBoolean, type Writer } from './writer.ts'

const LOOP_FIELDS: ReadonlySet<string> = new Set(
  'index index0 revindex revindex0 first last length depth depth0 previtem nextitem'.split(' '),
)

/** Code whose value is that of the expression. */
export function compileExpression(c: Writer, node: Expression, frame: Frame): string {
  switch (node.type) {
    case 'Name':
      return compileName(c, node.name, frame)
    case 'NamespaceRef':
      return compileName(c, node.name, frame)
    case 'Const':
      return literal(node)
    case 'TemplateData':
      return JSON.stringify(node.text)
    case 'Tuple':
      return `tuple([${c.expressions(node.items, frame)}])`
    case 'List':
      return `[${c.expressions(node.items, frame)}]`
    case 'Dict': {
      const parts = node.items.map(({ key, value }) => `${c.expression(key, frame)}, ${c.expression(value, frame)}`)
      return `dict([${parts.join(', ')}])`
    }
    case 'Conditional': {
      const test = c.condition(node.test, frame.soft())
      const then = c.expression(node.then, frame.soft())
      const otherwise =
        node.otherwise === undefined
          ? `new Undefined({hint: ${JSON.stringify(`the condition on line ${node.line} does not hold, and there is no "else" beside it`)}})`
          : c.expression(node.otherwise, frame.soft())
      return `(${test} ? ${then} : ${otherwise})`
    }
    case 'Filter':
      return compileFilter(c, node, frame)
    case 'Test':
      return compileTest(c, node, frame)
    case 'Call':
      return compileCall(c, node, frame)
    case 'Getattr': {
      if (node.node.type === 'Name' && frame.loop !== undefined && LOOP_FIELDS.has(node.attr)) {
        if (frame.scope.find(node.node.name) === frame.loop.variable)
          return c.wait(frame.fn, `${frame.loop.id}.${node.attr}`)
      }
      return c.wait(frame.fn, `${c.accessor(node.attr)}(${c.atLine(node.line, frame, c.expression(node.node, frame))})`)
    }
    case 'Getitem':
      return compileItem(c, node, frame)
    case 'Slice':
      return `tuple([${[node.start, node.stop, node.step].map((part) => (part ? c.expression(part, frame) : 'null')).join(', ')}])`
    case 'Concat': {
      const parts = c.expressions(node.nodes, frame)
      // Jinja joins constants when it compiles, before it knows of escaping: the result is plain text.
      if (frame.escaping === false || node.nodes.every((part) => isConstant(c, part, frame)))
        return `concat([${parts}])`
      if (frame.escaping === true) return `concatMarkup([${parts}])`
      // Where escaping is decided while rendering, Jinja joins as plain text, which is escaped again when printed.
      return `concat([${parts}])`
    }
    case 'Compare':
      return compileComparison(c, node.expr, node.ops, frame)
    case 'Binary':
      return `${node.op}(${c.expression(node.left, frame)}, ${c.expression(node.right, frame)})`
    case 'Logical': {
      if (node.op === 'and' && node.left.type === 'Const' && !node.left.value) return literal(node.left)
      if (isBoolean(node.left)) {
        return `(${c.expression(node.left, frame)} ${node.op === 'and' ? '&&' : '||'} ${c.expression(node.right, frame)})`
      }
      const kept = frame.fn.temporary()
      const left = `truth(${kept} = ${c.expression(node.left, frame)})`
      const right = c.expression(node.right, frame)
      return node.op === 'and' ? `(${left} ? ${right} : ${kept})` : `(${left} ? ${kept} : ${right})`
    }
    case 'Unary':
      if (node.op === 'not') return `!${c.condition(node.node, frame)}`
      return `${node.op}(${c.expression(node.node, frame)})`
  }
}

function compileName(c: Writer, name: string, frame: Frame): string {
  const id = c.variable(name, frame)
  const { loop } = frame
  if (loop !== undefined && loop.variable === frame.scope.find(name)) return loop.id
  return `(${id} === undefined ? undef(env, ${JSON.stringify(name)}) : ${id})`
}

function literal({ value, isFloat }: Const): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number' && isFloat) {
    return Number.isSafeInteger(value)
      ? `float(${value})`
      : value === Number.POSITIVE_INFINITY
        ? 'Infinity'
        : String(value)
  }
  return String(value)
}

const COMPARISONS: Readonly<Record<Comparison, (a: string, b: string) => string>> = {
  eq: (a, b) => `equals(${a}, ${b})`,
  ne: (a, b) => `!equals(${a}, ${b})`,
  lt: (a, b) => `lt(${a}, ${b})`,
  lteq: (a, b) => `lteq(${a}, ${b})`,
  gt: (a, b) => `gt(${a}, ${b})`,
  gteq: (a, b) => `gteq(${a}, ${b})`,
  in: (a, b) => `contains(${b}, ${a})`,
  notin: (a, b) => `!contains(${b}, ${a})`,
}

function compileComparison(
  c: Writer,
  first: Expression,
  ops: readonly { op: Comparison; expr: Expression }[],
  frame: Frame,
): string {
  const parts: string[] = []
  let left = c.expression(first, frame)
  ops.forEach(({ op, expr }, index) => {
    const right = c.expression(expr, frame)
    if (index === ops.length - 1 && op !== 'in' && op !== 'notin') {
      parts.push(COMPARISONS[op](left, right))
      return
    }
    // The operands are evaluated from left to right, whichever way round a helper takes them.
    const isSearch = op === 'in' || op === 'notin'
    if (isSearch && !/^t\d+$/.test(left)) {
      const kept = frame.fn.temporary()
      const container = index === ops.length - 1 ? right : `${frame.fn.temporary()}`
      if (index === ops.length - 1) parts.push(`(${kept} = ${left}, ${COMPARISONS[op](kept, container)})`)
      else parts.push(`(${kept} = ${left}, ${container} = ${right}, ${COMPARISONS[op](kept, container)})`)
      left = container
      return
    }
    if (index === ops.length - 1) {
      parts.push(COMPARISONS[op](left, right))
      return
    }
    const kept = frame.fn.temporary()
    parts.push(COMPARISONS[op](left, `(${kept} = ${right})`))
    left = kept
  })
  return parts.length === 1 ? parts[0]! : `(${parts.join(' && ')})`
}

function compileItem(c: Writer, node: Getitem, frame: Frame): string {
  const object = c.expression(node.node, frame)
  if (node.arg.type === 'Slice') {
    const { start, stop, step } = node.arg
    const parts = [start, stop, step]
      .map((part) => (part === undefined ? 'null' : c.expression(part, frame)))
      .join(', ')
    // Jinja looks up subscripts of constants when it compiles, and takes a failing one for undefined.
    if (isConstant(c, node.node, frame) && isConstant(c, node.arg, frame))
      return `constantSlice(env, ${object}, ${parts})`
    return c.wait(frame.fn, `slice(${object}, ${parts})`)
  }
  const key = c.expression(node.arg, frame)
  const place = c.lineBefore(node.line, frame, key)
  const helper = c.input.host.hasPlainLookups ? 'getitem(env, ' : 'env.getitem('
  return c.wait(frame.fn, `${helper}${object}, ${place})`)
}
