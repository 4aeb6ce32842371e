/**
 * A map that tells of each change, so that a header follows the object that was read from it.
 *
 * @see Werkzeug `werkzeug.datastructures.CallbackDict`
 */
export class CallbackMap<Value> extends Map<string, Value> {
  #onUpdate: ((map: this) => void) | undefined = undefined

  /**
   * @param entries - what the map starts with
   * @param on_update - called with the map after each change; not for the entries it starts with
   */
  constructor(
    entries?: Iterable<readonly [string, Value]> | undefined,
    on_update?: ((map: CallbackMap<Value>) => void) | undefined,
  ) {
    super()
    if (entries !== undefined) for (const [key, value] of entries) super.set(key, value)
    this.#onUpdate = on_update
  }

  override set(key: string, value: Value): this {
    super.set(key, value)
    this.#onUpdate?.(this)
    return this
  }

  override delete(key: string): boolean {
    const found = super.delete(key)
    if (found) this.#onUpdate?.(this)
    return found
  }

  override clear(): void {
    super.clear()
    this.#onUpdate?.(this)
  }
}
