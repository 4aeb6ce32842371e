import { inspect } from 'node:util'
import { FlagonError } from './errors.ts'

/**
 * What an app keeps in its sessions, key by key. Open for declaration merging: a key declared here is typed
 * wherever the session is used, every other key is `unknown`. Declare keys as optional, for a visitor may have none.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with
export interface SessionData {}

/** What an app keeps in `g`, key by key. Open for declaration merging, as {@link SessionData} is. */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with
export interface GlobalData {}

/** What the proxy and the key functions need of a store. The names keep clear of the keys that users choose. */
export interface KeyHolder {
  /** The object that holds the keys. */
  '@data'(): object
  /** Called before a key is set or removed; what it throws refuses the change. */
  '@changing'(): void
  /** Called when a flag or method is reached through the proxy. */
  '@touched'(): void
}

/** The type of one key: as declared in `Data`, else `unknown`. */
export type ValueOf<Data, Key extends string> = Key extends keyof Data ? Data[Key] : unknown

/** A store seen through its proxy: its own methods and flags, the declared keys, and any other key as `unknown`. */
export type Keyed<Store> = Store & DataOf<Store> & { [key: string]: unknown }

/** The declared keys of a store. */
export type DataOf<Store> = Store extends { '@data'(): infer Data } ? Data : never

/**
 * The base of `g` and of every session: keys with values, read and written by methods here and as properties
 * through {@link keyedProxy}. Only own keys count, so that no key, `__proto__` included, reaches a prototype.
 */
export class KeyedStore<Data extends object = Record<string, unknown>> {
  #data: Data | undefined

  /** A store with the keys of `data`, which it takes over; without any when undefined. */
  constructor(data?: Data) {
    this.#data = data
  }

  /** The object that holds the keys. */
  '@data'(): Data {
    // Every declared key may be missing, so no key at all is fine too.
    this.#data ??= {} as Data
    return this.#data
  }

  /** Called before a key is set or removed; does nothing here. */
  '@changing'(): void {}

  /** Called when a flag or method is reached through the proxy; does nothing here. */
  '@touched'(): void {}

  /** The value of `key`, or `default_value` (default `undefined`) when the key is missing. */
  get<Key extends string, Default = undefined>(key: Key, default_value?: Default): ValueOf<Data, Key> | Default {
    return readKey(this, key, default_value) as ValueOf<Data, Key> | Default
  }

  /** Sets `key`, also one that bears the name of a method and therefore cannot be assigned as a property. */
  set<Key extends string>(key: Key, value: ValueOf<Data, Key>): void {
    writeKey(this, key, value)
  }

  /** Removes `key` and gives its value, or `default_value` (default `undefined`) when the key is missing. */
  pop<Key extends string, Default = undefined>(key: Key, default_value?: Default): ValueOf<Data, Key> | Default {
    const value = readKey(this, key, default_value)
    removeKey(this, key)
    return value as ValueOf<Data, Key> | Default
  }

  /** The value of `key`; when the key is missing it is first set to `default_value` (default `null`). */
  setdefault<Key extends string>(key: Key, default_value: unknown = null): ValueOf<Data, Key> {
    if (!hasKey(this, key)) writeKey(this, key, default_value)
    return readKey(this, key, undefined) as ValueOf<Data, Key>
  }

  /** Iterates over the keys, as Python does over a dict. */
  [Symbol.iterator](): ArrayIterator<string> {
    return Object.keys(this['@data']()).values()
  }
}

/**
 * The `g` of one context: a place for what one request or command needs in several places.
 *
 * @see Flask `flask.ctx._AppCtxGlobals`
 */
export class AppContextGlobals extends KeyedStore<GlobalData> {}

/** A fresh `g`, with its keys as properties. */
export function makeGlobals(): Keyed<AppContextGlobals> {
  const store = new AppContextGlobals()
  return keyedProxy(() => store)
}

/** True when the store has `key` as a key of its own. */
export function hasKey(store: KeyHolder, key: string): boolean {
  return Object.hasOwn(store['@data'](), key)
}

/** The value of `key`, or `fallback` when the store has no such key. */
export function readKey(store: KeyHolder, key: string, fallback: unknown): unknown {
  const data = store['@data']() as Record<string, unknown>
  return Object.hasOwn(data, key) ? data[key] : fallback
}

/** Tells the store and sets `key`. */
export function writeKey(store: KeyHolder, key: string, value: unknown): void {
  const data = store['@data']() as Record<string, unknown>
  store['@changing']()
  if (key === '__proto__') {
    // Plain assignment would call the setter of Object.prototype and change the prototype instead.
    Object.defineProperty(data, key, { value, writable: true, enumerable: true, configurable: true })
  } else {
    data[key] = value
  }
}

