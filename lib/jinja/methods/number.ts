import { asNumber } from '../python/compare.ts'
import { Float } from '../python/containers.ts'
import { isInteger } from '../python/operators.ts'
import { type MethodTable, method, methodTable } from './table.ts'

/** The methods of integers, by name. */
export const INTEGER_METHODS: MethodTable = methodTable({
  bit_length: method('bit_length', '', (self: number | bigint | boolean) => {
    const bits = BigInt(self).toString(2).replace('-', '')
    return bits === '0' ? 0 : bits.length
  }),
  conjugate: method('conjugate', '', (self: unknown) => asNumber(self)),
})

/** The methods of floats, by name. */
export const FLOAT_METHODS: MethodTable = methodTable({
  is_integer: method('is_integer', '', (self: unknown) => Number.isInteger(Number(self))),
  conjugate: method('conjugate', '', (self: unknown) => self),
})

/** The attributes of numbers that are no methods. */
export function numberAttribute(value: unknown, name: string): unknown {
  if (name === 'real') return value instanceof Float ? value : asNumber(value)
  if (name === 'imag') return isInteger(value) ? 0 : new Float(0)
  if (isInteger(value)) {
    if (name === 'numerator') return asNumber(value)
    if (name === 'denominator') return 1
  }
  return undefined
}
