import t from 'tap'
import { bindArguments, native, signatureOf } from '../../lib/jinja/native.ts'

function signature(params: string) {
  return signatureOf(native('f', params, () => undefined))!
}

t.test('a signature is written as one text', (t) => {
  t.same(signature('a b? * **'), {
    name: 'f',
    params: ['a', 'b'],
    required: 1,
    rest: true,
    keywords: true,
    positional: false,
  })
  t.same(signature('/ a'), { name: 'f', params: ['a'], required: 1, rest: false, keywords: false, positional: true })
  t.same(signature('').params, [])
  t.equal(
    signatureOf(() => 1),
    undefined,
  )
  t.equal(signatureOf('f'), undefined)
  t.equal(native('name', '', () => 1).name, 'name')
  t.end()
})

const BOUND: [params: string, args: unknown[], keywords: Record<string, unknown> | undefined, bound: unknown[]][] = [
  ['a b?', [1], undefined, [1]],
  ['a b?', [1, 2], undefined, [1, 2]],
  ['a b?', [1], { b: 2 }, [1, 2]],
  ['a b? c?', [1], { c: 3 }, [1, undefined, 3]],
  ['a b?', [], { b: 2, a: 1 }, [1, 2]],
  ['a *', [1, 2, 3], undefined, [1, 2, 3]],
  ['* **', [1], { k: 2 }, [{ k: 2 }, 1]],
  ['* **', [1], undefined, [{}, 1]],
  ['a? **', [], { a: 1, b: 2 }, [{ b: 2 }, 1]],
]

t.test('keyword arguments find their places', (t) => {
  for (const [params, args, keywords, bound] of BOUND)
    t.same(bindArguments(signature(params), args, keywords), bound, params)
  t.end()
})

const REFUSED: [params: string, args: unknown[], keywords: Record<string, unknown> | undefined, message: RegExp][] = [
  ['a', [1, 2], undefined, /f\(\) takes 1 arguments but 2 were given/],
  ['a', [], undefined, /missing required argument: 'a'/],
  ['a b', [], { b: 1 }, /missing required argument: 'a'/],
  ['a', [1], { a: 2 }, /multiple values for argument 'a'/],
  ['a', [1], { z: 2 }, /unexpected keyword argument 'z'/],
  ['/ a', [], { a: 1 }, /unexpected keyword argument 'a'/],
  ['a', [1], { toString: 1 }, /unexpected keyword argument 'toString'/],
]

t.test('arguments that do not fit are refused', (t) => {
  for (const [params, args, keywords, message] of REFUSED) {
    t.throws(() => bindArguments(signature(params), args, keywords), { name: 'TypeError', message }, params)
  }
  t.end()
})
