import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { ServerLimits } from '../../lib/serving/server.ts'
import { exchangeRaw, headerValues, RawConnection, type RawResponse } from '../support/raw-http.ts'
import { SECRET_MARKER, type ServedSink, serveKitchenSink } from './kitchen-sink.ts'

/** How the server took an input: the status of its answer, or a connection that closed without one. */
export type Outcome = number | 'closed'

/** Bytes that no friendly client sends, and what may come of them. */
export interface BadInput {
  /** What is wrong with it, for messages. */
  readonly name: string
  /** All bytes of the connection; text is latin-1. */
  readonly bytes: string | Buffer
  /** What may come of it. Left out: any answer but a 5xx. */
  readonly gives?: Outcome | readonly Outcome[]
  /** The server has to wait for more, so the client ends its side. */
  readonly unfinished?: boolean
  /** It is one request, however broken, and has one answer at most. */
  readonly once?: boolean
  /** The answer may end in the middle: it is made while the body comes, before what is wrong with that is seen. */
  readonly mayBreakOff?: boolean
}

/** Milliseconds in which the answer to a finished input must be there. */
const ANSWER_MS = 10_000
/** Milliseconds in which descriptors and temporary files must be gone. */
const SETTLE_MS = 5000
const POLL_MS = 10
/** Inputs that are on their way at the same time: several, so that they would be seen to disturb each other. */
const AT_ONCE = 8
/** First status of the server's own failures. */
const FIRST_SERVER_ERROR = 500
const FIRST_FINAL = 200
/** How a request begins whose answer has no body whatever its header says. */
const HEAD = 'HEAD '

/** A request for `/alive`, or another target, as a friendly client sends it. */
export function get(target: string, fields: readonly string[] = []): string {
  return send('GET', target, fields)
}

