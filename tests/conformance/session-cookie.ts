import { createHmac } from 'node:crypto'
import { inflateSync } from 'node:zlib'

/** What a session cookie says, read without the library that wrote it. */
export interface SessionCookie {
  readonly name: string
  readonly payload: string
  readonly timestamp: string
  readonly isSigned: boolean
  readonly attributes: string
}

const SIGNED = /^([^=;]+)=(\.?[\w-]+)\.([\w-]+)\.([\w-]+)((?:;.*)?)$/

/** Whether a `Set-Cookie` value carries a compressed payload, whose bytes depend on the compressor. */
export function isCompressed(setCookie: string): boolean {
  return SIGNED.exec(setCookie)?.[2]?.startsWith('.') ?? false
}

/**
 * What a `Set-Cookie` value of a session says; undefined for any other. The payload may be compressed or not: another
 * compressor may find that it does not pay.
 *
 * The key is derived as itsdangerous does with Flask's settings: HMAC-SHA1 of the salt under the secret.
 */
export function readSessionCookie(setCookie: string, secret: string): SessionCookie | undefined {
  const match = SIGNED.exec(setCookie)
  if (match === null) return undefined
  const [, name = '', packed = '', timestamp = '', signature = '', attributes = ''] = match
  const key = createHmac('sha1', secret).update('cookie-session').digest()
  const expected = createHmac('sha1', key).update(`${packed}.${timestamp}`).digest('base64url')
  const bytes = Buffer.from(packed.replace(/^\./, ''), 'base64url')
  const payload = packed.startsWith('.') ? inflateSync(bytes) : bytes
  return { name, payload: payload.toString('utf8'), timestamp, isSigned: signature === expected, attributes }
}
