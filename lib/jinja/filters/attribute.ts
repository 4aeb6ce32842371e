import type { Host } from '../host.ts'
import { asText } from '../python/compare.ts'
import { lower } from '../python/letters.ts'
import { isInteger } from '../python/operators.ts'
import { str } from '../python/text.ts'
import { Undefined } from '../undefined.ts'

/** Reads something of an item. */
export type Getter = (item: unknown) => unknown

/** Texts without their case, anything else as it is: what sorting and comparing go by unless told otherwise. */
export function ignoreCase(value: unknown): unknown {
  const text = asText(value)
  return text === undefined ? value : lower(text)
}

function partsOf(attribute: unknown): unknown[] {
  if (attribute === null || attribute === undefined) return []
  const text = asText(attribute)
  if (text === undefined) return [attribute]
  return text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

/**
 * What reads an attribute given as a name, an index, or a path of them with dots; without one the item itself.
 *
 * @param then Applied to what was read.
 * @param preset Taken where a step of the path is undefined.
 */
export function attributeGetter(env: Host, attribute: unknown, then?: Getter, preset?: unknown): Getter {
  const parts = partsOf(attribute)
  return (item) => {
    let value = item
    for (const part of parts) {
      value = env.getitem(value, part)
      if (value instanceof Undefined && preset !== undefined && preset !== null) value = preset
    }
    return then === undefined ? value : then(value)
  }
}

/** What reads several attributes, with commas between them, as a list to sort by. */
export function multiGetter(env: Host, attribute: unknown, then?: Getter): Getter {
  const text = asText(attribute)
  const all = text === undefined ? [attribute] : text.split(',')
  const getters = all.map((one) =>
    attributeGetter(env, isInteger(one) ? one : one === null || one === undefined ? one : str(one), then),
  )
  return (item) => getters.map((get) => get(item))
}
