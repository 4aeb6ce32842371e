import type { FilterFunction, Names, TestFunction } from './host.ts'
import type { Statement } from './nodes.ts'
import type { Parser, TagParser } from './parser.ts'

/** What adds tags, and what they need, to an environment. */
export interface Extension {
  /** What reads each tag it adds. */
  readonly tags?: Readonly<Record<string, TagParser>> | undefined
  /** Filters that it adds. */
  readonly filters?: Readonly<Record<string, FilterFunction>> | undefined
  /** Tests that it adds. */
  readonly tests?: Readonly<Record<string, TestFunction>> | undefined
  /** Names that it adds to every template. */
  readonly globals?: Readonly<Names> | undefined
}

/** `{% do expression %}`, which evaluates without printing. */
export const doExtension: Extension = {
  tags: {
    do(parser: Parser): Statement {
      const { line } = parser.stream.next()
      return { type: 'ExprStatement', node: parser.expressions.parseTuple(), line }
    },
  },
}

/** `{% break %}` and `{% continue %}`. */
export const loopControls: Extension = {
  tags: {
    break: (parser: Parser): Statement => ({ type: 'LoopControl', op: 'break', line: parser.stream.next().line }),
    continue: (parser: Parser): Statement => ({ type: 'LoopControl', op: 'continue', line: parser.stream.next().line }),
  },
}

/** The extensions that come with the engine, by their names, and by those Python knows them by. */
const NAMED: ReadonlyMap<string, Extension> = new Map([
  ['do', doExtension],
  ['jinja2.ext.do', doExtension],
  ['loopcontrols', loopControls],
  ['jinja2.ext.loopcontrols', loopControls],
])

/** An extension given by itself or by name. @throws TypeError for a name that is not known. */
export function findExtension(extension: string | Extension): Extension {
  if (typeof extension !== 'string') return extension
  const found = NAMED.get(extension)
  if (found === undefined) {
    throw new TypeError(
      `there is no extension '${extension}'; the engine has 'do' and 'loopcontrols', others are given as objects`,
    )
  }
  return found
}
