import type { Scope, Variable } from './scope.ts'

/** Whether a place escapes: known when compiled, or held in a JavaScript variable. */
export type Escaping = boolean | string

/** One JavaScript function of the generated code. */
export class FunctionState {
  /** Whether the function may wait. */
  readonly isAsync: boolean
  /** Whether the function gives pieces of output as it goes. */
  readonly isGenerator: boolean
  /** The names read from the context, and the variables that hold them. */
  readonly resolved: Map<string, string> = new Map()
  #temporaries = 0
  /** The line that the code last noted, at first that of the template; 0 where it depends on the way taken. */
  line = 1

  constructor(isAsync: boolean, isGenerator: boolean) {
    this.isAsync = isAsync
    this.isGenerator = isGenerator
  }

  /** A variable of the function that nothing else uses. */
  temporary(): string {
    return `t${++this.#temporaries}`
  }

  /** How many temporaries there are. */
  get temporaries(): number {
    return this.#temporaries
  }
}

/** Where in a template's structure a piece of code is. */
export class Frame {
  readonly scope: Scope
  readonly fn: FunctionState
  /** The variable that output is added to; empty where output is yielded. */
  out = ''
  escaping: Escaping
  /** Whether the innermost place around this one escapes of which that is known when compiled. */
  knownEscaping: boolean
  /** Whether names set here are exported. */
  isTopLevel = false
  /** Whether `extends` may stand here. */
  isRoot = false
  /** Whether an unknown filter is an error only when it is reached: directly inside of `if` and of a conditional expression. */
  isSoft = false
  /** Whether output is dropped once the template is known to extend another. */
  dropsAfterExtends = false
  /** The JavaScript variable of the innermost loop's `loop` and the template variable that stands for it. */
  loop: { id: string; variable: Variable } | undefined
  /** Whether `break` and `continue` have a loop to act on. */
  isInLoop = false

  constructor(scope: Scope, fn: FunctionState, escaping: Escaping) {
    this.scope = scope
    this.fn = fn
    this.escaping = escaping
    this.knownEscaping = escaping === true
  }

  /** A frame inside of this one, for statements with a scope of their own. */
  inner(scope: Scope, fn: FunctionState = this.fn): Frame {
    const frame = new Frame(scope, fn, this.escaping)
    frame.out = this.out
    frame.knownEscaping = this.knownEscaping
    frame.dropsAfterExtends = this.dropsAfterExtends
    frame.loop = this.loop
    frame.isInLoop = this.isInLoop && fn === this.fn
    return frame
  }

  /** The same frame, in which unknown filters may stay. */
  soft(): Frame {
    const frame = new Frame(this.scope, this.fn, this.escaping)
    Object.assign(frame, this)
    frame.isSoft = true
    return frame
  }
}
