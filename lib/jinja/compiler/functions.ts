import type { CallBlock, For, MacroNode, Signature, Statement } from '../nodes.ts'
import { someNode } from '../nodes.ts'
import { compileCall } from './calls.ts'
import { Frame, FunctionState } from './frame.ts'
import { freeNames, Scope, usesLoop } from './scope.ts'
import { assign, exportName } from './targets.ts'
import type { Writer } from './writer.ts'

/** Emits a loop. */
export function compileFor(c: Writer, node: For, frame: Frame): void {
  const storesLoop = someNode(node, (child) => child.type === 'Name' && child.use === 'store' && child.name === 'loop')
  if (storesLoop) c.fail('the target of a loop cannot be named "loop", which tells its rounds', node.line)
  c.line(frame, node.line)
  if (node.recursive) {
    compileRecursive(c, node, frame)
    return
  }
  c.emit('{')
  const items = c.expression(node.iter, frame)
  compileRounds(c, node, frame, items, '')
  c.emit('}')
  frame.fn.line = 0
}

/** Emits the rounds of a loop over `items` and its `else` part. */
function compileRounds(c: Writer, node: For, frame: Frame, items: string, recursion: string): void {
  const { isAsync } = frame.fn
  const scope = new Scope(frame.scope)
  const inner = frame.inner(scope)
  inner.isInLoop = true
  const id = c.id()
  const isExtended = usesLoop(node)
  const loop = `loop${id}`
  if (isExtended) {
    const variable = scope.parameter('loop')
    variable.source = { from: 'parameter' }
    inner.loop = { id: loop, variable }
  } else inner.loop = undefined
  scope.targets(node.target)
  scope.analyze(node.body)
  const hasElse = node.otherwise.length > 0
  if (hasElse) c.emit(`let empty${id} = true;`)
  const item = `i${id}`
  if (isExtended) {
    let source = items
    if (node.test !== undefined) source = filtered(c, node, frame, source, id)
    const make = isAsync ? 'openLoop' : 'new LoopContext'
    c.emit(`const ${loop} = ${make}(${source}, env.undefined${recursion});`)
    c.emit(`while (${c.wait(frame.fn, `${loop}.__next__()`)}) {`)
    if (isAsync) c.emit(`if (isPromise(${loop}.__item__)) ${loop}.__item__ = await ${loop}.__item__;`)
    c.emit(`const ${item} = ${loop}.__item__;`)
  } else if (isAsync) c.emit(`for await (const ${item} of iterateAsync(${items})) {`)
  else c.emit(`for (const ${item} of iterate(${items})) {`)
  frame.fn.line = 0
  for (const variable of scope.variables()) {
    if (variable.source.from === 'parameter' && variable.name !== 'loop') c.emit(`let ${variable.id};`)
  }
  if (isExtended && scope.find('loop')!.id !== loop) c.emit(`const ${scope.find('loop')!.id} = ${loop};`)
  if (node.target.type !== 'Name') c.line(frame, node.line)
  assign(c, node.target, item, inner)
  if (node.test !== undefined && !isExtended) compileInlineTest(c, node, frame, inner)
  c.declare(inner)
  c.statements(node.body, inner)
  if (hasElse) c.emit(`empty${id} = false;`)
  c.emit('}')
  frame.fn.line = 0
  if (hasElse) {
    const elseScope = new Scope(frame.scope)
    const elseFrame = frame.inner(elseScope)
    elseScope.analyze(node.otherwise)
    c.emit(`if (empty${id}) {`)
    c.declare(elseFrame)
    c.statements(node.otherwise, elseFrame)
    c.emit('}')
    frame.fn.line = 0
  }
}

/** Emits the condition of a loop that does not count its rounds: an item that fails it is passed over. */
function compileInlineTest(c: Writer, node: For, frame: Frame, inner: Frame): void {
  const scope = new Scope(frame.scope)
  const test = frame.inner(scope)
  scope.targets(node.target)
  scope.analyze([node.test!])
  c.emit('{')
  for (const variable of scope.variables()) {
    // The condition sees the round's targets, which are variables of the loop already.
    if (variable.source.from === 'parameter' && variable.id !== inner.scope.find(variable.name)?.id) {
      c.emit(`const ${variable.id} = ${c.variable(variable.name, inner)};`)
    }
  }
  c.declare(test)
  c.line(frame, node.line)
  c.emit(`if (!${c.condition(node.test!, test)}) continue;`)
  c.emit('}')
}

