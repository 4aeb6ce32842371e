import t from 'tap'
import { Aborter, abort, default_exceptions } from '../../lib/http/aborter.ts'
import { HTTPException, NotFound } from '../../lib/http/exceptions.ts'

/** What `run` throws. */
function thrown(run: () => never): HTTPException {
  try {
    return run()
  } catch (error) {
    if (error instanceof HTTPException) return error
    throw error
  }
}

class Payment extends HTTPException {
  override code = 402
  override description = 'pay'
}

t.test('abort throws the exception of the code', (t) => {
  for (const [code, made] of default_exceptions) {
    const error = thrown(() => abort(code))
    t.equal(error.constructor, made, String(code))
    t.equal(error.code, code)
  }
  t.type(
    thrown(() => abort(404)),
    NotFound,
  )
  t.end()
})

t.test('abort hands description and options on', (t) => {
  t.equal(thrown(() => abort(403, 'because')).description, 'because')
  t.equal(thrown(() => abort(403, { description: 'because' })).description, 'because')
  const header = (options: Parameters<typeof abort>[1], code: number) =>
    thrown(() => abort(code, options))
      .get_headers()
      .at(-1)
  t.same(header({ valid_methods: ['GET'] }, 405), ['Allow', 'GET'])
  t.same(header({ retry_after: 30 }, 429), ['Retry-After', '30'])
  t.same(header({ length: 10 }, 416), ['Content-Range', 'bytes */10'])
  t.same(header({ www_authenticate: 'Basic' }, 401), ['WWW-Authenticate', 'Basic'])
  t.end()
})

t.test('abort with a response carries it', (t) => {
  const response = { status: 302 }
  const error = thrown(() => abort(response))
  t.equal(error.response, response)
  t.equal(error.code, undefined)
  t.end()
})

t.test('a code without a class is refused by name', (t) => {
  for (const code of [200, 402, 999, Number.NaN]) {
    t.throws(() => abort(code), { name: 'RangeError', message: new RegExp(`abort\\(${code}\\)`) }, String(code))
  }
  for (const code of [undefined, null, '404'])
    t.throws(() => Reflect.apply(abort, undefined, [code]), RangeError, String(code))
  t.end()
})

t.test('an aborter knows the classes it is given', (t) => {
  const aborter = new Aborter(undefined, [[402, Payment]])
  t.type(
    thrown(() => aborter.abort(402)),
    Payment,
  )
  t.equal(thrown(() => aborter.abort(402, 'now')).description, 'now', 'what is given goes before a field of the class')
  t.equal(thrown(() => aborter.abort(404)).code, 404, 'beside the usual ones')
  t.throws(() => new Aborter([[402, Payment]]).abort(404), RangeError, 'or instead of them')
  t.end()
})
