import { type BaseConverter, escapeRegex, isPartIsolating } from './converters.ts'
import type { FlatToken } from './pattern.ts'
import { type Element, makeTest, type SegmentTest } from './segment.ts'

/**
 * The rank of a part among those at the same place: more static text first, then longer text, then more variables, then
 * lighter converters.
 *
 * @see werkzeug.routing.rules.Weighting
 */
export interface Weight {
  /** Minus the number of static texts. */
  readonly staticCount: number
  /** For each static text, minus its length in characters. */
  readonly staticLengths: readonly number[]
  /** Minus the number of variables. */
  readonly variableCount: number
  /** For each variable, the weight of its converter. */
  readonly converterWeights: readonly number[]
}

/** One step of a rule through the tree: a static segment, or a dynamic one (the whole rest of the URL when final). */
export interface Part {
  /** The segment itself when `test` is `undefined`; else what tells equal parts of two rules. */
  readonly content: string
  /** Test of a dynamic part; `undefined` for a static one. */
  readonly test: SegmentTest | undefined
  /** How many variables the part has. */
  readonly variables: number
  /** Whether the part takes all the rest of the URL. */
  readonly isFinal: boolean
  /** The rank among the dynamic parts at the same place. */
  readonly weight: Weight
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const difference = a[index]! - b[index]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Orders two ranks: negative when `a` is tried before `b`. */
export function compareWeights(a: Weight, b: Weight): number {
  return (
    a.staticCount - b.staticCount ||
    compareLists(a.staticLengths, b.staticLengths) ||
    a.variableCount - b.variableCount ||
    compareLists(a.converterWeights, b.converterWeights)
  )
}

/** Collects the pieces of one part until the slash that ends it. */
class PartBuilder {
  readonly elements: Element[] = []
  readonly staticLengths: number[] = []
  readonly converterWeights: number[] = []
  isFinal = false

  addText(text: string): void {
    const last = this.elements.length - 1
    if (typeof this.elements[last] === 'string') this.elements[last] += text
    else this.elements.push(text)
  }

  addConverter(converter: BaseConverter): void {
    this.elements.push(converter)
    this.converterWeights.push(converter.weight)
    if (!isPartIsolating(converter)) this.isFinal = true
  }

  get weight(): Weight {
    const { staticLengths, converterWeights } = this
    return {
      staticCount: 0 - staticLengths.length,
      staticLengths,
      variableCount: 0 - converterWeights.length,
      converterWeights,
    }
  }

  finish(isSuffixed: boolean, isLazy: boolean): Part {
    const { elements, weight, isFinal } = this
    const variables = this.converterWeights.length
    if (variables === 0) {
      return { content: elements.join(''), test: undefined, variables, isFinal: false, weight }
    }
    const content = elements.map((element) =>
      typeof element === 'string' ? escapeRegex(element) : `(${element.regex})`,
    )
    return {
      content: JSON.stringify([content.join(''), isFinal, isSuffixed, isLazy && elements.length > 1, weight]),
      test: makeTest(elements, isSuffixed, isLazy),
      variables,
      isFinal,
      weight,
    }
  }
}

/**
 * Cuts one variant of a rule into parts, as Werkzeug does: at each slash, but from a variable that takes slashes on, all the
 * rest is one part. A part of the latter kind that ends with a slash is followed by an empty static part.
 */
export function makeParts(
  tokens: readonly FlatToken[],
  converters: ReadonlyMap<string, BaseConverter>,
  isLazy: boolean,
): Part[] {
  const parts: Part[] = []
  let builder = new PartBuilder()
  for (const token of tokens) {
    if (token.type !== 'text') {
      builder.addConverter(converters.get(token.name)!)
      continue
    }
    for (const piece of token.value.split(/(\/)/)) {
      if (piece === '') continue
      if (piece !== '/') {
        builder.staticLengths.push(0 - Array.from(piece).length)
        builder.addText(piece)
      } else if (builder.isFinal) {
        builder.addText('/')
      } else {
        parts.push(builder.finish(false, isLazy))
        builder = new PartBuilder()
      }
    }
  }
  const last = builder.elements.length - 1
  const text = builder.elements[last]
  if (builder.isFinal && typeof text === 'string' && text.endsWith('/')) {
    if (text === '/') builder.elements.pop()
    else builder.elements[last] = text.slice(0, -1)
    parts.push(builder.finish(true, isLazy))
    builder = new PartBuilder()
  }
  parts.push(builder.finish(false, isLazy))
  return parts
}
