import { type Ask, get } from './ask.ts'

/** How two bodies are compared: byte by byte, by what they mean as JSON, or not at all. */
export type BodyKind = 'bytes' | 'json' | 'none'

/** What one table is about: the requests, and what their answers have to be like. */
export interface Scenario {
  /** The name on the command line, and of the function in each contender. */
  readonly name: string
  /** The name in the table. */
  readonly title: string
  /** Sent at random. */
  readonly asks: readonly Ask[]
  readonly status: number
  readonly body: BodyKind
  /** The content type has to be the same; `text`: any text will do, each contender sends what it sends by itself. */
  readonly type: 'same' | 'text' | 'any'
  /** `same`: the cookies that are set are equal, attributes included; `some`: each sets one; `none`: nobody sets one. */
  readonly cookies: 'same' | 'some' | 'none'
  /** Names of other headers that have to be equal. */
  readonly headers: readonly string[]
  /** Sent first; the cookies of its answer go with the asks. */
  readonly login: Ask | undefined
  /** The validators of the first answer go with the asks, so that the load gets 304. */
  readonly isConditional: boolean
  /** Connections of the load. */
  readonly connections: number
  /** What the scenario needs beside the contender. */
  readonly needs: 'nothing' | 'redis'
}

const CONNECTIONS = 32

function scenario(name: string, title: string, asks: readonly Ask[], rest: Partial<Scenario> = {}): Scenario {
  return {
    name,
    title,
    asks,
    status: 200,
    body: 'bytes',
    type: 'same',
    cookies: 'none',
    headers: [],
    login: undefined,
    isConditional: false,
    connections: CONNECTIONS,
    needs: 'nothing',
    ...rest,
  }
}

/** Every scenario, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  scenario('plain', 'Plain text', [get('/')], { type: 'text' }),
  scenario('json', 'JSON with a URL parameter', [get('/users/42')], { body: 'json' }),
]
