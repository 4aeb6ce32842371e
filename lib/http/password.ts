import { createHash, pbkdf2Sync, randomInt, scryptSync, timingSafeEqual } from 'node:crypto'

const SALT_CHARS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const SALT_LENGTH = 16
const SCRYPT_KEY_BYTES = 64
/** What scrypt needs for each block, and some more: 128 bytes by definition. */
const SCRYPT_BYTES_PER_BLOCK = 132
const SCRYPT_PARAMETERS = ['32768', '8', '1']
const PBKDF2_PARAMETERS = ['sha256', '1000000']

/** How {@link generate_password_hash} makes a hash. */
export interface PasswordHashOptions {
  /**
   * The function that derives the hash, with its parameters: `scrypt` (short for `scrypt:32768:8:1`: N, r and p) by default,
   * or `pbkdf2` (short for `pbkdf2:sha256:1000000`: digest and iterations).
   */
  method?: string | undefined
  /** Number of characters of the random salt, at least 1. 16 by default. */
  salt_length?: number | undefined
}

/**
 * A hash of a password, to be stored: `method$salt$hash`, which Werkzeug reads and writes too.
 *
 * It is slow on purpose and blocks the process meanwhile: about 90 ms and 32 MiB with scrypt, 210 ms with pbkdf2. Limit how often
 * a client may log in.
 *
 * @throws TypeError when the method is unknown or its parameters are not numbers.
 * @throws RangeError when the salt would be empty or the parameters are out of range.
 * @see werkzeug.security.generate_password_hash
 */
export function generate_password_hash(password: string, options: PasswordHashOptions = {}): string {
  const { method = 'scrypt', salt_length = SALT_LENGTH } = options
  if (!(salt_length >= 1)) throw new RangeError(`salt_length is ${salt_length}: a salt has at least 1 character`)
  let salt = ''
  while (salt.length < salt_length) salt += SALT_CHARS.charAt(randomInt(SALT_CHARS.length))
  const { hash, spelled } = derive(method, salt, password)
  return `${spelled}$${salt}$${hash}`
}

/**
 * Whether a password is the one that a stored hash was made of. The hash must come from a trusted place, since it says how much work to do.
 * As slow as {@link generate_password_hash}; text that has not the form of a hash gives `false` at once.
 *
 * @throws TypeError when the method is unknown or its parameters are not numbers.
 * @see werkzeug.security.check_password_hash
 */
export function check_password_hash(pwhash: string, password: string): boolean {
  const methodEnd = pwhash.indexOf('$')
  const saltEnd = pwhash.indexOf('$', methodEnd + 1)
  if (methodEnd === -1 || saltEnd === -1) return false
  const { hash } = derive(pwhash.slice(0, methodEnd), pwhash.slice(methodEnd + 1, saltEnd), password)
  const made = Buffer.from(hash)
  const stored = Buffer.from(pwhash.slice(saltEnd + 1))
  return made.length === stored.length && timingSafeEqual(made, stored)
}

/** The hash in hexadecimal, and the method with all its parameters. */
interface Derived {
  readonly hash: string
  readonly spelled: string
}

function derive(method: string, salt: string, password: string): Derived {
  const [name = '', ...given] = method.split(':')
  if (name === 'scrypt') return deriveScrypt(method, given.length === 0 ? SCRYPT_PARAMETERS : given, salt, password)
  if (name === 'pbkdf2')
    return derivePbkdf2(method, [...given, ...PBKDF2_PARAMETERS.slice(given.length)], salt, password)
  throw new TypeError(`password method ${JSON.stringify(method)} is unknown: use 'scrypt' or 'pbkdf2'`)
}

function deriveScrypt(method: string, parameters: readonly string[], salt: string, password: string): Derived {
  const [N = Number.NaN, r = Number.NaN, p = Number.NaN] = parameters.map(toCount)
  if (parameters.length !== 3 || Number.isNaN(N + r + p)) {
    throw new TypeError(
      `password method ${JSON.stringify(method)}: scrypt takes three numbers, as in 'scrypt:32768:8:1'`,
    )
  }
  const hash = scryptSync(password, salt, SCRYPT_KEY_BYTES, { N, r, p, maxmem: SCRYPT_BYTES_PER_BLOCK * N * r * p })
  return { hash: hash.toString('hex'), spelled: `scrypt:${N}:${r}:${p}` }
}

function derivePbkdf2(method: string, parameters: readonly string[], salt: string, password: string): Derived {
  const [digest = '', count = ''] = parameters
  const iterations = toCount(count)
  if (parameters.length !== 2 || Number.isNaN(iterations)) {
    throw new TypeError(
      `password method ${JSON.stringify(method)}: pbkdf2 takes a digest and a number, as in 'pbkdf2:sha256:1000000'`,
    )
  }
  const keyBytes = createHash(digest).digest().length
  const hash = pbkdf2Sync(password, salt, iterations, keyBytes, digest)
  return { hash: hash.toString('hex'), spelled: `pbkdf2:${digest}:${iterations}` }
}

function toCount(text: string): number {
  return /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN
}
