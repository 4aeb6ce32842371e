import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Ask, get, post } from './ask.ts'

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
  /** `same`: the cookies that are set are equal, attributes included; `some`: each sets one; `any`: not compared. */
  readonly cookies: 'same' | 'some' | 'none' | 'any'
  /** Names of other headers that have to be equal. */
  readonly headers: readonly string[]
  /** Sent first, `logins` times; each ask is sent with the cookies of one of the answers. */
  readonly login: Ask | undefined
  readonly logins: number
  /** The validators of the first answer go with the asks, so that the load gets 304. */
  readonly isConditional: boolean
  /** Connections of the load. */
  readonly connections: number
  /** What the scenario needs beside the contender. */
  readonly needs: 'nothing' | 'redis'
}

const CONNECTIONS = 32
/** Answers and bodies of a megabyte: more connections would only fill the buffers between both processes. */
const LARGE_CONNECTIONS = 8
const UPLOAD_BYTES = 1024 * 1024
/** Far more users than connections: requests at the same time belong to different sessions, as a rule. */
const USERS = 256
const ORDER_LINES = 12
const BOUNDARY = '----flagon-bench-boundary'
const NOT_FOUND = 404
const NOT_MODIFIED = 304

const ORDER = {
  id: 4711,
  customer: { name: 'Ann Lee', mail: 'ann@example.org' },
  lines: Array.from({ length: ORDER_LINES }, (_, index) => ({
    item: `Item number ${index}`,
    note: 'as always & soon',
    count: index + 1,
    price: index * 2,
  })),
}

const FORM = new URLSearchParams({
  name: 'Ann Lee',
  mail: 'ann@example.org',
  street: '12 Long Lane',
  city: 'São Paulo',
  country: 'BR',
  phone: '+55 11 5555 0100',
  newsletter: 'on',
  comment: 'Please ring twice & wait.',
})

/** A scenario whose answers are 200 and equal byte by byte, but for what `rest` says. */
export function scenario(name: string, title: string, asks: readonly Ask[], rest: Partial<Scenario> = {}): Scenario {
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
    logins: 1,
    isConditional: false,
    connections: CONNECTIONS,
    needs: 'nothing',
    ...rest,
  }
}

/** One request for each of the 250 routes. */
function routeAsks(): Ask[] {
  const file = new URL('../contenders/routes.json', import.meta.url)
  const routes: [method: string, rule: string][] = JSON.parse(readFileSync(file, 'utf8'))
  return routes.map(([method, rule], index) => {
    const path = rule.replaceAll(/<(\w+)>/g, (_, name: string) => (name === 'owner' ? 'ann' : `${name}-${index}`))
    return { ...get(path), method }
  })
}

function upload(): Ask {
  const field = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nHoliday\r\n`
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n`
  const start = Buffer.from(`${field}${head}Content-Type: image/jpeg\r\n\r\n`)
  const body = Buffer.concat([start, randomBytes(UPLOAD_BYTES), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)])
  return post('/upload', `multipart/form-data; boundary=${BOUNDARY}`, body)
}

const login = get('/login')
const uploads = [upload()]
const small = [get('/static/small.css')]
const text = { type: 'text' } as const
const read = { ...text, login, cookies: 'any' } as const
const write = { ...text, login, cookies: 'some' } as const
const redis = { logins: USERS, needs: 'redis' } as const

/** Every scenario, in the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  scenario('plain', 'Plain text', [get('/')], text),
  scenario('json', 'JSON with a URL parameter', [get('/users/42')], { body: 'json' }),
  scenario('routes', '250 routes, hit at random', routeAsks(), text),
  scenario('hooks', 'Six hooks, of app and blueprint', [get('/blue/page')], { ...text, headers: ['x-app', 'x-blue'] }),
  scenario('cookie', 'A cookie read, a cookie set', [get('/', { Cookie: 'theme=dark; visits=41; lang=en' })], {
    ...text,
    cookies: 'same',
  }),
  scenario('session-read', 'Signed session read', [get('/read')], read),
  scenario('session-write', 'Signed session written', [get('/write')], write),
  scenario('encrypted-read', 'Encrypted session read', [get('/read')], read),
  scenario('encrypted-write', 'Encrypted session written', [get('/write')], write),
  // The counter in the store goes on, so what a write answers is not compared.
  scenario('redis-read', 'Session in Redis read', [get('/read')], { ...read, ...redis }),
  scenario('redis-write', 'Session in Redis written', [get('/write')], { ...read, ...redis, body: 'none' }),
  scenario('form', 'Form posted', [post('/form', 'application/x-www-form-urlencoded', FORM.toString())], text),
  scenario('json-post', 'JSON of 1 kB posted', [post('/orders', 'application/json', JSON.stringify(ORDER))], {
    body: 'json',
  }),
  scenario('multipart', 'File of 1 MiB posted', uploads, { body: 'json', connections: LARGE_CONNECTIONS }),
  scenario('multipart-disk', 'File of 1 MiB posted, kept in a file', uploads, {
    body: 'json',
    connections: LARGE_CONNECTIONS,
  }),
  scenario('template', 'Template page', [get('/')]),
  scenario('static-small', 'Static file of 2 kB', small),
  scenario('static-large', 'Static file of 1 MiB', [get('/static/large.bin')], { connections: LARGE_CONNECTIONS }),
  scenario('static-304', 'Static file not modified', small, {
    status: NOT_MODIFIED,
    body: 'none',
    type: 'any',
    isConditional: true,
  }),
  scenario('stream', 'Streamed answer of 1 MiB', [get('/')], { connections: LARGE_CONNECTIONS }),
  scenario('async', 'View that awaits twice', [get('/')], text),
  scenario('error', 'Error handler of 404', [get('/missing')], { status: NOT_FOUND, body: 'json' }),
]
