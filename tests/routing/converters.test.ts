import t from 'tap'
import {
  AnyConverter,
  BaseConverter,
  type ConverterClass,
  defaultConverters,
  escapeRegex,
  FloatConverter,
  IntegerConverter,
  isIdentity,
  isPartIsolating,
  PathConverter,
  UnicodeConverter,
  UUIDConverter,
  ValidationError,
} from '../../lib/routing/converters.ts'
import { UrlMap } from '../../lib/routing/map.ts'
import { Rule } from '../../lib/routing/rule.ts'

const UUID = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'
const NO_MATCH = Symbol('no match')

/** The value that a rule `/<converter:v>` finds in a path. */
function read(converter: string, text: string, converters: Record<string, ConverterClass> = {}): unknown {
  const map = new UrlMap([], { converters })
  map.add(new Rule(`/<${converter}:v>`, { endpoint: 'e' }))
  const found = map.lookup('', 'GET', `/${text}`)
  return found.kind === 'match' ? found.values['v'] : NO_MATCH
}

t.test('each converter takes its texts and gives their values', (t) => {
  const cases: [converter: string, text: string, value: unknown][] = [
    ['string', 'ann', 'ann'],
    ['default', '游客', '游客'],
    ['string', '', NO_MATCH],
    ['string', 'a/b', NO_MATCH],
    ['string(length=2)', 'de', 'de'],
    ['string(length=2)', 'deu', NO_MATCH],
    ['string(length=2)', '😀😀', '😀😀'],
    ['string(minlength=3, maxlength=5)', 'abc', 'abc'],
    ['string(minlength=3, maxlength=5)', 'ab', NO_MATCH],
    ['string(3, 5)', 'abcdef', NO_MATCH],
    ['any(red, green, "light blue")', 'light blue', 'light blue'],
    ['any(red, green)', 'pink', NO_MATCH],
    ['any(a.c)', 'abc', NO_MATCH],
    ['any(1, 2)', '2', '2'],
    ['path', 'a/b/c', 'a/b/c'],
    ['path', '', NO_MATCH],
    ['path', 'a\nb', NO_MATCH],
    ['path', '\nb', '\nb'],
    ['path', 'a\rb', 'a\rb'],
    ['int', '12', 12],
    ['int', '007', 7],
    ['int', '-1', NO_MATCH],
    ['int', '1.0', NO_MATCH],
    ['int', '1\n', NO_MATCH],
    ['int', '٣١', 31],
    ['int', '𝟗𝟎', 90],
    ['int', '9007199254740991', 9007199254740991],
    ['int', '9007199254740993', NO_MATCH],
    ['int', '9'.repeat(400), NO_MATCH],
    ['int(signed=True)', '-5', -5],
    ['int(signed=True)', '-0', 0],
    ['int(fixed_digits=4)', '0042', 42],
    ['int(fixed_digits=4)', '42', NO_MATCH],
    ['int(min=10, max=20)', '10', 10],
    ['int(min=10, max=20)', '21', NO_MATCH],
    ['int(min=-5, signed=True)', '-5', -5],
    ['int(min=-5, signed=True)', '-6', NO_MATCH],
    ['float', '1.5', 1.5],
    ['float', '1', NO_MATCH],
    ['float', '.5', NO_MATCH],
    ['float', '1e5', NO_MATCH],
    ['float', '١.٥', 1.5],
    ['float(signed=True)', '-5.25', -5.25],
    ['float(min=1, max=2)', '2.5', NO_MATCH],
    ['uuid', UUID, UUID],
    ['uuid', UUID.toUpperCase(), UUID],
    ['uuid', UUID.slice(1), NO_MATCH],
  ]
  for (const [converter, text, value] of cases)
    t.equal(read(converter, text), value, `${converter} ${JSON.stringify(text)}`)
  t.end()
})

t.test('each converter makes the text of a URL from a value', (t) => {
  const map = new UrlMap()
  const cases: [converter: BaseConverter, value: unknown, text: string][] = [
    [new UnicodeConverter(map), 'a b/ü?', 'a%20b/%C3%BC%3F'],
    [new UnicodeConverter(map), 7, '7'],
    [new UnicodeConverter(map), true, 'True'],
    [new UnicodeConverter(map), false, 'False'],
    [new PathConverter(map), 'a/b c', 'a/b%20c'],
    [new AnyConverter(map, 'red', 'x y'), 'red', 'red'],
    [new IntegerConverter(map), 42, '42'],
    [new IntegerConverter(map), '042', '42'],
    [new IntegerConverter(map), ' +7 ', '7'],
    [new IntegerConverter(map), 7.9, '7'],
    [new IntegerConverter(map), -7.9, '-7'],
    [new IntegerConverter(map), true, '1'],
    [new IntegerConverter(map), 2n ** 70n, '1180591620717411303424'],
    [new IntegerConverter(map), '٣', '3'],
    [new IntegerConverter(map, { fixed_digits: 4 }), 42, '0042'],
    [new IntegerConverter(map, 4), -5, '-005'],
    [new FloatConverter(map), 2, '2.0'],
    [new FloatConverter(map), 1.5, '1.5'],
    [new FloatConverter(map), '1.25', '1.25'],
    [new FloatConverter(map), -0.5, '-0.5'],
    [new FloatConverter(map), 0, '0.0'],
    [new FloatConverter(map), -0, '-0.0'],
    [new FloatConverter(map), 123456.75, '123456.75'],
    [new FloatConverter(map), 1e15, '1000000000000000.0'],
    [new FloatConverter(map), 1e16, '1e+16'],
    [new FloatConverter(map), 1.5e300, '1.5e+300'],
    [new FloatConverter(map), 0.0001, '0.0001'],
    [new FloatConverter(map), 0.00001, '1e-05'],
    [new FloatConverter(map), -0.00125, '-0.00125'],
    [new FloatConverter(map), Infinity, 'inf'],
    [new FloatConverter(map), -Infinity, '-inf'],
    [new UUIDConverter(map), UUID, UUID],
  ]
  for (const [converter, value, text] of cases)
    t.equal(converter.to_url(value), text, `${converter.constructor.name} ${String(value)}`)
  t.end()
})

