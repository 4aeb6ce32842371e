import { collect, openLoop } from './async-loop.ts'
import { applyNative, call, callMethod, evalContext, spreadKeywords } from './call.ts'
import { BlockReference, type Context, TemplateReference } from './context.ts'
import { RecursionError, type TemplateFrame, TemplateRuntimeError, ValueError } from './exceptions.ts'
import { Namespace } from './globals.ts'
import type { Host, Names } from './host.ts'
import { getattr, getitem } from './lookup.ts'
import { LoopContext } from './loop.ts'
import { Macro } from './macro.ts'
import { escapeText, escapeValue, hasHtml, Markup } from './markup.ts'
import { type Keywords, signatureOf } from './native.ts'
import { isAsyncIterable, isPromise } from './promises.ts'
import { contains, equals, gt, gteq, lt, lteq } from './python/compare.ts'
import { Dict, float, Tuple } from './python/containers.ts'
import { isIterable, iterate, toArray, truth } from './python/iteration.ts'
import { typeName } from './python/names.ts'
import { add, div, floordiv, mod, mul, neg, pos, pow, sub } from './python/operators.ts'
import { slice } from './python/slices.ts'
import { numberText, str } from './python/text.ts'
import { finish, textOf } from './rendered.ts'
import { Undefined } from './undefined.ts'

/** The text that `{{ value }}` prints where output is escaped. */
function output(value: unknown): string {
  if (typeof value === 'string') return escapeText(value)
  if (typeof value === 'number') return numberText(value)
  if (value instanceof Markup) return value.toString()
  if (hasHtml(value)) return value.__html__()
  return escapeText(str(value))
}

/** The text that `{{ value(...) }}` prints where output is escaped; of a macro it is taken as it is. */
function printCall(context: Context, value: unknown, args: readonly unknown[], keywords?: Keywords): string {
  if (value instanceof Macro) return value.__text__(args, keywords) as string
  return output(call(context, true, value, args, keywords))
}

/** The text that `{{ value }}` prints where output is not escaped. */
function outputText(value: unknown): string {
  return typeof value === 'string' ? value : str(value)
}

/** The text of a filter or call block, which is output as it is. @throws TypeError for anything but text. */
function rawText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.toString()
  throw new TypeError(`sequence item 0: expected str instance, ${typeName(value)} found`)
}

/** `a ~ b ~ ...` where output is not escaped. */
function concat(parts: readonly unknown[]): string {
  let out = ''
  for (const part of parts) out += str(part)
  return out
}

/** `a ~ b ~ ...` where output is escaped: safe as soon as one part is, the others being escaped then. */
function concatMarkup(parts: readonly unknown[]): string | Markup {
  if (!parts.some((part) => part instanceof Markup || hasHtml(part))) return concat(parts)
  let out = ''
  for (const part of parts) out += output(part)
  return new Markup(out)
}

function constantSlice(env: Host, value: unknown, start: unknown, stop: unknown, step: unknown): unknown {
  try {
    return slice(value, start, stop, step)
  } catch (error) {
    if (error instanceof TypeError) return new env.undefined({ obj: value, name: 'slice' })
    throw error
  }
}

function tuple(items: readonly unknown[]): Tuple {
  const made = new Tuple()
  for (const item of items) made.push(item)
  return made
}

function dict(parts: readonly unknown[]): Dict {
  const made = new Dict()
  for (let index = 0; index < parts.length; index += 2) made.set(parts[index], parts[index + 1])
  return made
}

type AnyFunction = (...args: unknown[]) => unknown

function missing(kind: string, name: string): never {
  throw new TemplateRuntimeError(`No ${kind} named '${name}' found.`)
}

/** Calls a filter whose arguments could not be put in place beforehand. */
function filterCall(
  context: Context,
  autoescape: boolean,
  fn: unknown,
  value: unknown,
  args: readonly unknown[],
  keywords?: Keywords,
): unknown {
  const signature = signatureOf(fn)
  if (signature === undefined) return call(context, autoescape, fn, [value, ...args], keywords)
  return applyNative(context, autoescape, fn as AnyFunction, value, args, keywords)
}

function testCall(
  context: Context,
  autoescape: boolean,
  fn: unknown,
  value: unknown,
  args: readonly unknown[],
  keywords?: Keywords,
): unknown {
  return filterCall(context, autoescape, fn, value, args, keywords)
}

/** Leaves out the items for which a loop's condition fails. */
function* filterItems(items: unknown, keep: (item: unknown) => boolean): Generator<unknown> {
  for (const item of iterate(items)) if (keep(item)) yield item
}