/** A request with a body (latin-1 text) whose length is told, or without one. */
export function send(method: string, target: string, fields: readonly string[] = [], body?: string): string {
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: localhost', ...fields]
  if (body !== undefined) lines.push(`Content-Length: ${body.length}`)
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`
}

/** One chunk of a chunked body, or its end for empty text. */
export function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}

/** A request with a chunked body of the given pieces. */
export function chunked(
  method: string,
  target: string,
  pieces: readonly string[],
  fields: readonly string[] = [],
): string {
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: localhost', 'Transfer-Encoding: chunked', ...fields]
  return `${lines.join('\r\n')}\r\n\r\n${pieces.map(chunk).join('')}0\r\n\r\n`
}

const BROKEN_OFF = 'half an answer'

class TooLate extends Error {}

function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate(what)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** What came back over one connection, in order; `broken` tells of bytes that are no whole answer. */
interface Exchange {
  readonly answers: RawResponse[]
  broken: string | undefined
}

let probes = 0

/**
 * Sends an input over a connection of its own and reads until it closes. Where the server keeps the connection, a second
 * request tells whether it still knows where one request ends and the next begins.
 */
async function exchange(port: number, input: BadInput): Promise<Exchange> {
  const connection = await RawConnection.open(port)
  const isHead = Buffer.from(input.bytes).toString('latin1', 0, HEAD.length) === HEAD
  const result: Exchange = { answers: [], broken: undefined }
  const probe = `probe=${++probes}`
  let probed = false
  try {
    connection.write(input.bytes)
    if (input.unfinished === true) connection.socket.end()
    for (;;) {
      const bodyless = isHead && result.answers.length === 0
      const answer = await within(ANSWER_MS, 'no answer', connection.read(bodyless))
      if (answer.status < FIRST_FINAL) continue
      if (probed && answer.body.includes(probe)) return result
      result.answers.push(answer)
      if (headerValues(answer, 'Connection').includes('close')) break
      if (input.unfinished === true) continue
      if (!probed) connection.write(get(`/args?${probe}`))
      probed = true
    }
    const rest = await within(ANSWER_MS, 'the connection stays open', connection.rest())
    if (rest !== '') result.broken = `more bytes behind the last answer: ${JSON.stringify(rest.slice(0, 100))}`
  } catch (error) {
    const rest = error instanceof TooLate ? '' : await connection.rest()
    if (error instanceof TooLate) result.broken = error.message
    else if (rest !== '') result.broken = `${BROKEN_OFF}: ${JSON.stringify(rest.slice(0, 100))}`
    else if (probed) result.broken = 'the connection was kept, but the next request on it was not answered'
  } finally {
    connection.close()
  }
  return result
}

/** What is wrong with how an input was taken; undefined where nothing is. */
function problemOf({ answers, broken }: Exchange, { gives, name, mayBreakOff, once }: BadInput): string | undefined {
  if (broken !== undefined && !(mayBreakOff && broken.startsWith(BROKEN_OFF))) return `${name}: ${broken}`
  for (const { status, body } of answers) {
    if (status >= FIRST_SERVER_ERROR) return `${name}: ${status}`
    if (body.includes(SECRET_MARKER)) return `${name}: ${status} with what nobody may see`
  }
  if (once && answers.length > 1) return `${name}: ${answers.length} answers`
  if (gives === undefined) return undefined
  const outcome = answers[0]?.status ?? 'closed'
  const allowed: readonly Outcome[] = typeof gives === 'object' ? gives : [gives]
  return allowed.includes(outcome) ? undefined : `${name}: ${outcome}, not ${allowed.join(' or ')}`
}

/** A served kitchen sink and the count of what was thrown at it. */
export class Target {
  readonly sink: ServedSink
  thrown = 0
  readonly #descriptors: number

  constructor(sink: ServedSink) {
    this.sink = sink
    this.#descriptors = sink.descriptors()
  }

  /** Throws each input, and asserts for all of them together that they were taken as they say. */
  async takes(t: Test, inputs: Iterable<BadInput>, title: string): Promise<void> {
    const { port } = this.sink
    const problems: string[] = []
    let count = 0
    const iterator = inputs[Symbol.iterator]()
    const throwOn = async (): Promise<void> => {
      for (let step = iterator.next(); step.done !== true; step = iterator.next()) {
        const input = step.value
        count++
        const problem = problemOf(await exchange(port, input), input)
        if (problem !== undefined) problems.push(problem)
        const next = await exchangeRaw(port, get('/alive'))
        if (next.status !== 200 || `${next.body}` !== 'alive') problems.push(`${input.name}: the next request failed`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, throwOn))
    this.thrown += count
    t.same(problems, [], `${title} (${count})`)
  }

  /** Asserts that nothing was left behind: no record of a failure, no descriptor, no temporary file. */
  async isClean(t: Test): Promise<void> {
    const { sink } = this
    const end = performance.now() + SETTLE_MS
    while (performance.now() < end) {
      if (sink.descriptors() <= this.#descriptors && sink.temporaryFiles().length === 0) break
      await sleep(POLL_MS)
    }
    t.same(sink.failures, [], 'nothing is logged as a failure of the app')
    t.same(sink.temporaryFiles(), [], 'no file is left')
    t.ok(
      sink.descriptors() <= this.#descriptors,
      `descriptors: ${this.#descriptors} before, ${sink.descriptors()} after`,
    )
    t.comment(`${this.thrown} inputs thrown`)
  }
}

/**
 * A kitchen sink to throw at, which has answered before, so that what it opens once is open. The test that made it ends
 * with asserting that nothing was left behind.
 */
export async function hostileTest(
  t: Test,
  work: (target: Target) => Promise<void>,
  limits?: ServerLimits,
): Promise<void> {
  const sink = await serveKitchenSink(t, limits)
  for (const path of ['/alive', '/template', '/session', '/file', '/ticks']) await exchangeRaw(sink.port, get(path))
  await sleep(POLL_MS)
  const target = new Target(sink)
  await work(target)
  await target.isClean(t)
}
