/** Which templates {@link select_autoescape} has escaped. */
export interface AutoescapeOptions {
  /** Endings, without the dot, of names that are escaped; `html`, `htm` and `xml`. */
  enabled_extensions?: readonly string[] | undefined
  /** Endings of names that are not; none. */
  disabled_extensions?: readonly string[] | undefined
  /** Whether a template made from a string is escaped; true. */
  default_for_string?: boolean | undefined
  /** Whether a template with any other name is; false. */
  default?: boolean | undefined
}

/**
 * What decides by a template's name whether it is escaped, for the environment's `autoescape`.
 *
 * @see jinja2.select_autoescape
 */
export function select_autoescape(options: AutoescapeOptions = {}): (name: string | undefined) => boolean {
  const endings = (list: readonly string[]) => list.map((ending) => `.${ending.replace(/^\.+/, '').toLowerCase()}`)
  const enabled = endings(options.enabled_extensions ?? ['html', 'htm', 'xml'])
  const disabled = endings(options.disabled_extensions ?? [])
  return (name) => {
    if (name === undefined) return options.default_for_string ?? true
    const lower = name.toLowerCase()
    if (enabled.some((ending) => lower.endsWith(ending))) return true
    if (disabled.some((ending) => lower.endsWith(ending))) return false
    return options.default ?? false
  }
}
