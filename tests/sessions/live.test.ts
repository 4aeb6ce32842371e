import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { timedelta } from '../../lib/http/dates.ts'
import { Markup } from '../../lib/jinja/markup.ts'
import { SecureCookieSessionInterface } from '../../lib/sessions/cookie.ts'
import { is_tuple, isFloat, markFloat, pythonNumber, tuple } from '../../lib/sessions/kinds.ts'
import { UUID } from '../../lib/sessions/uuid.ts'
import type { URLSafeTimedSerializer } from '../../lib/signing/url-safe.ts'
import { HOW_TO_GET_PYTHON, python } from '../support/python.ts'
import { DEFAULT_SEED } from '../support/seed.ts'

const PAYLOADS = 1000
const SECRET = 'a secret that both sides share, 32 bytes'
const SEED = Number(process.env['FLAGON_SEED'] ?? DEFAULT_SEED)

/** A value with the name of its Python type, as tests/support/flask_sessions.py gives it. */
type Tree = [type: string, value: unknown]

interface Reply {
  tree: Tree
  cookie: string
}

function tree(value: unknown, isWholeFloat = false): Tree {
  switch (typeof value) {
    case 'string':
      return ['str', value]
    case 'boolean':
      return ['bool', value]
    case 'bigint':
      return ['int', String(value)]
    case 'number': {
      const isInt = Number.isSafeInteger(value) && !Object.is(value, -0) && !isWholeFloat
      return [isInt ? 'int' : 'float', pythonNumber(value, isWholeFloat)]
    }
    default:
  }
  if (value === null || value === undefined) return ['NoneType', null]
  if (Array.isArray(value))
    return [is_tuple(value) ? 'tuple' : 'list', value.map((item, index) => member(value, index, item))]
  if (value instanceof Uint8Array) return ['bytes', Buffer.from(value).toString('hex')]
  if (value instanceof UUID) return ['UUID', value.hex]
  if (value instanceof Date) return ['datetime', value.getTime() / 1000]
  if (value instanceof Markup) return ['Markup', value.toString()]
  const entries = Object.entries(value).map(([key, item]): [string, Tree] => [key, member(value, key, item)])
  return ['dict', entries]
}

function member(holder: object, key: string | number, value: unknown): Tree {
  return tree(value, typeof value === 'number' && isFloat(holder, key, value))
}

/** The same tree with the keys of each dict in one order. */
function sorted([type, value]: Tree): Tree {
  if (type === 'list' || type === 'tuple') return [type, (value as Tree[]).map(sorted)]
  if (type !== 'dict') return [type, value]
  const entries = (value as [string, Tree][]).map(([key, item]): [string, Tree] => [key, sorted(item)])
  return [type, entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))]
}

