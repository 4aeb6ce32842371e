import { bindArguments, signatureOf } from '../native.ts'
import type { Arguments, Call, Expression, Filter, Test } from '../nodes.ts'
import { passOf } from '../pass.ts'
import type { Frame } from './frame.ts'
import type { Writer } from './writer.ts'

/** Code of the positional arguments as an array. */
function argumentArray(c: Writer, found: Arguments, frame: Frame): string {
  const parts = c.expressions(found.args, frame)
  if (found.spread === undefined) return `[${parts}]`
  return `[${parts}${parts && ', '}...toArray(${c.expression(found.spread, frame)})]`
}

/** A name as the key of an object literal; `__proto__` would set the prototype if it were written plainly. */
function propertyName(name: string): string {
  return name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)
}

/** Code of the keyword arguments as an object; empty without any. */
function keywordObject(c: Writer, found: Arguments, frame: Frame, extra = ''): string {
  const parts = found.kwargs.map(({ key, value }) => `${propertyName(key)}: ${c.expression(value, frame)}`)
  if (extra !== '') parts.push(extra)
  const base = parts.length === 0 ? '' : `{${parts.join(', ')}}`
  if (found.spreadKeywords === undefined) return base
  return `spreadKeywords(${base || 'undefined'}, ${c.expression(found.spreadKeywords, frame)})`
}

/**
 * Code of a call.
 *
 * @param caller Code of the macro that a call block hands over.
 */
export function compileCall(c: Writer, node: Call, frame: Frame, caller = ''): string {
  const extra = caller === '' ? '' : `caller: ${caller}`
  const flag = String(frame.escaping)
  const isPlain = c.input.host.hasPlainLookups && !c.input.host.sandboxed
  if (node.node.type === 'Getattr' && isPlain) {
    const object = c.expression(node.node.node, frame)
    const args = argumentArray(c, node, frame)
    const keywords = keywordObject(c, node, frame, extra)
    const name = c.lineBefore(node.node.line, frame, JSON.stringify(node.node.attr))
    return c.wait(frame.fn, `callMethod(ctx, ${flag}, ${object}, ${name}, ${args}${keywords && `, ${keywords}`})`)
  }
  const callee = c.expression(node.node, frame)
  const args = argumentArray(c, node, frame)
  const keywords = keywordObject(c, node, frame, extra)
  const helper = c.input.host.sandboxed ? 'env.call' : 'call'
  return c.wait(
    frame.fn,
    `${helper}(ctx, ${flag}, ${c.atLine(node.line, frame, callee)}, ${args}${keywords && `, ${keywords}`})`,
  )
}

/** Code of the text that a call prints where output is escaped. */
export function compilePrintedCall(c: Writer, node: Call, frame: Frame): string {
  const callee = c.expression(node.node, frame)
  const args = argumentArray(c, node, frame)
  const keywords = keywordObject(c, node, frame)
  return `printCall(ctx, ${c.atLine(node.line, frame, callee)}, ${args}${keywords && `, ${keywords}`})`
}

/** Code of a filter; `input` is the code of the value at the start of a block's chain. */
export function compileFilter(c: Writer, node: Filter, frame: Frame, input = ''): string {
  const value =
    node.node === undefined
      ? input
      : node.node.type === 'Filter'
        ? compileFilter(c, node.node, frame, input)
        : c.expression(node.node, frame)
  const fn = c.input.host.filters[node.name]
  if (fn === undefined) {
    if (!frame.isSoft) c.fail(`No filter named '${node.name}'.`, node.line)
    return `missingFilter(${JSON.stringify(node.name)}, ${value})`
  }
  const id = c.filter(node.name)
  return c.wait(frame.fn, applied(c, fn, id, 'filterCall', node, waited(c, value, frame), frame))
}

/** In a template that may wait, what a filter gets is complete: no promises, no asynchronous iterables. */
function waited(c: Writer, value: string, frame: Frame): string {
  return frame.fn.isAsync ? c.wait(frame.fn, `collect(${value})`) : value
}

/** Code of a test. */
export function compileTest(c: Writer, node: Test, frame: Frame): string {
  const value = c.expression(node.node, frame)
  const fn = c.input.host.tests[node.name]
  if (fn === undefined) {
    if (!frame.isSoft) c.fail(`No test named '${node.name}'.`, node.line)
    return `missingTest(${JSON.stringify(node.name)}, ${value})`
  }
  return c.wait(frame.fn, applied(c, fn, c.test(node.name), 'testCall', node, value, frame))
}

/**
 * Code that applies a filter or test. One of the engine's own is called directly with its arguments in place; any other
 * through a helper that hands them over as JavaScript has them.
 */
function applied(
  c: Writer,
  fn: unknown,
  id: string,
  helper: string,
  node: Arguments & { line: number },
  value: string,
  frame: Frame,
): string {
  const signature = signatureOf(fn)
  const pass = passOf(fn)
  if (
    signature !== undefined &&
    node.spread === undefined &&
    node.spreadKeywords === undefined &&
    !signature.keywords
  ) {
    const places = staticPlaces(node, signature)
    if (places !== undefined) {
      const args = places.map((place) => (place === undefined ? 'undefined' : c.expression(place, frame)))
      if (pass === 'context') args.unshift('ctx', value)
      else if (pass === 'eval_context') args.unshift(`evalContext(env, ${String(frame.escaping)})`, value)
      else if (pass === 'environment') args.unshift('env', value)
      else args.unshift(value)
      return `${id}(${args.join(', ')})`
    }
  }
  const args = argumentArray(c, node, frame)
  const keywords = keywordObject(c, node, frame)
  return `${helper}(ctx, ${String(frame.escaping)}, ${id}, ${value}, ${args}${keywords && `, ${keywords}`})`
}

/** Which argument stands at which place, known before it runs; undefined where binding them would fail. */
function staticPlaces(
  node: Arguments,
  signature: NonNullable<ReturnType<typeof signatureOf>>,
): (Expression | undefined)[] | undefined {
  const keywords = Object.fromEntries(node.kwargs.map(({ key, value }) => [key, value]))
  if (Object.keys(keywords).length !== node.kwargs.length) return undefined
  try {
    return bindArguments(signature, node.args, keywords) as (Expression | undefined)[]
  } catch {
    return undefined
  }
}
