import { BadData } from './errors.ts'

/** Text or bytes. Text stands for its UTF-8 bytes. */
export type Bytes = string | Uint8Array

/** The same kind of value as `T`: text for text, bytes for bytes. */
export type SameKind<T extends Bytes> = T extends string ? string : Uint8Array

/** Whole quads of the URL-safe alphabet without padding: RFC 4648 section 5. */
const CANONICAL_BASE64URL = /^[A-Za-z0-9_-]*$/
/** One character of either base64 alphabet: RFC 4648 sections 4 and 5. */
const BASE64_CHARACTER = /^[A-Za-z0-9+/_-]$/
const QUAD = 4

/**
 * The bytes of a text (UTF-8), or the given bytes, as a Buffer that shares their memory.
 *
 * @see itsdangerous `want_bytes`
 */
export function want_bytes(value: Bytes): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'utf8')
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

/**
 * URL-safe base64 text without padding.
 *
 * @see RFC 4648 section 5, itsdangerous `base64_encode`
 */
export function base64_encode(value: Bytes): string {
  return want_bytes(value).toString('base64url')
}

/**
 * The bytes of a base64 text in either alphabet, with or without padding. As lenient as Python: characters outside of
 * the alphabets are skipped, and spare bits in the last character are ignored.
 *
 * @throws {@link BadData} when the number of characters cannot come from whole bytes.
 * @see itsdangerous `base64_decode`
 */
export function base64_decode(value: Bytes): Buffer {
  const text = typeof value === 'string' ? value : want_bytes(value).toString('latin1')
  if (CANONICAL_BASE64URL.test(text) && text.length % QUAD !== 1) return Buffer.from(text, 'base64url')
  return decodeLeniently(typeof value === 'string' ? text.replace(/[^\0-\x7f]/g, '') : text)
}

/** Reads as `binascii.a2b_base64` does after padding the text to whole quads. */
function decodeLeniently(text: string): Buffer {
  const padded = text + '='.repeat((QUAD - (text.length % QUAD)) % QUAD)
  let characters = ''
  let pads = 0
  for (const character of padded) {
    const inQuad = characters.length % QUAD
    if (character === '=') {
      if (inQuad >= 2) {
        pads += 1
        if (inQuad + pads >= QUAD) return Buffer.from(characters, 'base64')
      }
    } else if (BASE64_CHARACTER.test(character)) {
      pads = 0
      characters += character
    }
  }
  if (characters.length % QUAD !== 0) throw new BadData('Invalid base64-encoded data')
  return Buffer.from(characters, 'base64')
}
