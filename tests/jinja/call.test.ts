import t from 'tap'
import { toHost } from '../../lib/jinja/call.ts'
import { Environment, Markup, pass_context, pass_environment, pass_eval_context } from '../../lib/jinja/index.ts'
import { Dict, Float, Tuple } from '../../lib/jinja/python/containers.ts'
import { Undefined } from '../../lib/jinja/undefined.ts'

/** Renders a call of `f` and gives what `f` was called with. */
function argumentsOf(source: string, context: Record<string, unknown> = {}): unknown[] {
  let seen: unknown[] = []
  const f = (...args: unknown[]) => {
    seen = args
    return ''
  }
  new Environment({ autoescape: true }).from_string(source).render({ ...context, f })
  return seen
}

t.test('keyword arguments reach a function as one trailing object', (t) => {
  t.same(argumentsOf('{{ f(1, 2, a=3, b="x") }}'), [1, 2, { a: 3, b: 'x' }])
  t.same(argumentsOf('{{ f(a=1, **{"b": 2}) }}'), [{ a: 1, b: 2 }])
  t.same(argumentsOf('{{ f(*[1, 2], **d) }}', { d: { k: 1 } }), [1, 2, { k: 1 }])
  t.same(argumentsOf('{{ f() }}'), [])
  t.end()
})

t.test('__proto__ as a keyword does not touch the prototype', (t) => {
  const [options] = argumentsOf('{{ f(__proto__=1) }}') as [object]
  t.equal(Object.getPrototypeOf(options), Object.prototype)
  t.ok(Object.hasOwn(options, '__proto__'))
  t.end()
})

t.test('a function gets values as JavaScript has them', (t) => {
  t.same(argumentsOf('{{ f(1.0, 4 / 2, nope, none, {"a": {"b": 1.0}}, [1.0, {"k": 1}]) }}'), [
    1,
    2,
    undefined,
    null,
    { a: { b: 1 } },
    [1, { k: 1 }],
  ])
  const [dict] = argumentsOf('{{ f({1: "a"}) }}')
  t.type(dict, Map, 'keys that are no texts need a Map')
  const [macro] = argumentsOf('{% macro m(x) %}<{{ x }}>{% endmacro %}{{ f(m) }}') as [(x: string) => Markup]
  t.equal(String(macro('&')), '<&amp;>')
  t.type(macro('&'), Markup)
  t.end()
})

t.test('a list that needs no change is handed over itself', (t) => {
  const xs = [1, 2]
  t.equal(argumentsOf('{{ f(xs) }}', { xs })[0], xs)
  t.end()
})

t.test('values become what JavaScript knows', (t) => {
  t.equal(toHost(new Float(2)), 2)
  t.equal(toHost(new Undefined()), undefined)
  t.same(toHost(Dict.make([['__proto__', 1]])), JSON.parse('{"__proto__": 1}'))
  const tuple = Tuple.make([1, 2])
  t.equal(toHost(tuple), tuple)
  t.end()
})

t.test('marked functions get the context, the evaluation context or the environment first', (t) => {
  const environment = new Environment({ autoescape: true })
  const context = {
    c: pass_context((ctx: { resolve(name: string): unknown }, name: string) => ctx.resolve(name)),
    e: pass_eval_context((evaluation: { autoescape: boolean }) => evaluation.autoescape),
    v: pass_environment((env: unknown) => env === environment),
    x: 5,
  }
  const template = environment.from_string(
    '{% set y = 6 %}{{ c("x") }}{{ c("y") }} {{ e() }} {% autoescape false %}{{ e() }}{% endautoescape %} {{ v() }}',
  )
  t.equal(template.render(context), '56 True False True')
  t.end()
})

t.test('a method is called on its object', (t) => {
  class Counter {
    #count = 0
    next(step = 1): number {
      this.#count += step
      return this.#count
    }
  }
  const render = (source: string) =>
    new Environment().from_string(source).render({ c: new Counter(), d: { n: 2, f: own } })
  function own(this: { n: number }): number {
    return this.n
  }
  t.equal(render('{{ c.next() }}{{ c.next(5) }}{{ c["next"]() }}'), '167')
  t.equal(render('{% set f = c.next %}{{ f() }}{{ f() }}'), '12')
  t.equal(render('{{ d.f() }}'), '2')
  t.end()
})

t.test('what cannot be called says so', (t) => {
  const environment = new Environment()
  for (const source of ['{{ 1() }}', '{{ "a"() }}', '{{ none() }}', '{{ [1]() }}']) {
    t.throws(() => environment.from_string(source).render(), { name: 'TypeError', message: /is not callable/ }, source)
  }
  t.throws(() => environment.from_string('{{ f(**[1]) }}').render({ f: () => 1 }), /must be a mapping/)
  t.throws(() => environment.from_string('{{ f(a=1, **{"a": 2}) }}').render({ f: () => 1 }), /multiple values/)
  t.end()
})
