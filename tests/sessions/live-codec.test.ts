import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { floatMark } from '../../lib/sessions/codec/json-writer.ts'
import { rawKey } from '../../lib/sessions/codec/values.ts'
import { loadCodec } from '../../lib/sessions/codec.ts'
import { isFloat, markFloat, tuple } from '../../lib/sessions/kinds.ts'
import type { SerializationFormat } from '../../lib/sessions/settings.ts'
import { UUID } from '../../lib/sessions/uuid.ts'
import { HOW_TO_GET_FLASK_SESSION, pythonWithFlaskSession } from '../support/python.ts'
import { DEFAULT_SEED } from '../support/seed.ts'

/** Sessions each way in each format; `npm run soak live-sessions` takes 1,000. */
const SESSIONS = Number(process.env['FLAGON_SESSIONS'] ?? 500)
/** Sessions that are asked about before the answers are waited for. */
const AT_ONCE = 20
const SEED = Number(process.env['FLAGON_SEED'] ?? DEFAULT_SEED)

/** One value: where it is, its Python type, what it is. */
type Leaf = [path: string, type: string, value: unknown]

interface Reply {
  readonly wire: string
  readonly tree: Leaf[]
  /** The bytes that Flask-Session writes for what it just read. */
  readonly again: string
}

const msgpack = await loadCodec('msgpack')
const json = await loadCodec('json')

function flatTree(made: object): Leaf[] {
  const found: Leaf[] = []
  const todo: [path: string, value: unknown, isWholeFloat: boolean][] = [['', made, false]]
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [path, value, isWholeFloat] = next
    if (Array.isArray(value)) {
      found.push([path, 'list', value.length])
      for (const [index, item] of value.entries()) todo.push([`${path}/${index}`, item, marked(value, index, item)])
    } else if (value instanceof Map) {
      found.push([path, 'dict', value.size])
      for (const [key, item] of value)
        todo.push([`${path}/${mapKeyName(key)}`, item, marked(value, floatMark(key), item)])
    } else if (isDict(value)) {
      const keys = Object.keys(value).filter((key) => value[key] !== undefined)
      found.push([path, 'dict', keys.length])
      for (const key of keys) todo.push([`${path}/${keyName(value, key)}`, value[key], marked(value, key, value[key])])
    } else {
      found.push([path, ...leafOf(value, isWholeFloat)])
    }
  }
  return found
}

function leafOf(value: unknown, isWholeFloat: boolean): [type: string, value: unknown] {
  if (typeof value === 'string') return ['str', value]
  if (typeof value === 'boolean') return ['bool', value ? 'True' : 'False']
  if (typeof value === 'bigint') return ['int', String(value)]
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && !Object.is(value, -0) && !isWholeFloat) return ['int', String(value)]
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(value)
    return ['float', Number.isNaN(value) ? 'nan' : bytes.toString('hex')]
  }
  if (value === null || value === undefined) return ['NoneType', null]
  if (value instanceof Uint8Array) return ['bytes', Buffer.from(value).toString('hex')]
  if (value instanceof UUID) return ['str', String(value)]
  if (value instanceof Date) return ['datetime', pythonMoment(value)]
  throw new TypeError(`no Python type for ${String(value)}`)
}

/** Seconds and microseconds of a date, as it is written. */
function pythonMoment(date: Date): [number, number] {
  const wire = Buffer.from(msgpack.encode({ d: date })).subarray('\x81\xa1d'.length)
  if (wire.length === 6) return [wire.readUInt32BE(2), 0]
  if (wire.length === 10) {
    return [
      (wire.readUInt32BE(2) & 3) * 2 ** 32 + wire.readUInt32BE(6),
      Math.trunc((wire.readUInt32BE(2) >>> 2) / 1000),
    ]
  }
  return [Number(wire.readBigInt64BE(7)), Math.trunc(wire.readUInt32BE(3) / 1000)]
}

function keyName(holder: object, key: string): string {
  const raw = rawKey(holder, key)
  return raw === undefined ? asciiJson(key) : `0x${Buffer.from(raw).toString('hex')}`
}

