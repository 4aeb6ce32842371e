import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { Dict, Float, Range, Tuple, View } from '../../../lib/jinja/python/containers.ts'
import { floatText, numberText, repr, str } from '../../../lib/jinja/python/text.ts'
import { DebugUndefined, StrictUndefined, Undefined } from '../../../lib/jinja/undefined.ts'

const TEXTS: [value: unknown, asStr: string, asRepr: string][] = [
  [null, 'None', 'None'],
  [true, 'True', 'True'],
  [false, 'False', 'False'],
  [0, '0', '0'],
  [-5, '-5', '-5'],
  [1000000000000000000000000000000n, '1000000000000000000000000000000', '1000000000000000000000000000000'],
  ['', '', "''"],
  ['a', 'a', "'a'"],
  ["it's", "it's", '"it\'s"'],
  ['"', '"', "'\"'"],
  ['\'"', '\'"', "'\\'\"'"],
  ['\\', '\\', "'\\\\'"],
  ['\n\r\t', '\n\r\t', "'\\n\\r\\t'"],
  ['\x00\x1b\x7f', '\x00\x1b\x7f', "'\\x00\\x1b\\x7f'"],
  ['\x85\xa0\u00ad', '\x85\xa0\u00ad', "'\\x85\\xa0\\xad'"],
  ['é', 'é', "'é'"],
  ['中', '中', "'中'"],
  ['\u{1f600}', '\u{1f600}', "'\u{1f600}'"],
  ['\u200b\u2028', '\u200b\u2028', "'\\u200b\\u2028'"],
  ['\ue000', '\ue000', "'\\ue000'"],
  ['\ud800', '\ud800', "'\\ud800'"],
  [' ', ' ', "' '"],
  ['\u3000', '\u3000', "'\\u3000'"],
  [new Float(0), '0.0', '0.0'],
  [new Float(-0), '-0.0', '-0.0'],
  [new Float(1), '1.0', '1.0'],
  [1.5, '1.5', '1.5'],
  [-2.25, '-2.25', '-2.25'],
  [0.30000000000000004, '0.30000000000000004', '0.30000000000000004'],
  [new Float(1000000000000000), '1000000000000000.0', '1000000000000000.0'],
  [1e16, '1e+16', '1e+16'],
  [1.2345678901234568e17, '1.2345678901234568e+17', '1.2345678901234568e+17'],
  [1e22, '1e+22', '1e+22'],
  [1.5e300, '1.5e+300', '1.5e+300'],
  [0.0001, '0.0001', '0.0001'],
  [1e-5, '1e-05', '1e-05'],
  [1.5e-7, '1.5e-07', '1.5e-07'],
  [5e-324, '5e-324', '5e-324'],
  [0.00012345, '0.00012345', '0.00012345'],
  [0.001, '0.001', '0.001'],
  [Number.POSITIVE_INFINITY, 'inf', 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf', '-inf'],
  [Number.NaN, 'nan', 'nan'],
  [[], '[]', '[]'],
  [[1, 'a', null], "[1, 'a', None]", "[1, 'a', None]"],
  [[[new Float(1)], [true]], '[[1.0], [True]]', '[[1.0], [True]]'],
  [Tuple.make([]), '()', '()'],
  [Tuple.make([1]), '(1,)', '(1,)'],
  [Tuple.make([1, 'b']), "(1, 'b')", "(1, 'b')"],
  [{}, '{}', '{}'],
  [{ a: 1 }, "{'a': 1}", "{'a': 1}"],
  [{ a: { b: [1] } }, "{'a': {'b': [1]}}", "{'a': {'b': [1]}}"],
  [
    Dict.make([
      [1, 'x'],
      [null, 2],
      [Tuple.make([1, 2]), 3],
      [2.5, 4],
    ]),
    "{1: 'x', None: 2, (1, 2): 3, 2.5: 4}",
    "{1: 'x', None: 2, (1, 2): 3, 2.5: 4}",
  ],
  [new Set([1, 2]), '{1, 2}', '{1, 2}'],
  [new Set([]), 'set()', 'set()'],
  [new Range(0, 3, 1), 'range(0, 3)', 'range(0, 3)'],
  [new Range(1, 5, 1), 'range(1, 5)', 'range(1, 5)'],
  [new Range(0, 9, 3), 'range(0, 9, 3)', 'range(0, 9, 3)'],
  [new Markup('<b>'), '<b>', "Markup('<b>')"],
  [[new Markup("it's")], '[Markup("it\'s")]', '[Markup("it\'s")]'],
  [{ k: new Markup('x') }, "{'k': Markup('x')}", "{'k': Markup('x')}"],
]

t.test('a value prints as in Python, and inside of a list as in Python', (t) => {
  for (const [value, asStr, asRepr] of TEXTS) {
    t.equal(str(value), asStr, asRepr)
    t.equal(repr(value), asRepr, `the repr of ${asRepr}`)
    t.equal(str([value]), `[${asRepr}]`, `${asRepr} in a list`)
  }
  t.end()
})

t.test('a Map is a dict, and what items() and the like give is shown as a view', (t) => {
  t.equal(str(new Map([['a', 1]])), "{'a': 1}")
  const keys = new View()
  keys.push('a')
  keys.__kind__ = 'keys'
  t.equal(repr(keys), "dict_keys(['a'])")
  t.end()
})

t.test('what is missing prints as nothing, or as its class says', (t) => {
  t.equal(str(undefined), '')
  t.equal(repr(undefined), 'Undefined')
  t.equal(str(new Undefined({ name: 'x' })), '')
  t.equal(str([new Undefined({ name: 'x' })]), '[Undefined]')
  t.equal(str(new DebugUndefined({ name: 'x' })), '{{ x }}')
  t.throws(() => str(new StrictUndefined({ name: 'x' })), { name: 'UndefinedError' })
  t.end()
})

t.test('numbers that JavaScript does not tell from integers are printed as integers', (t) => {
  t.equal(numberText(-0), '0')
  t.equal(numberText(2 ** 53), '9007199254740992.0', 'but beyond 2^53 an integer would be a bigint')
  t.equal(floatText(3), '3.0')
  t.equal(floatText(1e21), '1e+21')
  t.end()
})

t.test(
  'an object with a class prints by __str__, __repr__ or toString, and never shows what it holds otherwise',
  (t) => {
    class Named {
      toString(): string {
        return 'by toString'
      }
    }
    class Pythonic {
      __str__(): string {
        return 'by __str__'
      }
      __repr__(): string {
        return 'by __repr__'
      }
    }
    class OnlyRepr {
      __repr__(): string {
        return 'only __repr__'
      }
    }
    class Secret {
      password = 'hunter2'
    }
    t.equal(str(new Named()), 'by toString')
    t.equal(str(new Pythonic()), 'by __str__')
    t.equal(repr(new Pythonic()), 'by __repr__')
    t.equal(str(new OnlyRepr()), 'only __repr__')
    t.equal(str(new Secret()), '<Secret object>')
    t.equal(str([new Date(0)]), `[${new Date(0).toString()}]`)
    t.equal(
      str(function view() {}),
      '<function view>',
    )
    t.equal(str(Symbol('x')), 'Symbol(x)')
    t.match(str([1].values()), /generator|Iterator/)
    t.end()
  },
)

t.test('containers inside of themselves print dots', (t) => {
  const list: unknown[] = [1]
  list.push(list)
  t.equal(str(list), '[1, [...]]')
  const dict: Record<string, unknown> = {}
  dict['self'] = dict
  t.equal(str(dict), "{'self': {...}}")
  const both: unknown[] = [dict, list]
  t.equal(str(both), "[{'self': {...}}, [1, [...]]]")
  t.equal(str([list, list]), '[[1, [...]], [1, [...]]]', 'twice side by side is no cycle')
  t.end()
})

t.test('an item that throws leaves nothing behind', (t) => {
  const bomb = {
    toString(): string {
      throw new Error('boom')
    },
  }
  const list = [Object.assign(Object.create(new (class Bomb {})()) as object, bomb)]
  t.throws(() => str(list), /boom/)
  list.length = 0
  t.equal(str(list), '[]')
  t.end()
})

t.test('a promise is refused with the way out', (t) => {
  t.throws(() => str(Promise.resolve(1)), { name: 'TemplateRuntimeError', message: /render_async/ })
  t.throws(() => str([Promise.resolve(1)]), { name: 'TemplateRuntimeError', message: /render_async/ })
  t.end()
})

// security.md 1.8, "prototype reach"
t.test('an object whose own keys bear names of Object prints as a dict', (t) => {
  t.equal(str(JSON.parse('{"__proto__": 1, "toString": 2}')), "{'__proto__': 1, 'toString': 2}")
  t.equal(str(Object.create(null)), '{}')
  t.end()
})