/** Emits a function that leaves out the items for which a loop's condition fails; gives the code of what is left. */
function filtered(c: Writer, node: For, frame: Frame, items: string, id: number): string {
  const fn = new FunctionState(frame.fn.isAsync, false)
  const scope = new Scope(frame.scope)
  const test = frame.inner(scope, fn)
  test.loop = undefined
  scope.targets(node.target)
  scope.analyze([node.test!])
  const body = c.capture(() => {
    for (const variable of scope.variables()) if (variable.source.from === 'parameter') c.emit(`let ${variable.id};`)
    assign(c, node.target, 'item', test)
    c.declare(test)
    c.line(test, node.line)
    c.emit(`return ${c.condition(node.test!, test)};`)
  })
  c.emit(`const test${id} = ${c.wrap(fn, 'item', body, { out: '', end: '' })};`)
  return frame.fn.isAsync ? `filterItems.later(${items}, test${id})` : `filterItems(${items}, test${id})`
}

/** Emits a loop that can call itself for inner items: a function that gives its text. */
function compileRecursive(c: Writer, node: For, frame: Frame): void {
  const id = c.id()
  const fn = new FunctionState(frame.fn.isAsync, false)
  const items = c.expression(node.iter, frame)
  const outer = new Frame(frame.scope, fn, frame.escaping)
  outer.out = 'o'
  outer.dropsAfterExtends = frame.dropsAfterExtends
  outer.loop = frame.loop
  const body = c.capture(() => {
    c.line(outer, node.line)
    compileRounds(c, node, outer, 'items', `, recurse${id}, depth`)
  })
  const wait = frame.fn.isAsync ? 'await ' : ''
  c.emit(`const recurse${id} = (items, depth) => finish(render${id}(items, depth), ${String(frame.escaping)});`)
  c.emit(`const render${id} = ${c.wrap(fn, 'items, depth', body, { out: 'o', end: 'return o' })};`)
  c.write(frame, `${wait}render${id}(${items}, 0)`)
  frame.fn.line = 0
}

interface MacroParts {
  /** Code of a new Macro. */
  code: string
}

/** The code of a macro, or of a call block's body under the name `caller`. */
function macroCode(
  c: Writer,
  node: Signature & { body: Statement[]; line: number },
  frame: Frame,
  name: string | null,
): MacroParts {
  const fn = new FunctionState(frame.fn.isAsync, false)
  const scope = new Scope(frame.scope)
  const inner = new Frame(scope, fn, frame.escaping)
  inner.out = 'o'
  inner.loop = frame.loop
  const params = node.params.map((param) => param.name)
  const callerAt = params.indexOf('caller')
  const special = freeNames(node.body, ['caller', 'kwargs', 'varargs'])
  if (special.has('caller') && callerAt >= 0 && callerAt < params.length - node.defaults.length) {
    c.fail('a parameter named "caller" needs a default', node.line)
  }
  const ids = params.map((param) => scope.parameter(param).id)
  const extra = ['caller', 'kwargs', 'varargs'].filter((word) => special.has(word) && !params.includes(word))
  for (const word of extra) ids.push(scope.parameter(word).id)
  const flags = {
    caller: special.has('caller'),
    kwargs: extra.includes('kwargs'),
    varargs: extra.includes('varargs'),
  }
  scope.analyze(node.body)
  for (const value of node.defaults) scope.analyze([value])
  const body = c.capture(() => {
    c.declare(inner)
    params.forEach((param, index) => {
      const preset = node.defaults[index - (params.length - node.defaults.length)]
      const id = c.variable(param, inner)
      if (preset !== undefined) {
        c.emit(`if (${id} === undefined) {`)
        c.line(inner, preset.line)
        c.emit(`${id} = ${c.expression(preset, inner)};`)
        c.emit('}')
        fn.line = 0
      } else {
        c.emit(
          `if (${id} === undefined) ${id} = undef(env, ${JSON.stringify(param)}, ${JSON.stringify(`parameter '${param}' was not provided`)});`,
        )
      }
    })
    c.statements(node.body, inner)
  })
  const code = c.wrap(fn, ids.join(', '), body, { out: 'o', end: 'return o' })
  return {
    code: `new Macro(env, ${code}, ${JSON.stringify(name)}, ${JSON.stringify(params)}, ${JSON.stringify(flags)}, ${c.input.autoescape})`,
  }
}

/** Emits the definition of a macro. */
export function compileMacro(c: Writer, node: MacroNode, frame: Frame): void {
  const { code } = macroCode(c, node, frame, node.name)
  c.emit(`${c.variable(node.name, frame)} = ${code};`)
  exportName(c, node.name, frame)
}

/** Emits the call of a call block, with its body as `caller`. */
export function compileCallBlock(c: Writer, node: CallBlock, frame: Frame): void {
  const { code } = macroCode(c, node, frame, null)
  const id = `caller${c.id()}`
  c.emit(`const ${id} = ${code};`)
  c.line(frame, node.line)
  c.write(frame, `rawText(${compileCall(c, node.call, frame, id)})`)
}
