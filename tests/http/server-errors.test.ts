import t from 'tap'
import { InternalServerError, ServiceUnavailable } from '../../lib/http/server-errors.ts'

t.test('500 carries the error behind it', (t) => {
  const original = new TypeError('x')
  const error = new InternalServerError({ original_exception: original })
  t.equal(error.code, 500)
  t.equal(error.original_exception, original)
  t.equal(new InternalServerError().original_exception, undefined)
  t.equal(new InternalServerError('own words').description, 'own words')
  t.end()
})

t.test('the page of a 500 says nothing of the error behind it', (t) => {
  // Security 1.8: markers absent from production pages
  const original = new Error('SECRET_KEY is hunter2')
  const error = new InternalServerError({ original_exception: original, cause: original })
  t.notMatch(error.get_body(), /hunter2|at |\.ts/)
  t.notMatch(String(error.get_headers()), /hunter2/)
  t.end()
})

t.test('503 says when to come back', (t) => {
  t.same(new ServiceUnavailable({ retry_after: 120 }).get_headers().at(-1), ['Retry-After', '120'])
  t.end()
})
