import t from 'tap'
import { DefaultJSONProvider, Flagon, json, jsonify, Markup } from '../lib/index.ts'

/** A file that is written to and read from. */
function makeFile(text = ''): { write(chunk: string): void; read(): string } {
  let content = text
  return {
    write: (chunk) => {
      content += chunk
    },
    read: () => content,
  }
}

t.test('outside of an app json writes and reads by the defaults', async (t) => {
  t.equal(
    json.dumps({ b: '游', a: [1, null, new Date(0)] }),
    '{"b": "游", "a": [1, null, "Thu, 01 Jan 1970 00:00:00 GMT"]}',
  )
  t.equal(json.dumps({ b: 1, a: '游' }, { sort_keys: true, ensure_ascii: true }), '{"a": "\\u6e38", "b": 1}')
  t.same(json.loads('{"a": [1]}'), { a: [1] })
  t.same(json.loads(Buffer.from('"游"')), '游')
  t.throws(() => json.loads('{'), SyntaxError)
  const file = makeFile()
  json.dump({ a: new Markup('<b>') }, file)
  t.equal(file.read(), '{"a": "<b>"}')
  t.same(json.load(file), { a: '<b>' })
  t.throws(() => json.jsonify(1), { code: 'OUTSIDE_CONTEXT' })
})

t.test('within an app json is that of the app', async (t) => {
  class Shouting extends DefaultJSONProvider {
    override dumps(value: unknown): string {
      return super.dumps(value).toUpperCase()
    }
    override loads(source: string | Uint8Array): unknown {
      return [super.loads(source)]
    }
  }
  class ByField extends Flagon {
    override json_provider_class = Shouting
  }
  const assigned = new Flagon('x', { static_folder: null })
  assigned.json = new Shouting(assigned)
  for (const app of [new ByField('x', { static_folder: null }), assigned]) {
    app.testing = true
    app.get('/', () => ({ a: 'b' }))
    app.get('/array', () => json.jsonify('b'))
    app.app_context().run(() => {
      t.equal(json.dumps({ a: 'b' }), '{"A": "B"}')
      t.same(json.loads('1'), [1])
      const file = makeFile()
      json.dump('x', file)
      t.equal(file.read(), '"X"')
      t.same(json.load(makeFile('1')), [1])
    })
    t.equal((await app.test_client().get('/')).text, '{"A": "B"}\n')
    t.equal((await app.test_client().get('/array')).text, '"B"\n')
  }
  t.equal(json.jsonify, jsonify)
})
