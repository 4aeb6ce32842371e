import { CallbackMap } from './callback-map.ts'
import { trimBlanks } from './options-header.ts'

/** Called with the policy after each change, so that it can be written back to its header. */
export type PolicyUpdate = (policy: CallbackMap<string>) => void

/** The directives of Content Security Policy level 3 and those that it replaced, as properties. */
const DIRECTIVES = [
  'base_uri',
  'child_src',
  'connect_src',
  'default_src',
  'font_src',
  'form_action',
  'frame_ancestors',
  'frame_src',
  'img_src',
  'manifest_src',
  'media_src',
  'navigate_to',
  'object_src',
  'plugin_types',
  'prefetch_src',
  'report_to',
  'report_uri',
  'sandbox',
  'script_src',
  'script_src_attr',
  'script_src_elem',
  'style_src',
  'style_src_attr',
  'style_src_elem',
  'worker_src',
] as const

/**
 * A `Content-Security-Policy`: a map of directives, and each directive as a property with `_` for `-`.
 * `csp.default_src = "'self'"`; `undefined` removes a directive. Changing it changes the header of the response it came from.
 *
 * @see Werkzeug `werkzeug.datastructures.ContentSecurityPolicy`
 * @see https://www.w3.org/TR/CSP3/
 */
export class ContentSecurityPolicy extends CallbackMap<string> {
  /** URLs that `<base>` may name. */
  declare base_uri: string | undefined
  /** Where workers and frames may come from. */
  declare child_src: string | undefined
  /** Where scripts may connect to. */
  declare connect_src: string | undefined
  /** What holds for all `…_src` directives that are not given. */
  declare default_src: string | undefined
  /** Where fonts may come from. */
  declare font_src: string | undefined
  /** Where forms may be sent to. */
  declare form_action: string | undefined
  /** Pages that may show this one in a frame. */
  declare frame_ancestors: string | undefined
  /** Where frames may come from. */
  declare frame_src: string | undefined
  /** Where images may come from. */
  declare img_src: string | undefined
  /** Where the app manifest may come from. */
  declare manifest_src: string | undefined
  /** Where audio and video may come from. */
  declare media_src: string | undefined
  /** Where the page may navigate to. */
  declare navigate_to: string | undefined
  /** Where plugins may come from. */
  declare object_src: string | undefined
  /** Media types that plugins may have. */
  declare plugin_types: string | undefined
  /** Where prefetched content may come from. */
  declare prefetch_src: string | undefined
  /** Reporting group that violations are sent to. */
  declare report_to: string | undefined
  /** URL that violations are sent to. */
  declare report_uri: string | undefined
  /** What a sandboxed page may do all the same. */
  declare sandbox: string | undefined
  /** Where scripts may come from. */
  declare script_src: string | undefined
  /** Whether event handler attributes may run. */
  declare script_src_attr: string | undefined
  /** Where script elements may come from. */
  declare script_src_elem: string | undefined
  /** Where style sheets may come from. */
  declare style_src: string | undefined
  /** Whether style attributes may apply. */
  declare style_src_attr: string | undefined
  /** Where style elements may come from. */
  declare style_src_elem: string | undefined
  /** Where workers may come from. */
  declare worker_src: string | undefined

  static {
    for (const property of DIRECTIVES) {
      const name = property.replaceAll('_', '-')
      Object.defineProperty(ContentSecurityPolicy.prototype, property, {
        configurable: true,
        get(this: ContentSecurityPolicy): string | undefined {
          return this.get(name)
        },
        set(this: ContentSecurityPolicy, value: string | undefined) {
          if (value === undefined || value === null) this.delete(name)
          else this.set(name, value)
        },
      })
    }
  }

  /** @throws TypeError when a directive holds a `;`. */
  constructor(directives?: Iterable<readonly [string, string]> | undefined, on_update?: PolicyUpdate | undefined) {
    super(directives, on_update)
    for (const [name, value] of this) checkDirective(name, value)
  }

  /**
   * Sets a directive.
   *
   * @throws TypeError when it holds a `;`, which would end the directive and begin another one.
   */
  override set(name: string, value: string): this {
    checkDirective(name, value)
    return super.set(name, value)
  }

  /** The header value. */
  to_header(): string {
    return Array.from(this, ([name, value]) => (value === '' ? name : `${name} ${value}`)).join('; ')
  }

  /** The same as {@link ContentSecurityPolicy.to_header}. */
  override toString(): string {
    return this.to_header()
  }
}

function checkDirective(name: string, value: string): void {
  if (name.includes(';') || value.includes(';')) {
    throw new TypeError(`A policy directive cannot hold a semicolon: ${JSON.stringify(`${name} ${value}`)}.`)
  }
}

/**
 * Reads a `Content-Security-Policy` header; of two directives with one name the first holds (CSP3 section 2.2.1). Empty when the header is missing.
 *
 * @see Werkzeug `werkzeug.http.parse_csp_header`
 */
export function parse_csp_header(
  value: string | undefined,
  on_update?: PolicyUpdate | undefined,
): ContentSecurityPolicy {
  const directives = new Map<string, string>()
  for (const text of value?.split(';') ?? []) {
    const directive = trimBlanks(text)
    const blank = directive.search(/[ \t]/)
    const name = blank === -1 ? directive : directive.slice(0, blank)
    if (name !== '' && !directives.has(name)) directives.set(name, trimBlanks(directive.slice(name.length)))
  }
  return new ContentSecurityPolicy(directives, on_update)
}
