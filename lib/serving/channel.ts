import { inspect } from 'node:util'

/**
 * What the process that holds a port and the ones that serve it tell each other. The holder sends `connection` with a
 * socket, `stop` (finish and end) and `last` (no connection comes after this); the child sends `ready` with the seconds
 * that its shutdown may take, `taken` for each connection, `leaving` (send no more), and `failed` with the reason why it
 * cannot serve.
 */
export type ChannelMessage =
  | { readonly flagon: 'connection' | 'stop' | 'last' | 'taken' | 'leaving' }
  | { readonly flagon: 'ready'; readonly shutdown_timeout: number }
  | { readonly flagon: 'failed'; readonly text: string }

const WORDS: ReadonlySet<unknown> = new Set(['connection', 'stop', 'last', 'taken', 'leaving', 'ready', 'failed'])

/** A message of this channel; undefined for those that the app itself sends over it. */
export function parseMessage(value: unknown): ChannelMessage | undefined {
  if (typeof value !== 'object' || value === null || !('flagon' in value) || !WORDS.has(value.flagon)) return undefined
  // Only the two ends of this file write messages with this key.
  return value as ChannelMessage
}

/** An error as text, with its stack and its causes. */
export function describeFailure(error: unknown): string {
  return error instanceof Error ? inspect(error) : `Thrown: ${inspect(error)}`
}
