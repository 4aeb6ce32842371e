import { TemplateAssertionError } from '../exceptions.ts'
import type { Host } from '../host.ts'
import type { Block, Expression, Statement, TemplateNode } from '../nodes.ts'
import type { Frame, FunctionState } from './frame.ts'
import { HELPERS } from './helpers.ts'

/** What a compiled template does: give its text, its pieces, or either with waiting for promises. */
export type Mode = 'render' | 'generate' | 'render_async' | 'generate_async'

/** What the compiler has to know of an environment. */
export interface CompilerHost extends Pick<Host, 'filters' | 'tests' | 'sandboxed'> {
  /** Whether `value.name` and `value[key]` are looked up by the engine's own rules, which generated code may shorten. */
  readonly hasPlainLookups: boolean
  /** Applied to each value before it is printed. */
  readonly finalize: ((...args: never[]) => unknown) | undefined
}

/** What is compiled. */
export interface CompilerInput {
  node: TemplateNode
  host: CompilerHost
  name: string | undefined
  filename: string | undefined
  autoescape: boolean
  mode: Mode
}

/** The name by which generated code reads an attribute of any name quickly; the others need a look at the type first. */
const BUILT_IN_NAMES: ReadonlySet<string> = new Set(
  [Array, String, Map, Set, Date, RegExp, Promise, Uint8Array]
    .flatMap((type) => [
      ...Object.getOwnPropertyNames(type.prototype),
      ...Object.getOwnPropertyNames(Object.getPrototypeOf(type.prototype) ?? {}),
    ])
    .concat([
      '__proto__',
      'constructor',
      'prototype',
      'items',
      'get',
      'update',
      'copy',
      'pop',
      'popitem',
      'setdefault',
      'clear',
    ]),
)

/** How the parts of the compiler reach each other: expressions hold statements' values, statements hold expressions. */
export interface Parts {
  /** Code whose value is that of an expression. */
  expression(c: Writer, node: Expression, frame: Frame): string
  /** Emits statements one after the other. */
  statements(c: Writer, body: readonly Statement[], frame: Frame): void
}

/** The code of one template while it is written: its lines, and what its functions share. */
export class Writer {
  readonly input: CompilerInput
  readonly #parts: Parts
  readonly isAsync: boolean
  readonly #code: string[] = []
  readonly #accessors = new Map<string, string>()
  readonly #filters = new Map<string, string>()
  readonly #tests = new Map<string, string>()
  readonly blocks: Map<string, Block> = new Map()
  /** Whether the template extends another for sure from here on. */
  hasExtends = false
  /** How many `extends` were seen. */
  extendsSoFar = 0
  #ids = 0

  constructor(input: CompilerInput, parts: Parts) {
    this.input = input
    this.#parts = parts
    this.isAsync = input.mode === 'render_async' || input.mode === 'generate_async'
  }

  /** Code whose value is that of the expression. */
  expression(node: Expression, frame: Frame): string {
    return this.#parts.expression(this, node, frame)
  }

  /** Code of several expressions, with commas. */
  expressions(nodes: readonly Expression[], frame: Frame): string {
    return nodes.map((node) => this.expression(node, frame)).join(', ')
  }

  /** Code that is true or false as the expression is in a template. */
  condition(node: Expression, frame: Frame): string {
    if (node.type === 'Logical' && node.left.type !== 'Const') {
      const sign = node.op === 'and' ? '&&' : '||'
      return `(${this.condition(node.left, frame)} ${sign} ${this.condition(node.right, frame)})`
    }
    const code = this.expression(node, frame)
    return isBoolean(node) ? code : `truth(${code})`
  }

  /** Emits statements one after the other. */
  statements(body: readonly Statement[], frame: Frame): void {
    this.#parts.statements(this, body, frame)
  }

  /** The JavaScript variable of a name. */
  variable(name: string, frame: Frame): string {
    const variable = frame.scope.find(name)
    if (variable === undefined) throw new Error(`the name ${name} was not analyzed`)
    return variable.id
  }

  /** The code of an operand, noting the line after it was evaluated where that is another than the statement's. */
  atLine(line: number, frame: Frame, code: string): string {
    if (line === frame.fn.line) return code
    frame.fn.line = 0
    const kept = frame.fn.temporary()
    return `(${kept} = ${code}, L = ${line}, ${kept})`
  }

  /** The code of a constant, noting the line before where that is another than the statement's. */
  lineBefore(line: number, frame: Frame, code: string): string {
    if (line === frame.fn.line) return code
    frame.fn.line = 0
    return `(L = ${line}, ${code})`
  }

  /** Emits text that is output as it is. */
  write(frame: Frame, code: string): void {
    this.emit(frame.out === '' ? `yield ${code};` : `${frame.out} += ${code};`)
  }

  /** Adds a line of code. */
  emit(code: string): void {
    this.#code.push(code)
  }

  /** A number that names of generated variables can end in to be unlike each other. */
  id(): number {
    return ++this.#ids
  }

  /** @throws TemplateAssertionError that names the template and line. */
  fail(message: string, line: number): never {
    throw new TemplateAssertionError(message, line, this.input.name, this.input.filename)
  }

