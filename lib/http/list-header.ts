import { decodeExtendedValue, quote_header_value, trimBlanks, unquote_header_value } from './options-header.ts'

/**
 * The members of a comma-separated header. Quotes around a member are removed, empty members dropped; a quote without an end spoils
 * the whole header, and gives no members.
 *
 * @see Werkzeug `werkzeug.http.parse_list_header`
 * @see RFC 9110 section 5.6.1
 */
export function parse_list_header(value: string): string[] {
  const members: string[] = []
  let start = 0
  let inQuotes = false
  for (let index = 0; index <= value.length; index += 1) {
    const char = value[index]
    if (inQuotes) {
      if (char === undefined) return []
      if (char === '\\') index += 1
      else if (char === '"') inQuotes = false
    } else if (char === '"') {
      inQuotes = true
    } else if (char === ',' || char === undefined) {
      const member = trimBlanks(value.slice(start, index))
      if (member !== '') members.push(unquote_header_value(member))
      start = index + 1
    }
  }
  // A backslash as the last character skips over the end.
  return inQuotes ? [] : members
}

/**
 * A comma-separated header of `name=value` members as a map; a member without a value has `null`. Of two with one name the last wins.
 *
 * @see Werkzeug `werkzeug.http.parse_dict_header`
 */
export function parse_dict_header(value: string): Map<string, string | null> {
  const members = new Map<string, string | null>()
  for (const member of parse_list_header(value)) {
    const equals = member.indexOf('=')
    const name = trimBlanks(equals === -1 ? member : member.slice(0, equals))
    if (name === '') continue
    if (equals === -1) {
      members.set(name, null)
      continue
    }
    const given = trimBlanks(member.slice(equals + 1))
    if (name.endsWith('*')) members.set(name.slice(0, -1), unquote_header_value(decodeExtendedValue(given)))
    else members.set(name, unquote_header_value(given))
  }
  return members
}

/** Members of a list header: texts, or names with values, where `null` stands for a name alone. */
export type ListHeaderInit =
  | Iterable<string | number>
  | ReadonlyMap<string, string | number | null>
  | Readonly<Record<string, string | number | null>>

/**
 * A comma-separated header of texts or `name=value` members, quoted where they need it.
 *
 * @see Werkzeug `werkzeug.http.dump_header`
 */
export function dump_header(members: ListHeaderInit): string {
  if (Symbol.iterator in members && !(members instanceof Map)) {
    return Array.from(members as Iterable<string | number>, (member) => quote_header_value(member)).join(', ')
  }
  const entries = members instanceof Map ? members : Object.entries(members)
  return Array.from(entries as Iterable<[string, string | number | null]>, ([name, value]) => {
    if (value === null) return name
    return name.endsWith('*') ? `${name}=${value}` : `${name}=${quote_header_value(value)}`
  }).join(', ')
}
