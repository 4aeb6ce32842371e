import t from 'tap'
import { findErrorHandler, keepErrorHandler } from '../lib/error-handlers.ts'
import { Forbidden, HTTPException, NotFound } from '../lib/http/exceptions.ts'
import type { ErrorHandler, ErrorHandlerSpec, Scope } from '../lib/types.ts'

class Base extends Error {}
class Derived extends Base {}
class Payment extends HTTPException {
  override code = 402
}
class Demanding extends HTTPException {
  override code = 499
  constructor(options: { required: string }) {
    super(options.required.trim())
  }
}

/** A spec with handlers that tell their own names. */
function specOf(entries: readonly [scope: Scope, target: unknown, name: string][]): ErrorHandlerSpec {
  const spec: ErrorHandlerSpec = new Map()
  for (const [scope, target, name] of entries) {
    const one: ErrorHandlerSpec = new Map()
    keepErrorHandler(one, target, (() => name) as ErrorHandler)
    const byCode = spec.get(scope) ?? new Map()
    for (const [code, handlers] of one.get(null) ?? []) {
      byCode.set(code, new Map([...(byCode.get(code) ?? []), ...handlers]))
    }
    spec.set(scope, byCode)
  }
  return spec
}

function answerOf(spec: ErrorHandlerSpec, blueprints: readonly string[], error: unknown): unknown {
  return findErrorHandler(spec, blueprints, error)?.(error as never)
}

t.test('the nearest class wins', async (t) => {
  const spec = specOf([
    [null, Base, 'Base'],
    [null, Derived, 'Derived'],
  ])
  t.equal(answerOf(spec, [], new Derived()), 'Derived')
  t.equal(answerOf(spec, [], new Base()), 'Base')
  t.equal(answerOf(spec, [], new Error('other')), undefined)
})

t.test('a code goes before a class, an inner blueprint before an outer one and the app', async (t) => {
  const spec = specOf([
    [null, 403, 'app 403'],
    ['outer', HTTPException, 'outer HTTP'],
    ['outer.inner', 403, 'inner 403'],
    ['outer', Error, 'outer Error'],
  ])
  t.equal(answerOf(spec, ['outer.inner', 'outer'], new Forbidden()), 'inner 403')
  t.equal(
    answerOf(spec, ['outer'], new Forbidden()),
    'app 403',
    'the code of the app goes before the class of the blueprint',
  )
  t.equal(answerOf(spec, ['outer'], new NotFound()), 'outer HTTP')
  t.equal(answerOf(spec, ['outer'], new Base()), 'outer Error')
  t.equal(answerOf(spec, [], new NotFound()), undefined)
})

t.test('a class of your own is kept under the code of its objects', async (t) => {
  const spec = specOf([
    [null, Payment, 'pay'],
    [null, Demanding, 'demanding'],
  ])
  t.equal(answerOf(spec, [], new Payment()), 'pay')
  t.equal(
    answerOf(spec, [], new Demanding({ required: 'x' })),
    'demanding',
    'also where it cannot be made without arguments',
  )
})

t.test('anything may be thrown, and is no error in the look-up', async (t) => {
  const spec = specOf([[null, Error, 'Error']])
  for (const thrown of ['text', 7, null, undefined, 10n, Object.create(null), Symbol('s')]) {
    t.equal(answerOf(spec, [], thrown), undefined)
  }
})

t.test('what can have no handler is refused with what can', async (t) => {
  for (const target of [200, 299, 999, 'NotFound', null, undefined, {}]) {
    t.throws(() => keepErrorHandler(new Map(), target, () => 'x'), { code: 'HANDLER_INVALID' }, String(target))
  }
})