  /** Runs `build` and gives the lines it emitted. */
  capture(build: () => void): string {
    const mark = this.#code.length
    build()
    return this.#code.splice(mark).join('\n')
  }

  /** A whole function: its variables, its body, and the note of the line for errors. */
  wrap(
    fn: FunctionState,
    params: string,
    body: string,
    options: { out: string; end: string; isMethod?: boolean },
  ): string {
    const declared: string[] = ['L = 1']
    if (options.out !== '') declared.push(`${options.out} = ''`)
    for (let index = 1; index <= fn.temporaries; index++) declared.push(`t${index}`)
    if (fn.isAsync) declared.push('p')
    const resolved: string[] = []
    for (const [name, id] of fn.resolved) {
      resolved.push(`let ${id} = ${this.wait(fn, `ctx.resolve_or_missing(${JSON.stringify(name)})`)};`)
    }
    const star = fn.isGenerator ? '*' : ''
    const head = `${fn.isAsync ? 'async ' : ''}function${star} (${params})`
    return [
      `${head} {`,
      `let ${declared.join(', ')};`,
      'try {',
      ...resolved,
      body,
      options.end,
      `} catch (error) { throw fail(error, L, TEMPLATE) }`,
      '}',
    ].join('\n')
  }

  /** Code that waits for the value of code, where the function may wait and the value is a promise. */
  wait(fn: FunctionState, code: string): string {
    return fn.isAsync ? `(isPromise(p = ${code}) ? await p : p)` : code
  }

  /** Declares the variables of a frame's scope. */
  declare(frame: Frame): void {
    const { fn, scope } = frame
    for (const variable of scope.variables()) {
      const { name, id, source } = variable
      if (source.from === 'outer') this.emit(`let ${id} = ${source.id};`)
      else if (source.from === 'nothing') this.emit(`let ${id};`)
      else if (source.from === 'context') {
        // One look-up serves every scope of the function; a name that a scope only reads needs no variable of its own.
        const shared = `c_${name}`
        fn.resolved.set(name, shared)
        if (scope.stores(name)) this.emit(`let ${id} = ${shared};`)
        else variable.id = shared
      }
    }
  }

  /** Notes the line of code that may throw. */
  line(frame: Frame, line: number): void {
    if (frame.fn.line === line) return
    frame.fn.line = line
    this.emit(`L = ${line};`)
  }

  /** The function that reads an attribute of this name. */
  accessor(name: string): string {
    let id = this.#accessors.get(name)
    if (id === undefined) {
      id = `a${this.#accessors.size + 1}`
      this.#accessors.set(name, id)
    }
    return id
  }

  /** The variable that holds a filter. */
  filter(name: string): string {
    return slot(this.#filters, name, 'f')
  }

  /** The variable that holds a test. */
  test(name: string): string {
    return slot(this.#tests, name, 'q')
  }

  /** The declarations that the functions of the template use. */
  prelude(): string {
    const { input } = this
    const lines = [
      '"use strict";',
      `const { ${HELPERS.join(', ')} } = rt;`,
      `const TEMPLATE = ${JSON.stringify(input.name ?? null)};`,
    ]
    for (const [name, id] of this.#accessors) {
      const key = JSON.stringify(name)
      if (!input.host.hasPlainLookups) lines.push(`const ${id} = (x) => env.getattr(x, ${key});`)
      else if (BUILT_IN_NAMES.has(name) || name.startsWith('__'))
        lines.push(`const ${id} = (x) => getattr(env, x, ${key});`)
      else lines.push(quickAccessor(id, key))
    }
    const uses: string[] = []
    for (const [kind, slots] of [
      ['filters', this.#filters],
      ['tests', this.#tests],
    ] as const) {
      for (const [name, id] of slots) {
        lines.push(`const ${id} = env.${kind}[${JSON.stringify(name)}];`)
        uses.push(`[${JSON.stringify(kind)}, ${JSON.stringify(name)}, ${id}]`)
      }
    }
    lines.push(`const uses = [${uses.join(', ')}];`)
    return lines.join('\n')
  }
}

function slot(slots: Map<string, string>, name: string, letter: string): string {
  let id = slots.get(name)
  if (id === undefined) {
    id = `${letter}${slots.size + 1}`
    slots.set(name, id)
  }
  return id
}

/**
 * A reader of one attribute. A property that `Object.prototype` lacks can only be the object's own or its class's, so
 * the common case is one property read, which the engine caches per name; methods and misses take the long way.
 */
function quickAccessor(id: string, key: string): string {
  return [
    `const ${id} = (x) => {`,
    `if (typeof x === 'object' && x !== null) { const v = x[${key}]; `,
    `if (v !== undefined && typeof v !== 'function' && ObjectPrototype[${key}] === undefined) return v }`,
    `return getattr(env, x, ${key}) };`,
  ].join('')
}

/** The kinds of expression whose value is true or false for sure. */
export function isBoolean(node: Expression): boolean {
  return (
    node.type === 'Compare' ||
    (node.type === 'Unary' && node.op === 'not') ||
    (node.type === 'Const' && typeof node.value === 'boolean')
  )
}
