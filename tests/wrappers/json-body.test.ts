import fc from 'fast-check'
import t from 'tap'
import { checkDepth, checkProto, decodeJson } from '../../lib/wrappers/json-body.ts'
import { codeOf } from '../support/requests.ts'

t.test('JSON is UTF-8, with or without a byte order mark', (t) => {
  t.equal(decodeJson(Buffer.from('{"a":"游"}')), '{"a":"游"}')
  t.equal(decodeJson(Buffer.from('\ufeff[1]')), '[1]')
  t.throws(() => decodeJson(Buffer.of(0x22, 0xff, 0x22)), TypeError)
  t.throws(() => decodeJson(Buffer.from('[1]', 'utf16le').subarray(1, 2).fill(0xfe)), TypeError)
  t.end()
})

t.test('nesting past 100 levels is a 400', (t) => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
  checkDepth(nested(100))
  t.equal(
    codeOf(() => checkDepth(nested(101))),
    400,
  )
  t.equal(
    codeOf(() => checkDepth('{"a":'.repeat(101))),
    400,
  )
  t.equal(
    codeOf(() => checkDepth('['.repeat(100_000))),
    400,
  )
  checkDepth(`[${'[],'.repeat(5000)}{}]`)
  checkDepth(JSON.stringify({ text: '[{'.repeat(5000), quote: '"[["'.repeat(100) }))
  checkDepth('"[[[')
  t.end()
})

// Security row 1.6, Hono GHSA-v8w9-8mx6-g223.
t.test('a __proto__ key is a 400 wherever it is and however it is written', (t) => {
  const check = (text: string): void => checkProto(text, JSON.parse(text))
  for (const text of [
    '{"__proto__": {"x": 1}, "b": 2}',
    '{"__proto__": null}',
    '[[{"a": {"__proto__": 1}}]]',
    '{"\\u005f_proto__": 1}',
    '{"_\\u005Fproto\\u005f_": 1}',
  ]) {
    t.equal(
      codeOf(() => check(text)),
      400,
      text,
    )
  }
  for (const text of [
    '"__proto__"',
    '{"a": "__proto__"}',
    '{"proto": 1, "constructor": {"prototype": 1}}',
    'null',
    '"\\u0041"',
  ]) {
    check(text)
  }
  t.equal(Reflect.get({}, 'x'), undefined)
  t.end()
})

t.test('any JSON value without a __proto__ key passes, unless it is too deep', (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
      const text = JSON.stringify(value)
      if (text.includes('__proto__')) return
      checkDepth(text)
      checkProto(text, JSON.parse(text))
    }),
  )
  t.pass('100 values')
  t.end()
})

t.test('looking for trouble is linear', (t) => {
  const start = performance.now()
  checkDepth(`[${'[],'.repeat(1_000_000)}0]`)
  checkDepth(`"${'\\"'.repeat(1_000_000)}"`)
  const wide = `{"\\u0041":[${'{},'.repeat(300_000)}0]}`
  checkProto(wide, JSON.parse(wide))
  t.ok(performance.now() - start < 3000)
  t.end()
})