/** Tells the store and removes `key`, if there is such a key; gives whether there was. */
export function removeKey(store: KeyHolder, key: string): boolean {
  const data = store['@data']() as Record<string, unknown>
  if (!Object.hasOwn(data, key)) return false
  store['@changing']()
  delete data[key]
  return true
}

/**
 * A proxy through which the keys of a store are properties: `store.name = 'x'`, `delete store.name`, `'name' in store`,
 * `Object.keys(store)`, spread and destructuring. The names of the store's own methods and flags reach the store.
 * One handler serves a global (`resolve` finds the store of the running request) and a single store (`() => store`).
 *
 * @throws {@link FlagonError} `RESERVED_KEY` from the proxy, when a method's name is assigned or deleted.
 */
export function keyedProxy<Store extends KeyHolder>(resolve: () => Store): Keyed<Store> {
  const handler = new KeyedHandler(resolve)
  // console.log looks at the target, past the traps; this shows it the keys instead.
  const target = { [inspect.custom]: () => handler.describe() }
  return new Proxy<object>(target, handler) as Keyed<Store>
}

/** What every object answers to; `constructor` and `__proto__` are left out, for they lead to shared objects. */
const INHERITED: ReadonlySet<string> = new Set([
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
])

function isReserved(store: object, key: string): boolean {
  return key in store && !(key in Object.prototype)
}

class KeyedHandler implements ProxyHandler<object> {
  readonly #resolve: () => KeyHolder

  constructor(resolve: () => KeyHolder) {
    this.#resolve = resolve
  }

  describe(): unknown {
    let store: KeyHolder
    try {
      store = this.#resolve()
    } catch (error) {
      if (error instanceof FlagonError) return '<unbound>'
      throw error
    }
    return { ...store['@data']() }
  }

  get(_target: object, key: string | symbol): unknown {
    const store = this.#resolve()
    if (typeof key === 'string' && !isReserved(store, key)) {
      const data = store['@data']() as Record<string, unknown>
      if (Object.hasOwn(data, key)) return data[key]
      return INHERITED.has(key) ? Reflect.get(Object.prototype, key) : undefined
    }
    store['@touched']()
    const member: unknown = Reflect.get(store, key)
    // A method must see the store as `this`: private fields do not reach through a proxy.
    return typeof member === 'function' ? member.bind(store) : member
  }

  set(_target: object, key: string | symbol, value: unknown): boolean {
    const store = this.#resolve()
    if (typeof key === 'symbol') return Reflect.set(store, key, value)
    if (!isReserved(store, key)) {
      writeKey(store, key, value)
      return true
    }
    store['@touched']()
    if (typeof Reflect.get(store, key) === 'function' || !Reflect.set(store, key, value)) {
      throw new FlagonError(
        'RESERVED_KEY',
        `'${key}' is a name of the object's own and cannot be assigned. To store a value under that key, write ` +
          `.set('${key}', value), and read it with .get('${key}').`,
      )
    }
    return true
  }

  has(_target: object, key: string | symbol): boolean {
    const store = this.#resolve()
    return typeof key === 'symbol' ? key in store : hasKey(store, key)
  }

  deleteProperty(_target: object, key: string | symbol): boolean {
    const store = this.#resolve()
    if (typeof key === 'symbol') return false
    if (isReserved(store, key)) {
      throw new FlagonError(
        'RESERVED_KEY',
        `'${key}' is a name of the object's own and cannot be deleted. To remove a value under that key, write .pop('${key}').`,
      )
    }
    removeKey(store, key)
    return true
  }

  ownKeys(): string[] {
    const store = this.#resolve()
    // A key with a reserved name is left out: reading it as a property would give the method instead of the value.
    return Object.keys(store['@data']()).filter((key) => !isReserved(store, key))
  }

  getOwnPropertyDescriptor(_target: object, key: string | symbol): PropertyDescriptor | undefined {
    const store = this.#resolve()
    if (typeof key === 'symbol' || isReserved(store, key) || !hasKey(store, key)) return undefined
    return { value: readKey(store, key, undefined), writable: true, enumerable: true, configurable: true }
  }

  getPrototypeOf(): object | null {
    return Object.getPrototypeOf(this.#resolve())
  }

  defineProperty(target: object, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    // Only what plain assignment means; a getter or a frozen key could not be saved.
    return 'value' in descriptor && descriptor.configurable === true && this.set(target, key, descriptor.value)
  }

  setPrototypeOf(): boolean {
    return false
  }

  preventExtensions(): boolean {
    return false
  }
}
