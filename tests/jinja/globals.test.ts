import t from 'tap'
import { Cycler, defaultGlobals, Joiner, Namespace, range } from '../../lib/jinja/globals.ts'
import { renderOf } from '../support/jinja-answers.ts'

const CASES: [source: string, output: string][] = [
  ['{{ range(3)|list }} {{ range(1, 4)|list }} {{ range(4, 0, -2)|list }}', '[0, 1, 2] [1, 2, 3] [4, 2]'],
  [
    '{{ range(3) }} {{ range(1, 9, 2) }} {{ range(9)[2] }} {{ range(9)[-1] }} {{ range(9)[2:4] }}',
    'range(0, 3) range(1, 9, 2) 2 8 range(2, 4)',
  ],
  ['{{ range(3).start }}{{ range(3).stop }}{{ range(3).step }}', '031'],
  ['{{ range(true) |list }}', '[0]'],
  ['{{ range("3") }}', '!TypeError'],
  ['{{ range(1.5) }}', '!TypeError'],
  ['{{ range(nope) }}', '!UndefinedError'],
  ['{{ range(0, 1, 0) }}', '!ValueError'],
  [
    '{{ dict(a=1, b=2) }} {{ dict([("x", 1)], y=2) }} {{ dict({"k": "v"}) }} {{ dict() }}',
    "{'a': 1, 'b': 2} {'x': 1, 'y': 2} {'k': 'v'} {}",
  ],
  ['{{ dict(1) }}', '!TypeError'],
  ['{{ dict([1]) }}', '!TypeError'],
  ['{{ dict(["abc"]) }}', '!ValueError'],
  ['{{ dict({}, {}) }}', '!TypeError'],
  [
    '{% set c = cycler("a", "b") %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.pos }}{{ c.reset() }}{{ c.current }}',
    'abab1Nonea',
  ],
  ['{{ cycler() }}', '!Error'],
  ['{% set j = joiner("|") %}{{ j() }}{{ j() }}{{ j() }} {{ j.sep }} {{ j.used }}', '|| | True'],
  ['{{ joiner()(1) }}', '!TypeError'],
  [
    '{% set n = namespace(a=1) %}{% for x in [5, 6] %}{% set n.a = n.a + x %}{% endfor %}{{ n.a }}{{ n.b is defined }}',
    '12False',
  ],
  [
    '{{ namespace({"a": 1}, b=2) }} {{ namespace([("k", 1)]).k }} {{ namespace(a=3)["a"] }}',
    "<Namespace {'a': 1, 'b': 2}> 1 3",
  ],
  ['{% set n = namespace() %}{% set n.__proto__ = 1 %}{{ n.__proto__ }}[{{ n.constructor }}]', '1[]'],
  ['{% set d = {} %}{% set d.a = 1 %}', '!TemplateRuntimeError'],
]

t.test("the globals do what Jinja's do", (t) => {
  for (const [source, output] of CASES) t.equal(renderOf(source), output, source)
  t.end()
})

t.test('each environment has its own table of them', (t) => {
  const one = defaultGlobals()
  t.same(Object.keys(one).sort(), ['cycler', 'dict', 'joiner', 'lipsum', 'namespace', 'range'])
  t.equal(Object.getPrototypeOf(one), null)
  t.not(one, defaultGlobals())
  t.end()
})

t.test('they work from JavaScript too', (t) => {
  t.same([...range(2, 4)], [2, 3])
  const cycler = new Cycler(1, 2)
  t.same([cycler.next(), cycler.next(), cycler.next()], [1, 2, 1])
  t.same([...cycler.items], [1, 2])
  const joiner = new Joiner()
  t.same([joiner.__call__(false, []), joiner.__call__(false, [])], ['', ', '])
  const namespace = new Namespace({ a: 1 })
  namespace.__setitem__('b', 2)
  t.equal(namespace.__getattr__('b'), 2)
  t.end()
})
