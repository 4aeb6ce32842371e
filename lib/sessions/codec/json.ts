import { readJson as readJsonText } from '../json-reader.ts'
import { jsonString, writeJsonValue } from './json-writer.ts'
import { MAX_LEVELS_READ, MAX_SESSION_BYTES, MAX_SESSION_VALUES } from './unreadable.ts'

/** Text that is longer, or has more arrays and objects, is read with care for its depth. */
const FAST_LENGTH = 65_536
const FAST_CONTAINERS = 200
/** Numbers that JSON.parse does not read as Python does: floats, -0 and what may be past 2^53. */
const NEEDS_CARE = /[0-9][.eE]|[0-9]{16}|-0/

const HOOKS = {
  single: (value: Record<string, unknown>): unknown => value,
  isStrict: true,
  maxLevels: MAX_LEVELS_READ,
  maxValues: MAX_SESSION_VALUES,
}
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Where a top-level key of an object and its value stand in the text. */
interface Member {
  readonly name: string
  readonly start: number
  readonly valueStart: number
  readonly end: number
}

/** A JSON object that was read. */
export interface JsonMembers {
  /** All of its text. */
  readonly text: string
  /** Where its keys stand, in order. */
  readonly members: readonly Member[]
}

/**
 * Reads a JSON object as msgspec does: integers of any size, and floats that are whole stay floats.
 *
 * @throws SyntaxError for what is not one object, for text that is not UTF-8, and past 1,000 levels or 1,000,000 values.
 */
export function readJson(bytes: Uint8Array): Record<string, unknown> {
  return readText(textOf(bytes))
}

/** The text of a JSON object, with the places of its keys. @throws SyntaxError as {@link readJson}. */
export function readJsonMembers(bytes: Uint8Array): JsonMembers {
  const text = textOf(bytes)
  readText(text)
  return { text, members: membersOf(text) }
}

/**
 * The bytes of a stored session with some top-level keys set, or removed where the value is undefined. All others keep
 * the text that they have.
 *
 * @throws TypeError for what cannot be kept; it names the key.
 */
export function mergeJson({ text, members }: JsonMembers, changes: ReadonlyMap<string, unknown>): Uint8Array {
  const last = new Map(members.map((member) => [member.name, member]))
  const pieces: string[] = []
  for (const member of members) {
    const { name, start, valueStart, end } = member
    if (!changes.has(name)) {
      pieces.push(text.slice(start, end))
    } else if (last.get(name) === member && changes.get(name) !== undefined) {
      pieces.push(text.slice(start, valueStart) + writeJsonValue(name, changes.get(name)))
    }
  }
  for (const [name, value] of changes) {
    if (value !== undefined && !last.has(name)) pieces.push(`${jsonString(name)}:${writeJsonValue(name, value)}`)
  }
  return limited(Buffer.from(`{${pieces.join(',')}}`))
}

/** The bytes themselves. @throws TypeError when they are more than a session may have. */
export function limited(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_SESSION_BYTES) return bytes
  throw new TypeError(`The session has ${bytes.length} bytes; it can keep ${MAX_SESSION_BYTES}.`)
}

function textOf(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes)
  } catch (cause) {
    throw new SyntaxError('It has text that is not UTF-8.', { cause })
  }
}

function readText(text: string): Record<string, unknown> {
  const value: unknown = isEasy(text) ? JSON.parse(text) : readJsonText(text, HOOKS)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('It is no object.')
  return value as Record<string, unknown>
}

/** Whether JSON.parse reads the text as Python does, and cannot be led into depths. */
function isEasy(text: string): boolean {
  if (text.length > FAST_LENGTH || NEEDS_CARE.test(text)) return false
  let containers = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit === 0x5b || unit === 0x7b) containers += 1
  }
  return containers <= FAST_CONTAINERS
}

/** The top-level keys of an object that was read already, so that its text is known to be right. */
function membersOf(text: string): Member[] {
  const members: Member[] = []
  let at = skipBlanks(text, text.indexOf('{') + 1)
  while (text.charAt(at) !== '}') {
    const start = at
    const keyEnd = endOfString(text, at)
    const valueStart = skipBlanks(text, skipBlanks(text, keyEnd) + 1)
    const end = endOfValue(text, valueStart)
    members.push({ name: String(JSON.parse(text.slice(start, keyEnd))), start, valueStart, end })
    at = skipBlanks(text, end)
    if (text.charAt(at) === ',') at = skipBlanks(text, at + 1)
  }
  return members
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (' \t\n\r'.includes(text.charAt(at))) at += 1
  return at
}

/** The position behind the string that starts at `from`. */
function endOfString(text: string, from: number): number {
  let at = from + 1
  while (text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1
  return at + 1
}

/** The position behind the value that starts at `from`, blanks that follow left out. */
function endOfValue(text: string, from: number): number {
  let at = from
  let end = from
  for (let depth = 0; ; ) {
    const character = text.charAt(at)
    if (depth === 0 && (character === ',' || character === '}')) return end
    if (character === '"') {
      at = endOfString(text, at)
    } else {
      if (character === '[' || character === '{') depth += 1
      else if (character === ']' || character === '}') depth -= 1
      at += 1
    }
    if (!' \t\n\r'.includes(character)) end = at
  }
}
