import { compareWeights, type Part } from './part.ts'
import type { Capture, Route, Rule } from './rule.ts'
import { type SegmentTest, testAnyText } from './segment.ts'
import { PathMap, SegmentMap } from './segment-map.ts'
import { compileReader, type MatchValues, makeReader, makeValues, type ValuesReader } from './values.ts'

/** A rule that matched. */
export interface Match {
  /** Tells a match from a miss. */
  readonly kind: 'match'
  /** The rule. */
  readonly rule: Rule
  /** The values of its variables and defaults. Frozen and shared by all requests when the rule has no variable. */
  readonly values: MatchValues
}

/** Reads of a leaf's values before a reader is compiled for it: a rule that is hardly used is not worth it. */
const READS_BEFORE_COMPILING = 50

/** The end of a route in the tree. */
export class Leaf {
  /** The rule that the URL leads to. */
  readonly rule: Rule
  /** The methods of the rule; `undefined`: all. */
  readonly methods: ReadonlySet<string> | undefined
  /** Whether the rule is for WebSocket requests. */
  readonly isWebsocket: boolean
  /** The variables in the order of the URL. */
  readonly captures: readonly Capture[]
  /** The finished match of a route without variables. */
  readonly match: Match | undefined
  /** The rules of the same endpoint that take over when the values are their defaults. */
  rivals: readonly Rule[] = []
  /** Whether the match is final: the rule is no alias, redirects nowhere and has no rivals. */
  isPlain = true
  #read: ValuesReader
  #readsLeft = READS_BEFORE_COMPILING

  constructor({ rule, captures }: Route) {
    this.rule = rule
    this.methods = rule.methods
    this.isWebsocket = rule.websocket
    this.captures = captures
    this.#read = makeReader(captures)
    if (captures.length === 0) {
      const values = Object.freeze(Object.assign(makeValues(), rule.defaults))
      this.match = Object.freeze({ kind: 'match', rule, values })
    }
  }

  /** The values of the texts that were captured; throws what a converter throws. */
  read(texts: readonly string[]): MatchValues {
    if (this.#readsLeft > 0 && --this.#readsLeft === 0) this.#read = compileReader(this.captures) ?? this.#read
    return this.#read(texts)
  }

  /** Whether the rule answers such a request. */
  answers(method: string, isWebsocket: boolean): boolean {
    return this.isWebsocket === isWebsocket && (this.methods === undefined || this.methods.has(method))
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
  /** Whether a dynamic part takes one segment alone, so that the end of the segment has to be known. */
  needsEnd = false
  /** The routes that end here, in the order of their making. */
  readonly leaves: Leaf[] = []
  /** The node behind the empty segment that a slash at the end of a URL, or a doubled one, makes. */
  slash: Node | undefined = undefined

  /** The node behind a part, made when it is missing. */
  enter(part: Part): Node {
    const { content, test } = part
    if (test !== undefined) {
      if (!part.isFinal) this.needsEnd = true
      return enterEdge(this.edges, part, test, new Node())
    }
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
