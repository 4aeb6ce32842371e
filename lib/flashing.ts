import { currentRequestContext, type FlashedMessage } from './context.ts'
import { tuple } from './sessions/kinds.ts'
import { message_flashed } from './signals.ts'

/** The key of the session under which messages wait. */
const KEY = '_flashes'
const DEFAULT_CATEGORY = 'message'

/** Options of {@link get_flashed_messages}. */
export interface FlashedOptions {
  /** Gives pairs of category and message, instead of messages. Default false. */
  readonly with_categories?: boolean | undefined
  /** Gives only messages of these categories. Default: all. */
  readonly category_filter?: readonly string[] | undefined
}

/**
 * Keeps a message in the session until the next request (or this one) shows it with {@link get_flashed_messages}.
 *
 * @param category - `message` (default), `error`, `info`, `warning`, or any word.
 * @see docs/guide/flashing.md
 */
export function flash(message: unknown, category: string = DEFAULT_CATEGORY): void {
  const context = currentRequestContext('flash')
  const { app, session } = context
  // A new list, so that the change is noticed; of tuples, as Flask keeps them.
  session.set(KEY, [...waiting(session.get(KEY)), tuple(category, message)])
  if (message_flashed.has_receivers) message_flashed.send(app, { message, category }, context)
}

/** The messages flashed so far, which are taken out of the session; a second call in the same request gives them again. */
export function get_flashed_messages(options: FlashedOptions & { readonly with_categories: true }): FlashedMessage[]
export function get_flashed_messages(options?: FlashedOptions): unknown[]
export function get_flashed_messages(options: FlashedOptions = {}): unknown[] {
  const context = currentRequestContext('get_flashed_messages')
  context.flashes ??= context.session.has(KEY) ? waiting(context.session.pop(KEY)) : []
  const filter = options.category_filter ?? []
  const found = filter.length > 0 ? context.flashes.filter(([category]) => filter.includes(category)) : context.flashes
  return options.with_categories ? [...found] : found.map(([, message]) => message)
}

/** What is kept in the session is the client's to keep, but signed: the shape is checked all the same. */
function waiting(value: unknown): FlashedMessage[] {
  if (!Array.isArray(value)) return []
  return value.filter((pair): pair is FlashedMessage => Array.isArray(pair) && typeof pair[0] === 'string')
}
