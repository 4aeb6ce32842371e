import { createHmac } from 'node:crypto'
import { inflateSync } from 'node:zlib'

/** What a compressed session cookie says, read without the library that wrote it. */
export interface SessionCookie {
  readonly payload: string
  readonly timestamp: string
  readonly isSigned: boolean
}

const COMPRESSED = /^([^=;]+)=(\.[\w-]+)\.([\w-]+)\.([\w-]+)((?:;.*)?)$/

/**
 * Splits a `Set-Cookie` value whose payload is compressed into its cookie and the rest; `undefined` for any other.
 * The key is derived as itsdangerous does with Flask's settings: HMAC-SHA1 of the salt under the secret.
 */
export function readCompressed(
  setCookie: string,
  secret: string,
): { name: string; cookie: SessionCookie; attributes: string } | undefined {
  const match = COMPRESSED.exec(setCookie)
  if (match === null) return undefined
  const [, name = '', packed = '', timestamp = '', signature = '', attributes = ''] = match
  const key = createHmac('sha1', secret).update('cookie-session').digest()
  const expected = createHmac('sha1', key).update(`${packed}.${timestamp}`).digest('base64url')
  const payload = inflateSync(Buffer.from(packed.slice(1), 'base64url')).toString('utf8')
  return { name, cookie: { payload, timestamp, isSigned: signature === expected }, attributes }
}
