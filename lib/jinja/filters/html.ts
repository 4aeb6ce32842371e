import { FilterArgumentError, ValueError } from '../exceptions.ts'
import type { EvalContext, FilterFunction, Host } from '../host.ts'
import { escapeText, hasHtml, Markup, stripTags } from '../markup.ts'
import { pairsOf } from '../methods/dict.ts'
import { index } from '../methods/string.ts'
import { native } from '../native.ts'
import { pass_environment, pass_eval_context } from '../pass.ts'
import { asText } from '../python/compare.ts'
import { entriesOf, isMapping } from '../python/containers.ts'
import { htmlOf } from '../python/html.ts'
import { isIterable, toArray, truth } from '../python/iteration.ts'
import { typeName } from '../python/names.ts'
import { str } from '../python/text.ts'
import { Undefined } from '../undefined.ts'
import { dumps } from './json.ts'
import { urlize as makeLinks } from './urlize.ts'

function quoteUrl(value: unknown, keepSlash: boolean): string {
  let out = encodeURIComponent(str(value).replace(/\p{Surrogate}/gu, '\ufffd'))
  out = out.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  return keepSlash ? out.replaceAll('%2F', '/') : out.replaceAll('%20', '+')
}

function urlEncode(value: unknown): string {
  if (asText(value) !== undefined || !isIterable(value)) return quoteUrl(value, true)
  if (value instanceof Undefined) return ''
  return pairsOf(value)
    .map(([key, item]) => `${quoteUrl(key, false)}=${quoteUrl(item, false)}`)
    .join('&')
}

// Characters that would end an attribute's name, white space being that of ASCII: HTML 13.1.2.3.
const NO_ATTRIBUTE_NAME = /[\t-\r />=]/

const xmlattr = pass_eval_context(
  native('xmlattr', 'autospace?', (evalContext: EvalContext, value: unknown, autoSpace: unknown = true) => {
    if (value instanceof Undefined) return value.fail()
    if (!isMapping(value)) throw new TypeError(`'${typeName(value)}' object has no attribute 'items'`)
    const parts: string[] = []
    for (const [key, item] of entriesOf(value)) {
      if (item === null || item === undefined || item instanceof Undefined) continue
      if (NO_ATTRIBUTE_NAME.test(str(key)))
        throw new ValueError(`an attribute cannot be named '${str(key)}': white space, '/', '>' and '=' end names`)
      parts.push(`${htmlOf(key)}="${htmlOf(item)}"`)
    }
    const text = (truth(autoSpace) && parts.length > 0 ? ' ' : '') + parts.join(' ')
    return evalContext.autoescape ? new Markup(text) : text
  }),
)

// A URI scheme with its colon and slashes, as RFC 3986 section 3.1 has it.
const SCHEME = /^[\w.+-]{2,}:(?:\/){0,2}$/

const urlize = pass_eval_context(
  native(
    'urlize',
    'trim_url_limit? nofollow? target? rel? extra_schemes?',
    (
      evalContext: EvalContext,
      value: unknown,
      limit: unknown = null,
      nofollow: unknown = false,
      target: unknown = null,
      rel: unknown = null,
      schemes: unknown = null,
    ) => {
      const { policies } = evalContext.environment
      const words = new Set(truth(rel) ? str(rel).split(/\s+/) : [])
      if (truth(nofollow)) words.add('nofollow')
      for (const word of String(policies['urlize.rel'] ?? '').split(/\s+/)) words.add(word)
      words.delete('')
      const extra = toArray(schemes ?? policies['urlize.extra_schemes'] ?? []).map(str)
      for (const scheme of extra) {
        if (!SCHEME.test(scheme))
          throw new FilterArgumentError(`'${scheme}' is no scheme of URIs: write it with its colon, as in 'tel:'`)
      }
      const html = makeLinks(htmlOf(value).toString(), {
        limit: limit === null ? undefined : index(limit, 0),
        rel: [...words].sort().join(' '),
        target: truth(target) ? str(target) : String(policies['urlize.target'] ?? ''),
        schemes: extra,
      })
      return evalContext.autoescape ? new Markup(html) : html
    },
  ),
)

const HTML_UNSAFE: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', "'": '\\u0027' }

const tojson = pass_eval_context(
  native('tojson', 'indent?', (evalContext: EvalContext, value: unknown, indent: unknown = null) => {
    const { policies } = evalContext.environment
    const options: Record<string, unknown> = { ...(policies['json.dumps_kwargs'] as object) }
    if (indent !== null) options['indent'] = asText(indent) ?? index(indent, 0)
    const write = policies['json.dumps_function']
    const text = typeof write === 'function' ? String(write(value, options)) : dumps(value, options)
    return new Markup(text.replace(/[<>&']/g, (character) => HTML_UNSAFE[character]!))
  }),
)

const attr = pass_environment(
  native('attr', 'name', (env: Host, value: unknown, name: unknown) => {
    const word = str(name)
    const found = env.attribute(value, word)
    return found === undefined ? new env.undefined({ obj: value, name: word }) : found
  }),
)

const escapeFilter = native('escape', '', htmlOf)

/** The filters of HTML. */
export const HTML_FILTERS: Readonly<Record<string, FilterFunction>> = {
  attr,
  escape: escapeFilter,
  e: escapeFilter,
  forceescape: native(
    'forceescape',
    '',
    (value: unknown) => new Markup(escapeText(hasHtml(value) ? value.__html__() : str(value))),
  ),
  safe: native('safe', '', (value: unknown) =>
    value instanceof Markup ? value : new Markup(hasHtml(value) ? value : str(value)),
  ),
  striptags: native('striptags', '', (value: unknown) => stripTags(hasHtml(value) ? value.__html__() : str(value))),
  tojson,
  urlencode: native('urlencode', '', urlEncode),
  urlize,
  xmlattr,
}
