import { Markup } from '../markup.ts'
import { Dict, Float, isPlain, Range, Tuple, View } from './containers.ts'

/** The name of the Python type that a value counts as, as error messages say it. */
export function typeName(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'str'
    case 'number':
      return Number.isSafeInteger(value) ? 'int' : 'float'
    case 'bigint':
      return 'int'
    case 'boolean':
      return 'bool'
    case 'function':
      return 'function'
    case 'undefined':
      return 'Undefined'
    case 'symbol':
      return 'symbol'
  }
  if (value === null) return 'NoneType'
  if (value instanceof Markup) return 'Markup'
  if (value instanceof Float) return 'float'
  if (value instanceof Tuple) return 'tuple'
  if (value instanceof View) return `dict_${value.__kind__}`
  if (Array.isArray(value)) return 'list'
  if (value instanceof Range) return 'range'
  if (value instanceof Dict || value instanceof Map || isPlain(value)) return 'dict'
  if (value instanceof Set) return 'set'
  const type: unknown = (value as object).constructor
  return typeof type === 'function' && type.name !== '' ? type.name : 'object'
}