t.test('a value that a converter cannot write is named', (t) => {
  const map = new UrlMap()
  t.throws(
    () => new AnyConverter(map, 'red', 'green').to_url('pink'),
    new RangeError("'pink' is not one of 'green', 'red'"),
  )
  for (const value of ['x', '', null, {}, Number.NaN, Infinity, '1.5']) {
    t.throws(() => new IntegerConverter(map).to_url(value), {
      name: 'RangeError',
      message: /Give an <int:…> part of a URL an integer/,
    })
  }
  for (const value of ['x', ' ', null, {}, Number.NaN]) {
    t.throws(() => new FloatConverter(map).to_url(value), {
      name: 'RangeError',
      message: /Give a <float:…> part of a URL a number/,
    })
  }
  t.end()
})

t.test('a wrong argument is refused when the rule is added', (t) => {
  for (const converter of [
    'int(size=2)',
    'int(signed=2)',
    'string(length=x)',
    'string(length=-1)',
    'float(fixed_digits=2)',
    'int(1,2,3,True,5)',
  ]) {
    t.throws(() => read(converter, 'x'), { code: 'CONVERTER_ARGUMENT' }, converter)
  }
  t.end()
})

class PlusList extends BaseConverter {
  override to_python(value: string): string[] {
    return value.split('+')
  }

  override to_url(values: string[]): string {
    return values.map((value) => super.to_url(value)).join('+')
  }
}

class Even extends IntegerConverter {
  override to_python(value: string): number {
    const number = super.to_python(value)
    if (number % 2 !== 0) throw new ValidationError()
    return number
  }
}

class Hex extends BaseConverter {
  override regex = '[0-9a-f]+'
  readonly base: unknown

  constructor(map: UrlMap, base: number, options?: { prefix?: string }) {
    super(map)
    this.base = [base, options]
  }
}

t.test('a converter of the application gets map and arguments, reads, refuses and writes', (t) => {
  t.same(read('plus', 'red+green', { plus: PlusList }), ['red', 'green'])
  t.equal(read('even', '4', { even: Even }), 4)
  t.equal(read('even', '5', { even: Even }), NO_MATCH)
  t.equal(read('hex(16, prefix="0x")', 'beef', { hex: Hex }), 'beef')
  t.equal(read('hex(16)', 'xyz', { hex: Hex }), NO_MATCH)
  const map = new UrlMap([], { converters: { hex: Hex, plus: PlusList } })
  const rule = new Rule('/<hex(16, prefix="0x"):v>/<plus:w>', { endpoint: 'e' })
  map.add(rule)
  const hex = rule.converters.get('v')
  t.ok(hex instanceof Hex && hex.map === map)
  t.same(hex instanceof Hex ? hex.base : undefined, [16, Object.assign(Object.create(null), { prefix: '0x' })])
  t.equal(map.bind('h').build('e', { v: 'ff', w: ['a b', 'c'] }), '/ff/a%20b+c')
  t.end()
})

t.test('an error of a converter that is no ValidationError is not hidden', (t) => {
  class Broken extends BaseConverter {
    override to_python(): never {
      throw new TypeError('broken')
    }
  }
  t.throws(() => read('broken', 'x', { broken: Broken }), new TypeError('broken'))
  t.end()
})

t.test('a converter takes slashes when its regex has one, unless it says otherwise', (t) => {
  const map = new UrlMap()
  const made = (regex?: string, part_isolating?: boolean): BaseConverter =>
    Object.assign(
      new BaseConverter(map),
      regex === undefined ? {} : { regex },
      part_isolating === undefined ? {} : { part_isolating },
    )
  t.equal(isPartIsolating(made()), true)
  t.equal(isPartIsolating(made('[a-z]+')), true)
  t.equal(isPartIsolating(made('[a-z]+/[a-z]+')), false)
  t.equal(isPartIsolating(made('[a-z]+/[a-z]+', true)), true)
  t.equal(isPartIsolating(made('[a-z]+', false)), false)
  t.equal(isPartIsolating(new PathConverter(map)), false)
  t.equal(isPartIsolating(new UnicodeConverter(map)), true)
  t.end()
})

t.test('only a converter with to_python of its own is called for its value', (t) => {
  const map = new UrlMap()
  t.equal(isIdentity(new UnicodeConverter(map)), true)
  t.equal(isIdentity(new Hex(map, 16)), true)
  t.equal(isIdentity(new IntegerConverter(map)), false)
  t.equal(isIdentity(new PlusList(map)), false)
  t.end()
})

t.test('the record of converters is fresh, and nothing is in it but converters', (t) => {
  const converters = defaultConverters()
  t.same(Object.keys(converters), ['default', 'string', 'any', 'path', 'int', 'float', 'uuid'])
  t.equal('constructor' in converters, false)
  t.not(defaultConverters(), converters)
  t.end()
})

t.test('an escaped text matches itself alone', (t) => {
  for (const text of ['a.b', '(x)', '[y]', '{2}', 'a|b', '^$', 'a\\d', 'x-y', '*+?', '/']) {
    t.match(text, new RegExp(`^${escapeRegex(text)}$`, 'u'))
  }
  t.notMatch('axb', new RegExp(`^${escapeRegex('a.b')}$`, 'u'))
  t.end()
})
