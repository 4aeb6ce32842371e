import { type NativeSignature, native, SIGNATURE } from '../native.ts'

/** One method of a type. */
export interface Method {
  readonly signature: NativeSignature
  /** Calls it on a value; the arguments are those of the signature, keywords bound. */
  readonly call: (self: never, ...args: never[]) => unknown
}

/** The methods of a type by name; without a prototype, so that only their names are found. */
export type MethodTable = Readonly<Record<string, CallableMethod>>

/** A {@link Method} as it is called: what it is given was checked by its caller. */
export interface CallableMethod {
  readonly signature: NativeSignature
  readonly call: (self: unknown, ...args: unknown[]) => unknown
}

/** A method with its parameters, written as {@link native} takes them (without `self`). */
export function method(name: string, params: string, call: Method['call']): CallableMethod {
  const probe = native(name, params, () => undefined)
  return { signature: probe[SIGNATURE], call: call as CallableMethod['call'] }
}

/** A table of methods. */
export function methodTable(methods: Record<string, CallableMethod>): MethodTable {
  return Object.assign(Object.create(null) as Record<string, CallableMethod>, methods)
}
