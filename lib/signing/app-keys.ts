import type { Bytes } from './encoding.ts'

/** What holds the secrets of an app: the app itself, as far as signing knows it. */
export interface SecretOwner {
  /** The newest key; without one nothing can be signed. */
  readonly secret_key?: Bytes | null | undefined
  /** The settings. */
  readonly config: {
    /** Older keys that still verify, oldest first. */
    readonly SECRET_KEY_FALLBACKS?: readonly Bytes[] | null | undefined
  }
}

/**
 * The keys of an app from the oldest to the newest, which is the one that signs; undefined without a `SECRET_KEY`. Empty
 * fallbacks are left out: everybody knows them, so everybody could sign with them.
 */
export function appKeys({ secret_key, config }: SecretOwner): readonly Bytes[] | undefined {
  if (!secret_key?.length) return undefined
  const fallbacks = config.SECRET_KEY_FALLBACKS
  if (!fallbacks?.length) return [secret_key]
  return [...fallbacks.filter((key) => key?.length > 0), secret_key]
}

/** Keeps what was made from the keys of an app for as long as these are the same. */
export class KeyedCache<Value> {
  #secret: Bytes | null | undefined
  #fallbacks: readonly Bytes[] = []
  #value: Value | undefined

  /** What is kept for the keys of the app; what `make` makes of them where they changed. Undefined without a `SECRET_KEY`. */
  get(app: SecretOwner, make: (keys: readonly Bytes[]) => Value): Value | undefined {
    if (this.#value !== undefined && this.#isCurrent(app)) return this.#value
    const keys = appKeys(app)
    if (keys === undefined) return undefined
    this.#secret = app.secret_key
    this.#fallbacks = [...(app.config.SECRET_KEY_FALLBACKS ?? [])]
    this.#value = make(keys)
    return this.#value
  }

  /** Forgets what is kept. */
  clear(): void {
    this.#value = undefined
  }

  #isCurrent({ secret_key, config }: SecretOwner): boolean {
    if (secret_key !== this.#secret) return false
    const kept = this.#fallbacks
    const given = config.SECRET_KEY_FALLBACKS
    if ((given?.length ?? 0) !== kept.length) return false
    for (let at = 0; at < kept.length; at += 1) if (given?.[at] !== kept[at]) return false
    return true
  }
}
