import { FlagonError } from '../errors.ts'
import { type Timedelta, wholeSeconds } from '../http/dates.ts'
import { appKeys, type SecretOwner } from '../signing/app-keys.ts'
import { BadData } from '../signing/errors.ts'
import { URLSafeTimedSerializer } from '../signing/url-safe.ts'

/** How a signed cookie is read. */
export interface SignedCookieOptions<Default = undefined> {
  /** How long ago it may have been signed: seconds, or a `timedelta`. Left out: any time. */
  readonly max_age?: number | Timedelta | null | undefined
  /** What is given in place of a cookie that is missing or refused. Default `undefined`. */
  readonly default?: Default | undefined
}

/** A cookie that is pasted under another name has another salt, and is refused. */
const SALT_PREFIX = 'cookie:'

/**
 * The value of a cookie called `name` that holds `value`.
 *
 * @throws {@link FlagonError} `COOKIE_NO_SECRET` without a `SECRET_KEY`.
 * @throws TypeError for a value that JSON does not have.
 */
export function signCookie(app: SecretOwner | undefined, name: string, value: unknown): string {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(
      `the signed cookie '${name}' cannot hold ${typeof value}: give text, a number, a list or an object`,
    )
  }
  return serializerOf(app, name).dumps(value)
}

/**
 * What a cookie called `name` holds; undefined for one that was not signed for that name by one of the keys, or too long ago.
 *
 * @throws {@link FlagonError} `COOKIE_NO_SECRET` without a `SECRET_KEY`.
 * @throws RangeError when `max_age` is no number of seconds.
 */
export function readSignedCookie(
  app: SecretOwner,
  name: string,
  token: string | undefined,
  max_age: number | Timedelta | null | undefined,
): unknown {
  const serializer = serializerOf(app, name)
  const seconds = max_age === undefined || max_age === null ? undefined : wholeSeconds(max_age)
  // No cookie is older than what is no number.
  if (Number.isNaN(seconds)) throw new RangeError(`max_age ${String(max_age)} is no number of seconds`)
  if (!token) return undefined
  try {
    return serializer.loads(token, { max_age: seconds })
  } catch (error) {
    if (error instanceof BadData) return undefined
    throw error
  }
}

function serializerOf(app: SecretOwner | undefined, name: string): URLSafeTimedSerializer {
  if (app === undefined) {
    throw new FlagonError(
      'OUTSIDE_CONTEXT',
      `set_signed_cookie('${name}') takes the key of the app that is active, and none is: call it in a view or hook, or ` +
        'inside app.app_context().run(() => …)',
    )
  }
  const keys = appKeys(app)
  if (keys !== undefined) return new URLSafeTimedSerializer(keys, SALT_PREFIX + name)
  throw new FlagonError(
    'COOKIE_NO_SECRET',
    `The signed cookie '${name}' needs a key: set app.config.SECRET_KEY to a long random text that stays secret, such as ` +
      `this prints: node -p "crypto.randomBytes(32).toString('hex')"`,
  )
}
