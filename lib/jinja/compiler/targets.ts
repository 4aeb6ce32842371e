import type { Expression, Statement } from '../nodes.ts'
import type { Frame } from './frame.ts'
import type { Writer } from './writer.ts'

/** Thrown to stop compiling a template's rest, which would never run. */
export class EndOfTemplate extends Error {}

/** Emits the check that what an attribute is set on is a namespace; Jinja makes it before the value is evaluated. */
export function checkTarget(c: Writer, target: Expression, frame: Frame): void {
  if (target.type === 'NamespaceRef') c.emit(`checkNamespace(${c.variable(target.name, frame)});`)
  else if (target.type === 'Tuple') for (const item of target.items) checkTarget(c, item, frame)
}

/** Emits the setting of a target; `value` is code that has no effects when repeated. */
export function assign(c: Writer, target: Expression, value: string, frame: Frame): void {
  if (target.type === 'Name') {
    c.emit(`${c.variable(target.name, frame)} = ${value};`)
    exportName(c, target.name, frame)
  } else if (target.type === 'NamespaceRef') {
    c.emit(`setAttribute(${c.variable(target.name, frame)}, ${JSON.stringify(target.attr)}, ${value});`)
  } else if (target.type === 'Tuple') {
    const kept = `u${c.id()}`
    c.emit(`const ${kept} = unpack(${value}, ${target.items.length});`)
    target.items.forEach((item, index) => {
      assign(c, item, `${kept}[${index}]`, frame)
    })
  }
}

/** Emits what makes a name set at the top level known to blocks, includes and importing templates. */
export function exportName(c: Writer, name: string, frame: Frame, isImport = false): void {
  if (!frame.isTopLevel) return
  const key = JSON.stringify(name)
  c.emit(`ctx.vars[${key}] = ${c.variable(name, frame)};`)
  if (isImport) c.emit(`ctx.exported_vars.delete(${key});`)
  else if (!name.startsWith('_')) c.emit(`ctx.exported_vars.add(${key});`)
}

/** Emits statements into a buffer of their own and gives its variable. */
export function buffered(c: Writer, body: readonly Statement[], frame: Frame): string {
  const out = `o${c.id()}`
  frame.out = out
  c.emit(`let ${out} = '';`)
  c.declare(frame)
  c.statements(body, frame)
  return out
}

/** Code of what a buffer holds, as a value. */
export function captured(out: string, frame: Frame): string {
  if (frame.escaping === false) return out
  return frame.escaping === true ? `markup(${out})` : `finish(${out}, ${frame.escaping})`
}
