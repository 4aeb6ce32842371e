import t from 'tap'
import type { RouteArguments } from '../../lib/routing/index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only when the types are the same; `npx tsc --noEmit` is what proves these tests. */
function same<A, B>(..._proof: Equal<A, B> extends true ? [] : [never]): boolean {
  return true
}

declare module '../../lib/routing/arguments.ts' {
  interface Converters {
    /** A list, for this test. */
    plusForTest: string[]
  }
}

// biome-ignore lint/complexity/noBannedTypes: what a rule without variables gives.
type None = {}

t.test("the arguments of a rule in Flask's syntax have the types of their converters", (t) => {
  t.ok(same<RouteArguments<'/'>, None>())
  t.ok(same<RouteArguments<'/user/<name>'>, { name: string }>())
  t.ok(same<RouteArguments<'/user/<name>/<int:id>'>, { name: string; id: number }>())
  t.ok(
    same<RouteArguments<'/<float:x>/<path:p>/<uuid:u>/<string:s>'>, { x: number; p: string; u: string; s: string }>(),
  )
  t.ok(same<RouteArguments<'/<int(min=1, max=5):n>'>, { n: number }>())
  t.ok(same<RouteArguments<'/<string(length=2):code>-<int:n>.html'>, { code: string; n: number }>())
  t.ok(same<RouteArguments<'/<any(red, green,blue):color>'>, { color: 'red' | 'green' | 'blue' }>())
  t.ok(same<RouteArguments<'/<any("a,b", c):x>'>, { x: string }>())
  t.ok(same<RouteArguments<'/a:b/*c/{d}/<e>'>, { e: string }>())
  t.end()
})

t.test("the arguments of a rule in path-to-regexp's syntax are texts, those in groups optional", (t) => {
  t.ok(same<RouteArguments<'/about'>, None>())
  t.ok(same<RouteArguments<'/user/:id'>, { id: string }>())
  t.ok(same<RouteArguments<'/:from-:to.html'>, { from: string; to: string }>())
  t.ok(same<RouteArguments<'/files/*path'>, { path: string }>())
  t.ok(same<RouteArguments<'/list{/:page}'>, { page?: string }>())
  t.ok(same<RouteArguments<'/:a{/:b{/:c}}/:d'>, { a: string; b?: string; c?: string; d: string }>())
  t.ok(same<RouteArguments<'/a\\:b/\\{:c\\}'>, { c: string }>())
  t.ok(same<RouteArguments<'/:"first name"/:last_name1'>, { 'first name': string; last_name1: string }>())
  t.end()
})

t.test('a converter that was declared has its type, another one is unknown', (t) => {
  t.ok(same<RouteArguments<'/colors/<plusForTest:names>'>, { names: string[] }>())
  t.ok(same<RouteArguments<'/colors/<other:names>'>, { names: unknown }>())
  t.end()
})

t.test('a rule that is only known as a text gives a record', (t) => {
  t.ok(same<RouteArguments<string>, Record<string, unknown>>())
  t.ok(same<RouteArguments<`/x/${string}`>, None>() || true)
  t.end()
})

t.test('the types that are wrong do not compile', (t) => {
  // @ts-expect-error an integer is no text
  t.ok(same<RouteArguments<'/<int:id>'>, { id: string }>())
  // @ts-expect-error an optional argument may be missing
  t.ok(same<RouteArguments<'/list{/:page}'>, { page: string }>())
  t.end()
})
