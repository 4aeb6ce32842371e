import { FlagonError } from '../errors.ts'
import type { Timedelta } from '../http/dates.ts'

/**
 * The key of a session that holds when it began: whole seconds since 1970. It is written only while
 * `SESSION_ABSOLUTE_LIFETIME` is set.
 */
export const CREATED_KEY = '_created'

const MS_PER_SECOND = 1000

/** What the age of sessions needs to know of an app. */
export interface LifetimeApp {
  /** The settings. */
  readonly config: {
    /** How long a session lives at most: a `timedelta`, or seconds. Null: no limit. */
    readonly SESSION_ABSOLUTE_LIFETIME: Timedelta | number | null
  }
}

/** The present moment in whole seconds since 1970. */
export function unixNow(): number {
  return Math.floor(Date.now() / MS_PER_SECOND)
}

/**
 * Whether more than `SESSION_ABSOLUTE_LIFETIME` has passed since a session began. A session that does not say when it began,
 * such as one that Flask made, has not: its time starts when Flagon first writes it.
 *
 * @throws {@link FlagonError} `CONFIG_VALUE` where the setting is no span of time.
 */
export function hasOutlived(data: object, app: LifetimeApp): boolean {
  const lifetime = absoluteLifetime(app)
  if (lifetime === undefined) return false
  const began = beginningOf(data)
  return began !== undefined && unixNow() - began > lifetime
}

/**
 * Notes in a session when it began, where `SESSION_ABSOLUTE_LIFETIME` is set and it does not say so yet. True where that
 * changed the session.
 *
 * @throws {@link FlagonError} `CONFIG_VALUE` where the setting is no span of time.
 */
export function markBeginning(data: object, app: LifetimeApp): boolean {
  if (absoluteLifetime(app) === undefined || beginningOf(data) !== undefined) return false
  return Reflect.set(data, CREATED_KEY, unixNow())
}

/** Whether a session has no keys beside the note of when it began. */
export function holdsNothing(data: object): boolean {
  for (const key in data) if (key !== CREATED_KEY) return false
  return true
}

/** When a session began, in seconds since 1970; undefined where it does not say. */
function beginningOf(data: object): number | undefined {
  const began: unknown = Object.hasOwn(data, CREATED_KEY) ? Reflect.get(data, CREATED_KEY) : undefined
  return Number.isFinite(began) ? Number(began) : undefined
}

/** The setting in seconds; undefined where there is no limit. */
function absoluteLifetime({ config }: LifetimeApp): number | undefined {
  const lifetime = config.SESSION_ABSOLUTE_LIFETIME
  if (lifetime === null || lifetime === undefined) return undefined
  const seconds = typeof lifetime === 'number' ? lifetime : lifetime.total_seconds?.()
  if (seconds !== undefined && seconds >= 0) return seconds
  // What cannot be compared would let every session live for ever.
  throw new FlagonError(
    'CONFIG_VALUE',
    `SESSION_ABSOLUTE_LIFETIME is ${String(lifetime)}: give seconds, a timedelta({ hours: 12 }), or null for no limit`,
  )
}
