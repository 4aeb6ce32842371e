import { compareWeights, type Part } from './part.ts'
import type { Capture, Route, Rule } from './rule.ts'
import { type SegmentTest, testAnyText } from './segment.ts'
import { PathMap, SegmentMap } from './segment-map.ts'

/** The values of a URL's variables by name, each an own property of an object that inherits nothing. */
export type MatchValues = Record<string, unknown>

/** A rule that matched. */
export interface Match {
  /** Tells a match from a miss. */
  readonly kind: 'match'
  /** The rule. */
  readonly rule: Rule
  /** The values of its variables and defaults. Frozen and shared by all requests when the rule has no variable. */
  readonly values: MatchValues
}

// Objects made by it inherit no property and, unlike those of Object.create(null), have the fast layout.
function Values(): void {}
Values.prototype = Object.freeze(Object.create(null))
const ValuesClass = Values as unknown as new () => MatchValues

/** An empty object for values. */
export function makeValues(): MatchValues {
  return new ValuesClass()
}

/** The end of a route in the tree. */
export class Leaf {
  /** The rule that the URL leads to. */
  readonly rule: Rule
  /** The variables in the order of the URL. */
  readonly captures: readonly Capture[]
  /** The finished match of a route without variables. */
  readonly match: Match | undefined
  /** The rules of the same endpoint that take over when the values are their defaults. */
  rivals: readonly Rule[] = []
  /** Whether the match is final: the rule is no alias, redirects nowhere and has no rivals. */
  isPlain = true

  constructor({ rule, captures }: Route) {
    this.rule = rule
    this.captures = captures
    if (captures.length === 0) {
      const values = Object.freeze(Object.assign(makeValues(), rule.defaults))
      this.match = Object.freeze({ kind: 'match', rule, values })
    }
  }

  /** Whether the rule answers this method. */
  hasMethod(method: string): boolean {
    const { methods } = this.rule
    return methods === undefined || methods.has(method)
  }
}

/** A way to the next node, or to a host, through one dynamic part. */
export class Edge<T> {
  /** The part. */
  readonly part: Part
  /** Its test. */
  readonly test: SegmentTest
  /** What is behind it. */
  readonly node: T
  /** Whether the test is for any text but none: the most frequent one by far, which the matcher does without a call. */
  readonly isAnyText: boolean
  /** Whether the part takes all the rest of the URL. */
  readonly isFinal: boolean
  /** How many variables the part has. */
  readonly variables: number

  constructor(part: Part, test: SegmentTest, node: T) {
    this.part = part
    this.test = test
    this.node = node
    this.isAnyText = test === testAnyText
    this.isFinal = part.isFinal
    this.variables = part.variables
  }
}

/** One state of the tree, after some parts of a URL. */
export class Node {
  /** The nodes behind static segments that are not empty; `undefined` when there are none. */
  statics: SegmentMap<Node> | undefined = undefined
  /** The dynamic parts in the order in which they are tried. */
  readonly edges: Edge<Node>[] = []
  /** The routes that end here, in the order of their making. */
  readonly leaves: Leaf[] = []
  /** The node behind the empty segment that a slash at the end of a URL, or a doubled one, makes. */
  slash: Node | undefined = undefined

  /** The node behind a part, made when it is missing. */
  enter(part: Part): Node {
    const { content, test } = part
    if (test !== undefined) return enterEdge(this.edges, part, test, new Node())
    if (content === '') {
      this.slash ??= new Node()
      return this.slash
    }
    this.statics ??= new SegmentMap()
    const known = this.statics.find(content, 0)
    if (known !== undefined) return known.value
    const next = new Node()
    this.statics.add(content, next)
    return next
  }
}

/**
 * What is behind a dynamic part: as it was before, or `fresh`, on a new edge behind all that are not heavier, so that equals stay
 * in the order of their making.
 */
export function enterEdge<T>(edges: Edge<T>[], part: Part, test: SegmentTest, fresh: T): T {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareWeights(edges[middle]!.part.weight, part.weight) > 0) high = middle
    else low = middle + 1
  }
  // Equal parts have equal weights, and those stand right before the place of a new one.
  for (let index = low - 1; index >= 0 && compareWeights(edges[index]!.part.weight, part.weight) === 0; index--) {
    if (edges[index]!.part.content === part.content) return edges[index]!.node
  }
  edges.splice(low, 0, new Edge(part, test, fresh))
  return fresh
}

/** The rules of one host or subdomain. */
export class Host {
  /** The node behind the first slash. */
  readonly root: Node = new Node()
  /** Node of each route without variables, by its path. */
  readonly statics: PathMap<Node> = new PathMap()

  /** Adds a route, and returns its leaf; `undefined` when the same rule ends there already, by another choice of groups. */
  add(route: Route): Leaf | undefined {
    let node = this.root
    let path = ''
    for (const part of route.path) {
      node = node.enter(part)
      path += `/${part.content}`
    }
    if (node.leaves.some((leaf) => leaf.rule === route.rule)) return undefined
    const leaf = new Leaf(route)
    node.leaves.push(leaf)
    if (route.path.every((part) => part.test === undefined)) this.statics.set(path, node)
    return leaf
  }
}