function mapKeyName(key: unknown): string {
  if (typeof key === 'string') return asciiJson(key)
  return `0x${Buffer.from(msgpack.encode({ k: key }))
    .toString('hex')
    .slice('81a16b'.length)}`
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function marked(holder: object, key: string | number, value: unknown): boolean {
  return typeof value === 'number' && isFloat(holder, key, value)
}

function isDict(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value))
}

function sorted(tree: Leaf[]): string {
  // Python's json escapes DEL in other ways than JavaScript's, and both escape text in paths only.
  const lines = tree.map(([path, type, value]) => JSON.stringify([path.replaceAll('\x7f', '\\u007f'), type, value]))
  return lines.sort().join('\n')
}

/** Numbers from 0 to 1, the same for the same seed: a linear congruence of Park and Miller. */
function randomNumbers(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const TEXTS = ['', 'a', '游客', '😀', '<b>&"\'', '\0\x1f\x7f\\\b\f\n\r\t/', '\u2028\ufeff', '1.0', 'é'.repeat(300)]
const KEYS = [
  'a',
  'b',
  'user',
  '_user_id',
  '__proto__',
  'constructor',
  'toString',
  '10',
  '2',
  '01',
  '',
  '游',
  '😀',
  '\uffee',
]
const TWO_TO_64 = 2n ** 64n

/** A session made in JavaScript, of all that both sides can express. */
function makeSession(seed: number, format: SerializationFormat): Record<string, unknown> {
  const random = randomNumbers(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item
  const double = Buffer.alloc(8)
  const leaves: (() => unknown)[] = [
    () => below(400) - 200,
    () => pick([1, -1]) * (2 ** pick([7, 8, 15, 16, 31, 32, 33, 52]) + below(5) - 2),
    () => below(2 ** 53),
    () => BigInt(below(2 ** 53)) * 2n ** 11n,
    () => pick([TWO_TO_64 - 1n, -(2n ** 63n), 2n ** 63n, 2n ** 53n, -(2n ** 53n) - 1n, 5n]),
    () => (random() - 0.5) * 10 ** (below(60) - 30),
    () => pick([-0, 0.5, 1e15, 1e16, 1e21, 1e22, 1e-4, 1e-5, 9.9e-6, 1e-7, 5e-324, Number.MAX_VALUE, 2 ** 53]),
    () => pick([true, false, null]),
    () => pick(TEXTS),
    () => String.fromCharCode(...Array.from({ length: below(40) }, () => 0x20 + below(0x3000))),
  ]
  const randomDouble = (): number => {
    for (let index = 0; index < 8; index += 1) double[index] = below(256)
    return double.readDoubleBE()
  }
  // What JSON has no kind of its own for comes back as text or null.
  if (format === 'msgpack') {
    leaves.push(
      () => pick([NaN, Infinity, -Infinity]),
      randomDouble,
      () => Uint8Array.from({ length: pick([0, 1, 31, 255, 256]) }, () => below(256)),
      () => new Date((below(253_402_300_799 + 62_135_596_800) - 62_135_596_800) * 1000 + below(1000)),
      () => new Date(below(2 ** 32) * 1000),
    )
  }
  const makeValue = (depth: number): unknown => {
    const kind = random()
    if (depth === 0 || kind < 0.55) return pick(leaves)()
    const size = random() < 0.95 ? below(4) : 14 + below(4)
    if (kind < 0.8) {
      const items = Array.from({ length: size }, () => makeValue(depth - 1))
      for (const [index, item] of items.entries()) maybeFloat(items, index, item)
      return kind < 0.75 ? items : tuple(...items)
    }
    if (kind < 0.84 && format === 'msgpack') {
      const keys = [2, '2', 1.5, true, null, 2n ** 60n, new Date(0), Uint8Array.of(1), [1, 'a']]
      return new Map(keys.slice(0, below(keys.length)).map((key) => [key, makeValue(0)]))
    }
    return makeDict(depth, size)
  }
  const maybeFloat = (holder: object, key: string | number, item: unknown): void => {
    if (Number.isSafeInteger(item) && random() < 0.5) markFloat(holder, key, item as number)
  }
  const makeDict = (depth: number, size: number): Record<string, unknown> => {
    const dict = Object.fromEntries(Array.from({ length: size }, () => [pick(KEYS), makeValue(depth - 1)]))
    for (const [key, item] of Object.entries(dict)) maybeFloat(dict, key, item)
    return dict
  }
  return makeDict(4, pick([0, 1, 2, 5, 5, 15]))
}

/** Asks the one Python process. */
function startFlaskSession(command: string): { ask(question: object): Promise<Reply>; stop(): void } {
  const script = fileURLToPath(new URL('../support/flask_session_codec.py', import.meta.url))
  const child = spawn(command, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      // One answer a question, in the same order.
      const { done, value } = await lines.next()
      if (done === true) throw new Error(`Flask-Session gave no answer to ${JSON.stringify(question).slice(0, 300)}`)
      return JSON.parse(value)
    },
    stop: () => child.stdin.end(),
  }
}

const command = pythonWithFlaskSession()
const isRequired = process.env['CI'] === 'true'
t.setTimeout(180_000)
const skip =
  command === undefined && !isRequired
    ? `no Python with Flask-Session; to have one: ${HOW_TO_GET_FLASK_SESSION}`
    : false

for (const [format, codec] of [['msgpack', msgpack] as const, ['json', json] as const]) {
  const title = `Flask-Session and Flagon read each other's ${format} without loss (FLAGON_SEED=${SEED})`
  t.test(title, { skip }, async (t) => {
    if (command === undefined) return t.fail(`CI needs a Python with Flask-Session: ${HOW_TO_GET_FLASK_SESSION}`)
    const flaskSession = startFlaskSession(command)
    t.teardown(() => flaskSession.stop())
    let differing = 0
    const compare = (seed: number, direction: string, wanted: string, got: string): void => {
      if (got === wanted) return
      differing += 1
      const line = wanted.split('\n').findIndex((text, at) => text !== got.split('\n')[at])
      if (differing < 5) t.equal(got.split('\n')[line], wanted.split('\n')[line], `${direction}, seed ${seed}`)
    }
    const check = async (seed: number): Promise<void> => {
      const made = await flaskSession.ask({ format, seed })
      const wire = Buffer.from(made.wire, 'hex')
      const read = codec.decode(wire)
      compare(seed, 'Flagon reads what Flask-Session wrote', sorted(made.tree), sorted(flatTree(read)))

      const written = Buffer.from(codec.encode(read)).toString('hex')
      const again = await flaskSession.ask({ format, wire: written })
      compare(seed, 'Flask-Session reads its own after Flagon wrote it', sorted(made.tree), sorted(again.tree))

      const merged = codec.merge(wire, new Map([['a', undefined], ['merged', 1] as const]))
      const afterMerge = await flaskSession.ask({ format, wire: Buffer.from(merged).toString('hex') })
      delete read['a']
      read['merged'] = 1
      compare(seed, 'Flask-Session reads its own after a merge', sorted(flatTree(read)), sorted(afterMerge.tree))

      const session = makeSession(seed, format)
      const bytes = Buffer.from(codec.encode(session))
      const seen = await flaskSession.ask({ format, wire: bytes.toString('hex') })
      compare(seed, 'Flask-Session reads what Flagon wrote', sorted(flatTree(session)), sorted(seen.tree))
      compare(seed, 'Flask-Session writes the same bytes', seen.again, bytes.toString('hex'))
      compare(seed, 'Flagon reads its own', sorted(flatTree(session)), sorted(flatTree(codec.decode(bytes))))
    }
    for (let seed = SEED; seed < SEED + SESSIONS; seed += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, offset) => check(seed + offset)))
    }
    t.equal(differing, 0, `${SESSIONS} sessions each way, none differs`)
  })
}
