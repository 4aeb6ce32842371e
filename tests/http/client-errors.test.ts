import t from 'tap'
import {
  BadRequest,
  BadRequestKeyError,
  ClientDisconnected,
  MethodNotAllowed,
  NotFound,
  RequestedRangeNotSatisfiable,
  SecurityError,
  TooManyRequests,
  Unauthorized,
} from '../../lib/http/client-errors.ts'
import { HTTPException } from '../../lib/http/http-exception.ts'

const TYPE: [string, string] = ['Content-Type', 'text/html; charset=utf-8']

t.test('a missing key is a bad request that names the key only when told to', (t) => {
  const error = new BadRequestKeyError('na<me')
  t.type(error, BadRequest)
  t.equal(error.code, 400)
  t.equal(error.key, 'na<me')
  t.equal(error.show_exception, false)
  t.notMatch(error.description, /na<me/)
  const { description } = error
  error.show_exception = true
  error.show_exception = true
  t.equal(error.description, `${description}\nKeyError: 'na<me'`)
  t.match(error.get_body(), /<br>KeyError: &#39;na&lt;me&#39;<\/p>/)
  error.show_exception = false
  t.equal(error.description, description)
  t.equal(new BadRequestKeyError('a', 'own words').description, 'own words')
  t.equal(new BadRequestKeyError().key, undefined)
  t.end()
})

t.test('special kinds of bad requests are bad requests', (t) => {
  for (const Made of [ClientDisconnected, SecurityError]) {
    const error = new Made()
    t.type(error, BadRequest)
    t.equal(error.code, 400)
  }
  t.end()
})

t.test('405 lists the methods that work', (t) => {
  t.same(new MethodNotAllowed({ valid_methods: ['GET', 'PUT'] }).get_headers(), [TYPE, ['Allow', 'GET, PUT']])
  t.same(new MethodNotAllowed({ valid_methods: new Set(['GET']) }).valid_methods, ['GET'])
  t.same(new MethodNotAllowed({ valid_methods: [] }).get_headers(), [TYPE])
  t.same(new MethodNotAllowed('no').get_headers(), [TYPE])
  t.equal(new MethodNotAllowed('no').description, 'no')
  t.end()
})

t.test('416 tells the length', (t) => {
  t.same(new RequestedRangeNotSatisfiable({ length: 10 }).get_headers(), [TYPE, ['Content-Range', 'bytes */10']])
  t.same(new RequestedRangeNotSatisfiable({ length: 0, units: 'lines' }).get_headers().at(-1), [
    'Content-Range',
    'lines */0',
  ])
  t.same(new RequestedRangeNotSatisfiable().get_headers(), [TYPE])
  t.equal(new RequestedRangeNotSatisfiable().units, 'bytes')
  t.end()
})

t.test('401 sends one challenge or several', (t) => {
  const basic = { toString: () => 'Basic realm="home"' }
  t.same(new Unauthorized({ www_authenticate: basic }).get_headers(), [
    TYPE,
    ['WWW-Authenticate', 'Basic realm="home"'],
  ])
  t.same(new Unauthorized({ www_authenticate: [basic, 'Bearer'] }).get_headers().slice(1), [
    ['WWW-Authenticate', 'Basic realm="home"'],
    ['WWW-Authenticate', 'Bearer'],
  ])
  t.same(new Unauthorized('who?').get_headers(), [TYPE])
  t.end()
})

t.test('429 says when to come back', (t) => {
  t.same(new TooManyRequests({ retry_after: 30 }).get_headers(), [TYPE, ['Retry-After', '30']])
  t.end()
})

t.test('headers that were given come before those of the class', (t) => {
  const error = new MethodNotAllowed({ valid_methods: ['GET'], headers: [['X-A', '1']] })
  t.same(error.get_headers(), [TYPE, ['X-A', '1'], ['Allow', 'GET']])
  t.end()
})

t.test('an instance keeps only what it was given', (t) => {
  t.same(Object.keys(new NotFound()), ['headers'])
  t.type(new NotFound(), HTTPException)
  t.end()
})
