import t from 'tap'
import { DefaultJSONProvider, type DumpOptions, JSONProvider } from '../../lib/json/provider.ts'
import { KeyedStore, keyedProxy } from '../../lib/keyed.ts'
import { UUID } from '../../lib/sessions/uuid.ts'

class Answer {
  readonly body: string
  readonly mimetype: string
  constructor(body: string, options: { mimetype: string }) {
    this.body = body
    this.mimetype = options.mimetype
  }
}

const app = { debug: false, response_class: Answer }

t.test('dumps writes what Flask writes, in UTF-8 and in the order of the keys', async (t) => {
  const json = new DefaultJSONProvider()
  t.equal(json.dumps({ b: [1, 'é'], a: null }), '{"b": [1, "é"], "a": null}')
  json.ensure_ascii = true
  json.sort_keys = true
  t.equal(json.dumps({ b: [1, 'é'], a: null }), '{"a": null, "b": [1, "\\u00e9"]}')
  t.equal(json.dumps({ b: 1, a: 'é' }, { sort_keys: false, ensure_ascii: false }), '{"b": 1, "a": "é"}')
})

// The recordings of s08: jsonify with one value, several, none.
t.test('response takes one value, several or none, and ends with a line feed', async (t) => {
  const json = new DefaultJSONProvider(app)
  const rows: [args: unknown[], body: string][] = [
    [[1, 2], '[1,2]\n'],
    [[[1]], '[1]\n'],
    [[{ z: 1, a: 2 }], '{"z":1,"a":2}\n'],
    [[null], 'null\n'],
    [[], 'null\n'],
    [[undefined], 'null\n'],
    [['游客'], '"游客"\n'],
    [['</script>&'], '"</script>&"\n'],
    [[{ a: { b: [1, 2, { c: null }] } }], '{"a":{"b":[1,2,{"c":null}]}}\n'],
    [[new Date('2024-01-02T03:04:05Z')], '"Tue, 02 Jan 2024 03:04:05 GMT"\n'],
    [[new UUID('00000000000000000000000000000005')], '"00000000-0000-0000-0000-000000000005"\n'],
  ]
  for (const [args, body] of rows) t.same(json.response(...args), new Answer(body, { mimetype: 'application/json' }))
})

t.test('what JavaScript has more than JSON is written as JSON has it', async (t) => {
  const json = new DefaultJSONProvider(app)
  const body = (value: unknown): string => (json.response(value) as Answer).body.trimEnd()
  class Point {
    x = 1
    y = undefined
  }
  const rows: [value: unknown, body: string][] = [
    [{ a: undefined, b: [undefined] }, '{"b":[null]}'],
    [{ a: NaN, b: Infinity }, '{"a":null,"b":null}'],
    [{ a: 2n ** 64n }, '{"a":18446744073709551616}'],
    [new Map([['a', new Set([1])]]), '{"a":[1]}'],
    [{ a: { toJSON: () => ({ b: 1n }) } }, '{"a":{"b":1}}'],
    [{ a: { __html__: () => '<b>' } }, '{"a":{}}'],
    [
      {
        a: new (class Html {
          __html__ = () => '<b>'
        })(),
      },
      '{"a":"<b>"}',
    ],
    [new Point(), '{"x":1}'],
    [Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    [[Object('x'), Object(1), Object(true)], '["x",1,true]'],
    [[[['deep']], { a: new Date(0) }], '[[["deep"]],{"a":"Thu, 01 Jan 1970 00:00:00 GMT"}]'],
  ]
  for (const [value, text] of rows) t.equal(body(value), text)
  const store = new KeyedStore({ a: 1 })
  t.equal(body(keyedProxy(() => store)), '{"a":1}')
})

t.test('what cannot be written is a TypeError that says why', async (t) => {
  const json = new DefaultJSONProvider(app)
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  t.throws(() => json.dumps(circle), { name: 'TypeError', message: /contains itself/ })
  t.throws(() => json.response(circle), { name: 'TypeError', message: /contains itself/ })
  t.throws(() => json.response(Promise.resolve(1)), { name: 'TypeError', message: /await/ })
  for (const value of [new WeakMap(), /x/, new Uint8Array(2)]) {
    t.throws(() => json.response({ value }), { name: 'TypeError', message: /cannot be written/ })
  }
  t.throws(() => json.response({ value: Object.create({}) }), TypeError)
})

t.test('deep values are written, however deep', async (t) => {
  const json = new DefaultJSONProvider(app)
  let deep: unknown = 1
  for (let level = 0; level < 500; level += 1) deep = [deep]
  t.equal((json.response(deep) as Answer).body, `${'['.repeat(500)}1${']'.repeat(500)}\n`)
})

t.test('debug mode lays responses out, unless compact says otherwise', async (t) => {
  const debug = new DefaultJSONProvider({ ...app, debug: true })
  const text = '{\n  "a": [\n    1\n  ]\n}\n'
  t.equal((debug.response({ a: [1] }) as Answer).body, text)
  debug.compact = true
  t.equal((debug.response({ a: [1] }) as Answer).body, '{"a":[1]}\n')
  const live = new DefaultJSONProvider(app)
  live.compact = false
  t.equal((live.response({ a: [1] }) as Answer).body, text)
  live.mimetype = 'application/vnd.api+json'
  t.equal((live.response(1) as Answer).mimetype, 'application/vnd.api+json')
})

t.test('responses escape and sort where they are told to', async (t) => {
  const json = new DefaultJSONProvider(app)
  json.ensure_ascii = true
  t.equal((json.response({ b: '游', a: 1 }) as Answer).body, '{"b":"\\u6e38","a":1}\n')
  json.sort_keys = true
  t.equal((json.response({ b: '游', a: 1 }) as Answer).body, '{"a":1,"b":"\\u6e38"}\n')
})

t.test('a default function decides about objects that JSON does not have', async (t) => {
  class Iso extends DefaultJSONProvider {
    override default(value: object): unknown {
      return value instanceof Date ? value.toISOString() : super.default(value)
    }
  }
  const json = new Iso(app)
  t.equal((json.response([new Date(0)]) as Answer).body, '["1970-01-01T00:00:00.000Z"]\n')
  t.equal(json.dumps(/x/, { default: (value) => String(value) }), '"/x/"')
})

t.test('loads refuses what merging would turn against the app', async (t) => {
  const json = new DefaultJSONProvider()
  t.same(json.loads('{"a": 1}'), { a: 1 })
  t.same(json.loads(Buffer.from('[1]')), [1])
  t.throws(() => json.loads('{"__proto__": {}}'), { name: 'SyntaxError' })
})

t.test('files are written and read', async (t) => {
  const json = new DefaultJSONProvider()
  const written: string[] = []
  json.dump([1], { write: (chunk) => written.push(chunk) })
  t.same(written, ['[1]'])
  t.same(json.load({ read: () => '[1]' }), [1])
})

t.test('a provider of one’s own needs dumps and loads only', async (t) => {
  class Shout extends JSONProvider {
    override dumps(value: unknown, _options?: DumpOptions): string {
      return `${JSON.stringify(value)}!`
    }
    override loads(source: string): unknown {
      return JSON.parse(source.slice(0, -1))
    }
  }
  const json = new Shout(app)
  t.same(json.response(1, 2), new Answer('[1,2]!', { mimetype: 'application/json' }))
  t.same(json.load({ read: () => '[1]!' }), [1])
  t.throws(() => new Shout().response(1), { name: 'TypeError', message: /without an app/ })
})
