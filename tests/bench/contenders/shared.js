/* What all contenders share: the same data, so that the same bytes go over the wire. */
import { readFileSync } from 'node:fs'

/** How a contender says that it does not have a scenario (`EX_USAGE` of sysexits.h); the harness knows the same number. */
export const NOT_OFFERED = 64
const ROWS = 50
const SOLD_EVERY = 7
const CHUNK_BYTES = 64 * 1024
const STREAM_BYTES = 1024 * 1024

export const HOST = '127.0.0.1'
export const PORT = Number(process.env.PORT)
/** The folder with `static/`, `templates/` and `uploads/` that the harness made; also the working directory. */
export const FOLDER = process.env.BENCH_FOLDER
export const REDIS_URL = process.env.REDIS_URL
export const SECRET = '0123456789abcdef0123456789abcdef'

export const TEXT = 'Hello, World!'

/** Method and rule of 250 routes, the shape of a real API: `['GET', '/users/<username>']`. */
export const ROUTES = JSON.parse(readFileSync(new URL('routes.json', import.meta.url), 'utf8'))

/** A rule in the words of the others: `/users/:username`. */
export function colonRule(rule) {
  return rule.replaceAll(/<(\w+)>/g, ':$1')
}

/** What the route of an index answers to some arguments. */
export function routeText(index, args) {
  return `${index} ${Object.values(args).join(' ')}`
}

/** What a login puts into the session. */
export const LOGIN = {
  username: 'ann',
  user_id: 42,
  roles: ['reader', 'writer'],
  csrf: 'Yb8pkkbQ0vYl2xQnGq5rTg',
  visits: 0,
}

/** What the template is rendered with. */
export const PAGE = {
  title: 'Tea & biscuits',
  owner: 'Lee & Sons',
  rows: Array.from({ length: ROWS }, (_, index) => ({
    id: index + 1,
    name: `Item ${index + 1}`,
    note: index % SOLD_EVERY === 0 ? 'sold & gone <today>' : 'in stock, since it was made this week',
    sold: index % SOLD_EVERY === 0,
  })),
}

const PATHS = { home: '/', items: '/items', item: '/items/', static: '/static/' }

/** What those without named routes give to their templates as `url_for`. */
export function url_for(endpoint, args = {}) {
  return PATHS[endpoint] + (args.id ?? args.filename ?? '')
}

const CHUNK = Buffer.alloc(CHUNK_BYTES, 'flagon')

/** A mebibyte in pieces of 64 KiB. */
export function* chunks() {
  for (let sent = 0; sent < STREAM_BYTES; sent += CHUNK_BYTES) yield CHUNK
}

/** Something to wait for. */
export async function later(value) {
  return value
}

/** What the view that takes JSON says of it. */
export function summary(order) {
  return { id: order.id, lines: order.lines.length, total: order.lines.reduce((sum, { price }) => sum + price, 0) }
}

/** Runs the scenario that the command line names, a function that listens on `PORT`. */
export async function serve(scenarios) {
  const scenario = process.argv[2]
  if (!Object.hasOwn(scenarios, scenario)) process.exit(NOT_OFFERED)
  await scenarios[scenario]()
}
