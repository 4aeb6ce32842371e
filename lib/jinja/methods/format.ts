import { findAttribute } from '../attributes.ts'
import { IndexError, KeyError, ValueError } from '../exceptions.ts'
import { Markup } from '../markup.ts'
import type { Keywords } from '../native.ts'
import { asNumber, asText } from '../python/compare.ts'
import { hasKey, isMapping, type Mapping, readKey } from '../python/containers.ts'
import { formatValue } from '../python/format-spec.ts'
import { htmlOf } from '../python/html.ts'
import { characters } from '../python/iteration.ts'
import { typeName } from '../python/names.ts'
import { toAscii } from '../python/percent-format.ts'
import { repr, str } from '../python/text.ts'
import { numberAttribute } from './number.ts'

/** Where the values of replacement fields come from. */
interface Values {
  /** Undefined where fields without a name are refused. */
  readonly args: readonly unknown[] | undefined
  readonly names: Mapping
  /** Reads `{x.name}`. */
  readonly attribute: AttributeReader
}

/** Reads an attribute of a value for a replacement field. */
export type AttributeReader = (value: unknown, name: string) => unknown

/** `text.format(*args, **names)`; where the text is Markup the values are escaped. */
export function formatText(self: unknown, names: Keywords, ...args: unknown[]): unknown {
  return format(self, { args, names, attribute })
}

/** `text.format_map(mapping)` */
export function formatMap(self: unknown, mapping: unknown): unknown {
  if (!isMapping(mapping)) throw new TypeError(`'${typeName(mapping)}' object is not subscriptable`)
  return format(self, { args: self instanceof Markup ? [] : undefined, names: mapping, attribute })
}

/** `format` and `format_map` that read attributes in another way than usual. */
export function formattersWith(reader: AttributeReader): {
  format: (self: unknown, names: Keywords, ...args: unknown[]) => unknown
  format_map: (self: unknown, mapping: unknown) => unknown
} {
  return {
    format: (self, names, ...args) => format(self, { args, names, attribute: reader }),
    format_map: (self, mapping) => {
      if (!isMapping(mapping)) throw new TypeError(`'${typeName(mapping)}' object is not subscriptable`)
      return format(self, { args: [], names: mapping, attribute: reader })
    },
  }
}

function format(self: unknown, values: Values): unknown {
  const isMarkup = self instanceof Markup
  const out = new Formatter(values, isMarkup).run(asText(self) ?? str(self), 2)
  return isMarkup ? new Markup(out) : out
}

class Formatter {
  readonly #values: Values
  readonly #escapes: boolean
  #next = 0
  #numbering: 'automatic' | 'manual' | undefined

  constructor(values: Values, escapes: boolean) {
    this.#values = values
    this.#escapes = escapes
  }

  /** Replaces the fields of a text; `depth` is how deep fields inside of specifications may nest. */
  run(text: string, depth: number): string {
    if (depth === 0) throw new ValueError('Max string recursion exceeded')
    let out = ''
    let at = 0
    while (at < text.length) {
      const brace = nextBrace(text, at)
      out += text.slice(at, brace)
      if (brace === text.length) break
      if (text[brace + 1] === text[brace]) {
        out += text[brace]
        at = brace + 2
        continue
      }
      if (text[brace] === '}') throw new ValueError("Single '}' encountered in format string")
      const end = fieldEnd(text, brace + 1)
      out += this.#field(text.slice(brace + 1, end), depth)
      at = end + 1
    }
    return out
  }

  #field(field: string, depth: number): string {
    // field = name ["!" conversion] [":" specification]; a name may have brackets with these signs in them
    const match = /^((?:[^[\]!:]|\[[^\]]*\])*)(?:!([\s\S]*?))?(?::([\s\S]*))?$/.exec(field)
    if (match === null) throw new ValueError(`expected '}' before end of string`)
    const [, path = '', conversion, specification = ''] = match
    let value = this.#value(path)
    if (conversion === 's') value = str(value)
    else if (conversion === 'r') value = repr(value)
    else if (conversion === 'a') value = toAscii(repr(value))
    else if (conversion !== undefined) {
      throw new ValueError(`Unknown conversion specifier '${conversion}'`)
    }
    const spec = specification.includes('{') ? this.run(specification, depth - 1) : specification
    if (!this.#escapes) return formatValue(value, spec)
    if (value instanceof Markup) {
      if (spec !== '') throw new ValueError(`Markup is formatted without a specification, not with '${spec}'`)
      return value.toString()
    }
    if (typeof value === 'object' && value !== null && '__html__' in value) {
      if (spec !== '')
        throw new ValueError(`an object that has __html__ is formatted without a specification, not with '${spec}'`)
      return htmlOf(value).toString()
    }
    return htmlOf(formatValue(value, spec)).toString()
  }

  #value(path: string): unknown {
    const first = /^[^.[]*/.exec(path)?.[0] ?? ''
    let value = this.#first(first)
    const rest = path.slice(first.length)
    let used = 0
    for (const step of rest.matchAll(/\.([^.[]+)|\[([^\]]+)\]/gy)) {
      used += step[0].length
      value = step[1] === undefined ? item(value, step[2]!) : this.#values.attribute(value, step[1])
    }
    if (used !== rest.length) throw new ValueError('Empty attribute in format string')
    return value
  }

  #first(name: string): unknown {
    const { args, names } = this.#values
    if (name !== '' && !/^\d+$/.test(name)) {
      if (!hasKey(names, name)) throw new KeyError(`'${name}'`)
      return readKey(names, name)
    }
    if (args === undefined) throw new ValueError('Format string contains positional fields')
    const kind = name === '' ? 'automatic' : 'manual'
    if (this.#numbering !== undefined && this.#numbering !== kind) {
      throw new ValueError('cannot switch between manual field specification and automatic field numbering')
    }
    this.#numbering = kind
    const place = name === '' ? this.#next++ : Number(name)
    if (place >= args.length) throw new IndexError(`Replacement index ${place} out of range for positional args tuple`)
    return args[place]
  }
}

function nextBrace(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (text[at] === '{' || text[at] === '}') return at
  return text.length
}

function fieldEnd(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return at
  }
  throw new ValueError(
    from >= text.length ? "Single '{' encountered in format string" : "expected '}' before end of string",
  )
}

function item(value: unknown, key: string): unknown {
  const isIndex = /^\d+$/.test(key)
  if (isMapping(value)) {
    const wanted = isIndex ? Number(key) : key
    if (!hasKey(value, wanted)) throw new KeyError(isIndex ? key : `'${key}'`)
    return readKey(value, wanted)
  }
  if (Array.isArray(value) && isIndex) {
    if (Number(key) >= value.length) throw new IndexError('list index out of range')
    return value[Number(key)]
  }
  const text = asText(value)
  if (text === undefined || !isIndex) throw new TypeError(`'${typeName(value)}' object is not subscriptable`)
  const character = characters(text)[Number(key)]
  if (character === undefined) throw new IndexError('string index out of range')
  return value instanceof Markup ? new Markup(character) : character
}

function attribute(value: unknown, name: string): unknown {
  const found = asNumber(value) === undefined ? findAttribute(value, name) : numberAttribute(value, name)
  if (found === undefined) throw new TypeError(`'${typeName(value)}' object has no attribute '${name}'`)
  return found
}
