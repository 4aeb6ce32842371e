import type { Block, Extends, FromImport, Import, Include } from '../nodes.ts'
import type { Frame } from './frame.ts'
import { EndOfTemplate, exportName } from './targets.ts'
import type { Writer } from './writer.ts'

/** Code of an object with every name that is set around a place, for what sees these names. */
function locals(frame: Frame): string {
  const parts: string[] = []
  for (const [name, variable] of frame.scope.visible()) parts.push(`[${JSON.stringify(name)}]: ${variable.id}`)
  return parts.length === 0 ? 'NOTHING' : `{__proto__: null, ${parts.join(', ')}}`
}

/** Emits the place of a block. */
export function compileBlock(c: Writer, node: Block, frame: Frame): void {
  if (frame.isTopLevel && frame.dropsAfterExtends) {
    if (c.hasExtends) return
    if (c.extendsSoFar > 0) c.emit('if (parent === undefined) {')
  }
  const name = JSON.stringify(node.name)
  const context = node.scoped ? `ctx.derived(${locals(frame)})` : 'ctx'
  c.line(frame, node.line)
  if (node.required) c.emit(`requiredBlock(ctx, ${name});`)
  const call = `ctx.blocks[${name}][0](${context})`
  if (frame.out === '') c.emit(`yield* ${call};`)
  else if (c.input.mode === 'render') c.emit(`${frame.out} += ${call};`)
  else c.emit(`${frame.out} += ${c.isAsync ? 'await ' : ''}runBlock(${call});`)
  if (frame.isTopLevel && frame.dropsAfterExtends && c.extendsSoFar > 0) c.emit('}')
}

/** Emits what makes a template continue in the one it extends. */
export function compileExtends(c: Writer, node: Extends, frame: Frame): void {
  if (!frame.isTopLevel) c.fail('extends has to stand outside of blocks, macros and loops', node.line)
  c.line(frame, node.line)
  if (c.extendsSoFar > 0) {
    if (!c.hasExtends) c.emit('if (parent !== undefined)')
    c.emit('extend.again();')
    if (c.hasExtends) throw new EndOfTemplate()
  }
  const mode = JSON.stringify(c.input.mode)
  c.emit(`parent = extend(env, ctx, ${c.expression(node.template, frame)}, TEMPLATE, ${mode});`)
  if (frame.isRoot && !frame.isSoft) c.hasExtends = true
  c.extendsSoFar++
}

/** Emits the output of another template. */
export function compileInclude(c: Writer, node: Include, frame: Frame): void {
  c.line(frame, node.line)
  const name = c.expression(node.template, frame)
  const names = node.withContext ? locals(frame) : 'undefined'
  const mode = JSON.stringify(frame.out === '' ? c.input.mode : c.isAsync ? 'render_async' : 'render')
  const call = `include(env, ctx, ${name}, TEMPLATE, ${node.ignoreMissing}, ${names}, ${mode})`
  if (frame.out === '') c.emit(`yield* ${call};`)
  else c.emit(`${frame.out} += ${c.isAsync ? 'await ' : ''}${call};`)
}

function moduleCode(c: Writer, node: Import | FromImport, frame: Frame): string {
  const name = c.expression(node.template, frame)
  const helper = c.isAsync ? 'await importModuleAsync' : 'importModule'
  return `${helper}(env, ctx, ${name}, TEMPLATE, ${node.withContext ? locals(frame) : 'undefined'})`
}

/** Emits the import of a whole template under a name. */
export function compileImport(c: Writer, node: Import, frame: Frame): void {
  c.line(frame, node.line)
  c.emit(`${c.variable(node.target, frame)} = ${moduleCode(c, node, frame)};`)
  exportName(c, node.target, frame, true)
}

/** Emits the import of single names of a template. */
export function compileFromImport(c: Writer, node: FromImport, frame: Frame): void {
  c.line(frame, node.line)
  const kept = `u${c.id()}`
  c.emit(`const ${kept} = ${moduleCode(c, node, frame)};`)
  for (const { name, alias } of node.names) {
    c.emit(`${c.variable(alias, frame)} = importName(env, ${kept}, ${JSON.stringify(name)}, TEMPLATE);`)
    exportName(c, alias, frame, true)
  }
}