/** Numbers from 0 to 1, the same for the same seed: a linear congruence of Park and Miller. */
function randomNumbers(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const TEXTS = [
  '',
  'a',
  '游客',
  '😀',
  '<b>&"\'',
  '\0\x1f\x7f\\',
  '\ud800',
  ' t',
  '1.0',
  'NaN',
  '{" t":1}',
  'é'.repeat(300),
]
const KEYS = [
  'a',
  'b',
  'user',
  ' t',
  ' b',
  ' m',
  ' u',
  ' d',
  ' di',
  '__proto__',
  'constructor',
  '10',
  '2',
  '',
  '游',
  '\uffee',
  '😀',
]

function makePayload(seed: number): object {
  const random = randomNumbers(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item
  const leaves: (() => unknown)[] = [
    () => below(200) - 100,
    () => below(2 ** 53),
    () => BigInt(below(2 ** 53)) * 2n ** 100n + 1n,
    () => -(2n ** 53n) - BigInt(below(5)),
    () => (random() - 0.5) * 10 ** (below(60) - 30),
    () => pick([-0, 1e16, 1e22, 1e-5, 5e-324, Number.MAX_VALUE, 2 ** 53, NaN, Infinity, -Infinity]),
    () => pick([true, false, null]),
    () => pick(TEXTS),
    () => String.fromCharCode(...Array.from({ length: below(20) }, () => 0x20 + below(0x3000))),
    () => Uint8Array.from({ length: below(40) }, () => below(256)),
    () => new UUID(Array.from({ length: 32 }, () => below(16).toString(16)).join('')),
    () => new Date((below(10 ** 10) - 10 ** 9) * 1000),
    () => new Markup(pick(TEXTS)),
  ]
  const makeValue = (depth: number): unknown => {
    const kind = random()
    if (depth === 0 || kind < 0.6) return pick(leaves)()
    if (kind < 0.84) {
      const items = Array.from({ length: below(4) }, () => makeValue(depth - 1))
      for (const [index, item] of items.entries()) if (isSafe(item) && random() < 0.5) markFloat(items, index, item)
      return kind < 0.72 ? items : tuple(...items)
    }
    return makeDict(depth, below(3))
  }
  const makeDict = (depth: number, size: number): object => {
    const entries = Array.from({ length: size }, () => [pick(KEYS), makeValue(depth - 1)] as const)
    const dict: Record<string, unknown> = Object.fromEntries(entries)
    for (const [key, item] of Object.entries(dict)) if (isSafe(item) && random() < 0.5) markFloat(dict, key, item)
    return dict
  }
  return makeDict(4, 1 + below(5))
}

function isSafe(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

/** Asks the one Python process. */
function startFlask(command: string): { ask(question: object): Promise<Reply>; stop(): void } {
  const script = fileURLToPath(new URL('../support/flask_sessions.py', import.meta.url))
  const child = spawn(command, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify({ secret: SECRET, ...question })}\n`)
      const { done, value } = await lines.next()
      if (done === true) throw new Error(`Flask gave no answer to ${JSON.stringify(question)}`)
      return JSON.parse(value)
    },
    stop: () => child.stdin.end(),
  }
}

function signingSerializer(): URLSafeTimedSerializer {
  const sessions = new SecureCookieSessionInterface()
  const config = { SECRET_KEY_FALLBACKS: null } as Parameters<typeof sessions.get_signing_serializer>[0]['config']
  const app = { config, secret_key: SECRET, permanent_session_lifetime: timedelta({ days: 31 }) }
  const signing = sessions.get_signing_serializer(app)
  if (signing === undefined) throw new Error('no serializer')
  return signing
}

const command = python()
const isRequired = process.env['CI'] === 'true'
const skip = command === undefined && !isRequired ? `no Python with Flask; to have one: ${HOW_TO_GET_PYTHON}` : false

t.test(`Flask and Flagon read each other's sessions without loss (FLAGON_SEED=${SEED})`, { skip }, async (t) => {
  if (command === undefined) return t.fail(`CI needs a Python with Flask: ${HOW_TO_GET_PYTHON}`)
  const flask = startFlask(command)
  t.teardown(() => flask.stop())
  const signing = signingSerializer()
  const seeds = Array.from({ length: PAYLOADS }, (_, index) => SEED + index)

  let lost = 0
  const compare = (seed: number, direction: string, wanted: Tree, got: Tree): void => {
    if (JSON.stringify(sorted(got)) === JSON.stringify(sorted(wanted))) return
    lost += 1
    if (lost < 5) t.same(sorted(got), sorted(wanted), `${direction}, seed ${seed}`)
  }
  for (const seed of seeds) {
    const payload = makePayload(seed)
    const read = await flask.ask({ cookie: signing.dumps(payload) })
    compare(seed, 'Flask reads what Flagon wrote', tree(payload), read.tree)

    const made = await flask.ask({ seed })
    const loaded = signing.loads(made.cookie, { max_age: 3600 })
    compare(seed, 'Flagon reads what Flask wrote', made.tree, tree(loaded))
    const again = await flask.ask({ cookie: signing.dumps(loaded) })
    compare(seed, 'Flask reads its own after Flagon wrote it again', made.tree, again.tree)
  }
  t.equal(lost, 0, `${3 * PAYLOADS} payloads, none lost`)
})
