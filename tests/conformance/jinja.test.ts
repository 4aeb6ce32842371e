import { readFileSync } from 'node:fs'
import t from 'tap'
import { ChainableUndefined, DictLoader, Environment, Markup, StrictUndefined } from '../../lib/jinja/index.ts'

interface Case {
  id: string
  files: Record<string, string>
  context?: Record<string, unknown>
  env?: { autoescape?: boolean; undefined?: 'strict' | 'chainable'; extensions?: string[] }
  expect: { output: string } | { error: string; line?: number; template?: string }
  quirk?: string
}

const { cases } = JSON.parse(readFileSync(new URL('jinja.json', import.meta.url), 'utf8')) as { cases: Case[] }

/** Cases that Flagon answers otherwise on purpose, each with the reason. */
const DIFFERENT: Readonly<Record<string, string>> = {}

class Boom extends Error {
  override readonly name = 'Boom'
}

function isKeywords(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function splitKeywords(args: unknown[]): [unknown[], Record<string, unknown>] {
  const last = args.at(-1)
  return isKeywords(last) ? [args.slice(0, -1), last] : [args, {}]
}

/** Python's `def add(a, b): return a + b`, with its complaints about arguments. */
function add(...given: unknown[]): unknown {
  const [args, keywords] = splitKeywords(given)
  for (const [key, value] of Object.entries(keywords)) {
    const place = ['a', 'b'].indexOf(key)
    if (place < 0 || args[place] !== undefined) throw new TypeError(`unexpected keyword argument ${key}`)
    args[place] = value
  }
  const [a, b] = args
  if (args.length !== 2 || a === undefined) throw new TypeError(`add takes 2 arguments, got ${args.length}`)
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b]
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (typeof a === 'string' && typeof b === 'string') return a + b
  throw new TypeError('unsupported operand types')
}

function helpers(): Record<string, unknown> {
  let ticks = 0
  return {
    add,
    upper: (text: string) => text.toUpperCase(),
    bold: (text: unknown) => new Markup(`<b>${Markup.escape(text)}</b>`),
    show: (...given: unknown[]) => {
      const [args, keywords] = splitKeywords(given)
      return [...args.map(String), ...Object.entries(keywords).map(([key, value]) => `${key}=${value}`)].join(',')
    },
    tick: () => ++ticks,
    boom: () => {
      throw new Boom('boom')
    },
  }
}

class Plain {
  constructor(values: object) {
    Object.assign(this, values)
  }
}

/** A recorded value as JavaScript has it. */
function revive(value: unknown, functions: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => revive(item, functions))
  if (!isKeywords(value)) return value
  if ('$call' in value) return functions[String(value['$call'])]
  if ('$markup' in value) return new Markup(value['$markup'])
  if ('$object' in value) return new Plain(revive(value['$object'], functions) as object)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item, functions)]))
}

type Mode = (environment: Environment, context: Record<string, unknown>) => string | Promise<string>

async function collect(pieces: AsyncIterable<string>): Promise<string> {
  let out = ''
  for await (const piece of pieces) out += piece
  return out
}

const MODES: Readonly<Record<string, Mode>> = {
  render: (environment, context) => environment.get_template('main').render(context),
  generate: (environment, context) => [...environment.get_template('main').generate(context)].join(''),
  render_async: (environment, context) => environment.get_template('main').render_async(context),
  generate_async: (environment, context) => collect(environment.get_template('main').generate_async(context)),
}

const UNDEFINED = { strict: StrictUndefined, chainable: ChainableUndefined }

async function answer({ env, files, context }: Case, mode: Mode): Promise<Record<string, unknown>> {
  try {
    const environment = new Environment({
      autoescape: true,
      ...env,
      undefined: env?.undefined && UNDEFINED[env.undefined],
      loader: new DictLoader(files),
    })
    return { output: await mode(environment, revive(context ?? {}, helpers()) as Record<string, unknown>) }
  } catch (error) {
    const { name, lineno, template } = error as { name: string; lineno?: number; template?: string }
    return { error: name, line: lineno, template }
  }
}

/** What of an answer the recording says: Jinja's own errors by class and line, any other by being one. */
function comparable(answered: Record<string, unknown>, expect: Case['expect']): Record<string, unknown> {
  if ('output' in expect || 'output' in answered) return answered
  if (!/^(?:Template|Undefined)/.test(expect.error)) return { error: expect.error }
  const picked: Record<string, unknown> = { error: answered['error'] }
  if (expect.line !== undefined) picked['line'] = answered['line']
  if (expect.template !== undefined) picked['template'] = answered['template']
  return picked
}

function wanted(expect: Case['expect']): Record<string, unknown> {
  if ('output' in expect) return { output: expect.output }
  const { error, line, template } = expect
  const isOwn = /^(?:Template|Undefined)/.test(error)
  return {
    error,
    ...(isOwn && line !== undefined ? { line } : {}),
    ...(isOwn && template !== undefined ? { template } : {}),
  }
}

const topics = new Map<string, Case[]>()
for (const one of cases) {
  const topic = one.id.split('/')[0]!
  topics.set(topic, [...(topics.get(topic) ?? []), one])
}

for (const [name, mode] of Object.entries(MODES)) {
  for (const [topic, group] of topics) {
    t.test(`${topic}: ${name} gives what Jinja 3.1 gives`, async (t) => {
      for (const one of group) {
        if (one.id in DIFFERENT) continue
        t.same(comparable(await answer(one, mode), one.expect), wanted(one.expect), one.id)
      }
    })
  }
}

t.test('every case is replayed, and each that differs has its reason', (t) => {
  t.equal(cases.length, 907)
  for (const [id, reason] of Object.entries(DIFFERENT)) {
    t.ok(cases.find((one) => one.id === id)?.quirk, `${id} is a quirk of Jinja's`)
    t.ok(reason)
  }
  t.end()
})
