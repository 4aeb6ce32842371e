import t from 'tap'
import { parseAppReference } from '../../lib/cli/app-reference.ts'

const READ: [text: string, module: string, name: string | undefined, args: unknown[] | undefined][] = [
  ['shop', 'shop', undefined, undefined],
  ['src/shop.ts', 'src/shop.ts', undefined, undefined],
  ['C:\\site\\app.ts', 'C:\\site\\app.ts', undefined, undefined],
  ['C:\\site\\app.ts:web', 'C:\\site\\app.ts', 'web', undefined],
  ['shop:web', 'shop', 'web', undefined],
  ['shop: web ', 'shop', 'web', undefined],
  ['shop:größe', 'shop', 'größe', undefined],
  ['shop:create_app()', 'shop', 'create_app', []],
  ["shop:create_app('test', 2)", 'shop', 'create_app', ['test', 2]],
  ['shop:create_app("it\'s", true, null,)', 'shop', 'create_app', ["it's", true, null]],
  ["shop:create_app('a \"b\" \\'c\\'')", 'shop', 'create_app', ['a "b" \'c\'']],
  ['shop:create_app({"debug": true}, [1, 2])', 'shop', 'create_app', [{ debug: true }, [1, 2]]],
]
t.test('module, name and arguments are told apart', async (t) => {
  for (const [text, module, name, args] of READ) t.same(parseAppReference(text), { module, name, args }, text)
})

t.test('what is neither a name nor a call is refused, with how to write it', async (t) => {
  for (const text of ['shop:', 'shop:a.b', 'shop:a b', 'shop:create_app(', 'shop:1', 'shop:a()()']) {
    t.throws(() => parseAppReference(text), { name: 'CommandUsageError', exit_code: 2 }, text)
  }
  t.throws(() => parseAppReference('shop:a.b'), {
    message: "'a.b' is neither a name nor a call: write 'shop:app' or 'shop:create_app()'",
  })
  t.throws(() => parseAppReference('shop:create_app(debug=True)'), { message: /cannot be read: write plain values/ })
  t.throws(() => parseAppReference('shop:create_app(process.env)'), { message: /cannot be read/ })
})
