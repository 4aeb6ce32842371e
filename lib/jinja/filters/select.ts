import { applyNative, callHost } from '../call.ts'
import type { Context } from '../context.ts'
import { FilterArgumentError, TemplateRuntimeError } from '../exceptions.ts'
import type { FilterFunction } from '../host.ts'
import { type Keywords, native, signatureOf } from '../native.ts'
import { pass_context } from '../pass.ts'
import { iterate, truth } from '../python/iteration.ts'
import { str } from '../python/text.ts'
import { attributeGetter, type Getter } from './attribute.ts'

function apply(
  context: Context,
  kind: 'filters' | 'tests',
  name: unknown,
  args: readonly unknown[],
  keywords: Keywords,
): Getter {
  const word = str(name)
  const fn = context.environment[kind][word]
  if (fn === undefined) {
    throw new TemplateRuntimeError(`No ${kind === 'filters' ? 'filter' : 'test'} named '${word}'.`)
  }
  const { autoescape } = context.eval_ctx
  if (signatureOf(fn) !== undefined) return (item) => applyNative(context, autoescape, fn, item, args, keywords)
  const given = Object.keys(keywords).length > 0 ? keywords : undefined
  return (item) => callHost(context, autoescape, undefined, fn, [item, ...args], given)
}

function mapper(context: Context, keywords: Keywords, args: readonly unknown[]): Getter {
  if (args.length > 0) return apply(context, 'filters', args[0], args.slice(1), keywords)
  const { attribute, default: preset, ...rest } = keywords
  if (!('attribute' in keywords)) throw new FilterArgumentError('map takes the name of a filter, or attribute=...')
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw new FilterArgumentError(`map takes no argument '${unknown}'`)
  return attributeGetter(context.environment, attribute, undefined, preset)
}

const map = pass_context(
  native('map', '* **', function* (context: Context, value: unknown, keywords: Keywords, ...args: unknown[]) {
    if (!truth(value)) return
    const change = mapper(context, keywords, args)
    for (const item of iterate(value)) yield change(item)
  }),
)

function selector(name: string, keeps: boolean, byAttribute: boolean): FilterFunction {
  return pass_context(
    native(name, '* **', function* (context: Context, value: unknown, keywords: Keywords, ...args: unknown[]) {
      if (!truth(value)) return
      let read: Getter = (item) => item
      let rest = args
      if (byAttribute) {
        if (args.length === 0) throw new FilterArgumentError(`${name} takes the name of an attribute first`)
        read = attributeGetter(context.environment, args[0])
        rest = args.slice(1)
      }
      const test: Getter =
        rest.length === 0 ? (item) => item : apply(context, 'tests', rest[0], rest.slice(1), keywords)
      for (const item of iterate(value)) if (truth(test(read(item))) === keeps) yield item
    }),
  )
}

/** The filters that apply a filter or test to each item. */
export const SELECT_FILTERS: Readonly<Record<string, FilterFunction>> = {
  map,
  reject: selector('reject', false, false),
  rejectattr: selector('rejectattr', false, true),
  select: selector('select', true, false),
  selectattr: selector('selectattr', true, true),
}
