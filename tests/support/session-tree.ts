import { isFloat } from '../../lib/sessions/kinds.ts'

/** A value with the names of its Python types, so that nothing equal but different passes. */
export type Tree = null | boolean | string | Tree[] | { [type: string]: unknown }

/** The tree of a value as it is kept in a session: what `tree` of flask_session_app.py makes of the same one. */
export function tree(value: unknown, isWholeFloat = false): Tree {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'bigint') return { int: String(value) }
  if (typeof value === 'number') return treeOfNumber(value, isWholeFloat)
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') }
  if (value instanceof Date) return { milliseconds: value.getTime() }
  if (Array.isArray(value)) return value.map((item, index) => tree(item, isMarked(value, index, item)))
  const pairs = Object.entries(value).map(([key, item]) => [key, tree(item, isMarked(value, key, item))] as const)
  return { dict: pairs.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))) }
}

function treeOfNumber(value: number, isWholeFloat: boolean): Tree {
  if (Number.isSafeInteger(value) && !Object.is(value, -0) && !isWholeFloat) return { int: String(value) }
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return { float: bytes.toString('hex') }
}

function isMarked(holder: object, key: string | number, value: unknown): boolean {
  return typeof value === 'number' && isFloat(holder, key, value)
}