filterItems.later = async function* (
  items: unknown,
  keep: (item: unknown) => Promise<boolean>,
): AsyncGenerator<unknown> {
  for await (const item of iterateAsync(items)) if (await keep(item)) yield item
}

function iterateAsync(items: unknown): AsyncIterable<unknown> | Iterable<unknown> {
  return isAsyncIterable(items) ? items : iterate(items)
}

/** The values that are to be set to so many targets. @throws ValueError for more or fewer. */
function unpack(value: unknown, count: number): readonly unknown[] {
  if (Array.isArray(value) && value.length === count) return value
  if (value !== undefined && !isIterable(value))
    throw new TypeError(`cannot unpack non-iterable ${typeName(value)} object`)
  const items = toArray(value)
  if (items.length < count) throw new ValueError(`not enough values to unpack (expected ${count}, got ${items.length})`)
  if (items.length > count) throw new ValueError(`too many values to unpack (expected ${count})`)
  return items
}

/** Notes where in a template an error passed through and gives it back. */
function fail(error: unknown, line: number, template: string | null): unknown {
  let found = error
  if (error instanceof RangeError && error.message === 'Maximum call stack size exceeded') {
    found = new RecursionError('maximum recursion depth exceeded', { cause: error })
  }
  if (typeof found === 'object' && found !== null && Object.isExtensible(found)) {
    const holder = found as { template_frames?: TemplateFrame[]; stack?: string; message?: string }
    holder.template_frames ??= []
    const frames = holder.template_frames
    if (frames.length < MOST_FRAMES) frames.push({ template: template ?? '<template>', line })
    if (frames.length === 1 && found instanceof Error) noteInStack(found, frames)
  }
  return found
}

const MOST_FRAMES = 100

function noteInStack(error: Error, frames: readonly TemplateFrame[]): void {
  const { stack } = error
  if (typeof stack !== 'string') return
  // Frames of generated code say nothing to a reader; the template's own places take their stead.
  const lines = stack.split('\n')
  const isGenerated = (line: string) => line.includes('jinja-template:')
  const first = lines.findIndex(isGenerated)
  Object.defineProperty(error, 'stack', {
    configurable: true,
    get() {
      const places = frames.map(({ template, line }) => `    at template (${template}:${line})`)
      if (first < 0) return [...lines, ...places].join('\n')
      const rest = lines.slice(first).filter((line) => !isGenerated(line))
      return [...lines.slice(0, first), ...places, ...rest].join('\n')
    },
  })
}

/** @throws TemplateRuntimeError for anything but a namespace, the only thing whose attributes a template may set. */
function checkNamespace(target: unknown): Namespace {
  if (target instanceof Namespace) return target
  throw new TemplateRuntimeError(
    `attributes of a '${typeName(target)}' object cannot be set, only those of a namespace()`,
  )
}

function setAttribute(target: unknown, name: string, value: unknown): void {
  checkNamespace(target).__setitem__(name, value)
}

function undef(env: Host, name: string, hint?: string): Undefined {
  return new env.undefined(hint === undefined ? { name } : { hint, name })
}

function requiredBlock(context: Context, name: string): void {
  if (context.blocks[name]?.length === 1) throw new TemplateRuntimeError(`Required block '${name}' not found`)
}

function missingFilter(name: string): never {
  return missing('filter', name)
}

function missingTest(name: string): never {
  return missing('test', name)
}

const NOTHING: Names = Object.freeze(Object.create(null) as Names)

/** What generated code is given, but for what needs the environment to load templates. */
export const RUNTIME: Readonly<Record<string, unknown>> = {
  ObjectPrototype: Object.prototype,
  BlockReference,
  TemplateReference,
  LoopContext,
  Macro,
  Undefined,
  add,
  sub,
  mul,
  div,
  floordiv,
  mod,
  pow,
  neg,
  pos,
  equals,
  lt,
  lteq,
  gt,
  gteq,
  contains,
  truth,
  str,
  output,
  outputText,
  printCall,
  rawText,
  getattr,
  getitem,
  slice,
  constantSlice,
  tuple,
  dict,
  float,
  concat,
  concatMarkup,
  call,
  callMethod,
  spreadKeywords,
  toArray,
  filterCall,
  testCall,
  missingFilter,
  missingTest,
  evalContext,
  iterate,
  iterateAsync,
  collect,
  openLoop,
  filterItems,
  unpack,
  isPromise,
  fail,
  finish,
  markup: (text: unknown) => new Markup(typeof text === 'string' ? text : str(text)),
  checkNamespace,
  setAttribute,
  undef,
  NOTHING,
  runBlock: textOf,
  requiredBlock,
  escapeValue,
}
