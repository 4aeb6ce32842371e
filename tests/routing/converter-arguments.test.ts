import t from 'tap'
import { parseArguments, readParameters } from '../../lib/routing/converter-arguments.ts'

t.test('the arguments of a converter are words, numbers, constants and quoted text, by place or by name', (t) => {
  const cases: [text: string, positional: unknown[], named?: Record<string, unknown>][] = [
    ['', []],
    ['  ', []],
    ['2', [2]],
    ['length=2', [], { length: 2 }],
    ['minlength=3, maxlength=5', [], { minlength: 3, maxlength: 5 }],
    ['4, min=1.5', [4], { min: 1.5 }],
    ['min=-5,max=+5', [], { min: -5, max: 5 }],
    ['red, green, blue', ['red', 'green', 'blue']],
    ['about, "foo,bar", \'x y\'', ['about', 'foo,bar', 'x y']],
    ['u"é", r"x"', ['é', 'x']],
    ['signed=True', [], { signed: true }],
    ['True, False, None', [true, false, null]],
    ['"5", "True"', ['5', 'True']],
    ['true', ['true']],
    ['a.b, 游客, _x1', ['a.b', '游客', '_x1']],
    ['a,b,', ['a', 'b']],
    ['__proto__=1', [], JSON.parse('{"__proto__":1}')],
  ]
  for (const [text, positional, named] of cases) {
    const read = parseArguments(text, '/r')
    t.same(read.positional, positional, text)
    t.same(read.named === undefined ? undefined : Object.entries(read.named), named && Object.entries(named), text)
  }
  t.end()
})

t.test('arguments that cannot be read are refused with the place where reading stopped', (t) => {
  for (const text of ['a b', '"open', 'a,,b', '=1', 'a=', 'x(y)', 'a;b']) {
    t.throws(
      () => parseArguments(text, '/r'),
      { code: 'CONVERTER_ARGUMENT', message: /The rule '\/r' .*cannot be read from/ },
      text,
    )
  }
  t.end()
})

const PARAMETERS = {
  count: { type: 'integer', least: 0 },
  limit: { type: 'number' },
  flag: { type: 'boolean' },
} as const

t.test('parameters are filled by place, then by name; None and undefined leave them out', (t) => {
  t.same({ ...readParameters('x', [], PARAMETERS) }, {})
  t.same({ ...readParameters('x', [1, 2.5, true], PARAMETERS) }, { count: 1, limit: 2.5, flag: true })
  t.same({ ...readParameters('x', [3, { flag: false }], PARAMETERS) }, { count: 3, flag: false })
  t.same({ ...readParameters('x', [null, undefined, { flag: 'true' }], PARAMETERS) }, { flag: true })
  t.same({ ...readParameters('x', [{ flag: 'false' }], PARAMETERS) }, { flag: false })
  t.end()
})

t.test('a wrong argument is refused with what the converter takes', (t) => {
  const cases: [given: Parameters<typeof readParameters>[1], message: RegExp][] = [
    [[1, 2, true, 4], /got 4 arguments but takes at most 3: count, limit, flag/],
    [[{ size: 1 }], /has no argument 'size'. It takes: count, limit, flag/],
    [[{ constructor: 1 }], /has no argument 'constructor'/],
    [[-1], /got count=-1. Give a whole number from 0 on/],
    [[1.5], /got count=1.5/],
    [['two'], /got count="two"/],
    [[{ limit: 'x' }], /got limit="x". Give a number/],
    [[{ flag: 1 }], /got flag=1. Give True or False/],
  ]
  for (const [given, message] of cases) {
    t.throws(() => readParameters('x', given, PARAMETERS), { code: 'CONVERTER_ARGUMENT', message })
  }
  t.end()
})
