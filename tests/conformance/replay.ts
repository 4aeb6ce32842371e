import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { serve } from '../../lib/serving/server.ts'
import { exchangeRaw } from '../support/raw-http.ts'
import { compare, type RecordedResponse } from './compare.ts'

/** What the replay needs of an app. */
export interface ReplayedApp {
  handler: (req: IncomingMessage, res: ServerResponse) => void
  readonly config: { readonly SECRET_KEY?: unknown }
}

/** The answer that Flagon gives on purpose where a recording says that it differs. */
export type Differences = Readonly<Record<string, Partial<RecordedResponse>>>

/** A request and what Flask answered. */
export interface Exchange {
  /** Unix second that the clock shows meanwhile. */
  readonly time: number
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: readonly (readonly [name: string, value: string])[]
    readonly body: { readonly text: string } | { readonly base64: string }
  }
  readonly response: RecordedResponse
  /** How Flagon answers otherwise; absent where it must answer alike. */
  readonly differs?: string
}

function requestBytes({ method, path, headers, body }: Exchange['request']): Buffer {
  const content = 'text' in body ? Buffer.from(body.text, 'utf8') : Buffer.from(body.base64, 'base64')
  const lines = [`${method} ${path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  // The recording client passed the length beside the headers, so the recorded headers lack it.
  if (content.length > 0) lines.push(`Content-Length: ${content.length}`)
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content])
}

/**
 * Replays what was recorded of one scenario against the app over a loopback socket, in the order of the file.
 *
 * @param differences - by the text of `differs`, the parts of the answer that replace the recorded ones
 */
export async function replay(
  t: Test,
  scenario: string,
  create_app: () => ReplayedApp | Promise<ReplayedApp>,
  differences: Differences = {},
): Promise<void> {
  await t.test(`${scenario} answers as recorded`, (t) => replayIn(t, scenario, create_app, differences))
}

async function replayIn(
  t: Test,
  scenario: string,
  create_app: () => ReplayedApp | Promise<ReplayedApp>,
  differences: Differences,
): Promise<void> {
  const file = new URL(`./exchanges/${scenario}.json`, import.meta.url)
  const { exchanges } = JSON.parse(readFileSync(file, 'utf8')) as { exchanges: Exchange[] }
  await replayExchanges(t, exchanges, await create_app(), differences)
}

/** Sends the requests to the app over a loopback socket, in order, and compares the answers. */
export async function replayExchanges(
  t: Test,
  exchanges: readonly Exchange[],
  app: ReplayedApp,
  differences: Differences = {},
): Promise<void> {
  const secret = typeof app.config.SECRET_KEY === 'string' ? app.config.SECRET_KEY : ''
  const server = await serve((req, res) => app.handler(req, res), { port: 0 })
  const { port } = server.address() as AddressInfo
  const systemNow = Date.now
  t.teardown(() => {
    Date.now = systemNow
    server.closeAllConnections()
    server.close()
  })
  const unused = new Set(Object.keys(differences))
  for (const [index, { time, request, response, differs }] of exchanges.entries()) {
    let expected = response
    if (differs !== undefined) {
      const difference = differences[differs]
      if (difference === undefined) throw new Error(`no answer is given for: ${differs}`)
      unused.delete(differs)
      expected = { ...response, ...difference }
    }
    const title = `${index}: ${request.method} ${request.path.slice(0, 80)}${differs === undefined ? '' : ` (${differs})`}`
    Date.now = () => time * 1000
    try {
      const answer = await exchangeRaw(port, requestBytes(request), request.method === 'HEAD')
      t.same(compare(expected, answer, { path: request.path, method: request.method, secret }), [], title)
    } catch (error) {
      t.fail(title, { cause: error })
    } finally {
      Date.now = systemNow
    }
  }
  t.same([...unused], [], 'every stated difference belongs to a recording')
}
