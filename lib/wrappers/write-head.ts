import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { HeaderSet } from '../http/header-set.ts'
import { parse_list_header } from '../http/list-header.ts'

/**
 * Writes the status line and the header fields. What a layer around the app set on `res` before is sent too: a field of
 * the response takes the place of an earlier one of its name, but cookies and `Vary` add up.
 *
 * @param reason - what stands behind the status code; undefined for the usual words
 * @param fields - name, value, name, value
 * @throws TypeError when a field or the reason holds a character that HTTP cannot carry; `res` is then as it was before.
 */
export function writeHead(
  res: ServerResponse,
  status: number,
  reason: string | undefined,
  fields: readonly string[],
): void {
  const before = res.getHeaderNames().length === 0 ? undefined : res.getHeaders()
  try {
    // Beside fields that were set before, node 20 would send only the last of several with one name.
    if (before !== undefined) addFields(res, fields)
    // Node only reads the array; its type merely lacks the readonly.
    const rest = before === undefined ? (fields as string[]) : undefined
    if (reason === undefined) res.writeHead(status, rest)
    else res.writeHead(status, reason, rest)
  } catch (error) {
    // A refused head leaves its reason behind, which the next one would send.
    res.statusMessage = ''
    restoreFields(res, before)
    throw error
  }
}

function addFields(res: ServerResponse, fields: readonly string[]): void {
  const cookies: string[] = []
  const vary: string[] = []
  for (let at = 0; at < fields.length; at += 2) {
    const name = (fields[at] as string).toLowerCase()
    if (name === 'set-cookie') cookies.push(fields[at + 1] as string)
    else if (name === 'vary') vary.push(fields[at + 1] as string)
    else res.removeHeader(name)
  }
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] as string
    if (!isSummed(name)) res.appendHeader(name, fields[at + 1] as string)
  }
  // New arrays: node keeps those that it is given, which may be the layer's own for all requests.
  if (cookies.length > 0) res.setHeader('Set-Cookie', [...earlier(res, 'Set-Cookie'), ...cookies])
  if (vary.length > 0) res.setHeader('Vary', sumOfVary([...earlier(res, 'Vary'), ...vary].join(',')))
}

function isSummed(name: string): boolean {
  const lower = name.toLowerCase()
  return lower === 'set-cookie' || lower === 'vary'
}

function earlier(res: ServerResponse, name: string): string[] {
  return [res.getHeader(name) ?? []].flat().map(String)
}

/** `*` stands for everything, RFC 9110 section 12.5.5. */
function sumOfVary(members: string): string {
  const sum = new HeaderSet(parse_list_header(members))
  return sum.find('*') === -1 ? sum.to_header() : '*'
}

function restoreFields(res: ServerResponse, before: OutgoingHttpHeaders | undefined): void {
  for (const name of res.getHeaderNames()) res.removeHeader(name)
  for (const [name, value] of Object.entries(before ?? {})) if (value !== undefined) res.setHeader(name, value)
}
