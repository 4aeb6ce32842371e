import t from 'tap'
import * as exceptions from '../../lib/http/exceptions.ts'

/** Code and reason name of each class, as Werkzeug has them. */
const CLASSES: [name: string, code: number, reason: string][] = [
  ['BadRequest', 400, 'Bad Request'],
  ['BadRequestKeyError', 400, 'Bad Request'],
  ['ClientDisconnected', 400, 'Bad Request'],
  ['SecurityError', 400, 'Bad Request'],
  ['Unauthorized', 401, 'Unauthorized'],
  ['Forbidden', 403, 'Forbidden'],
  ['NotFound', 404, 'Not Found'],
  ['MethodNotAllowed', 405, 'Method Not Allowed'],
  ['NotAcceptable', 406, 'Not Acceptable'],
  ['RequestTimeout', 408, 'Request Timeout'],
  ['Conflict', 409, 'Conflict'],
  ['Gone', 410, 'Gone'],
  ['LengthRequired', 411, 'Length Required'],
  ['PreconditionFailed', 412, 'Precondition Failed'],
  ['RequestEntityTooLarge', 413, 'Request Entity Too Large'],
  ['RequestURITooLarge', 414, 'Request URI Too Long'],
  ['UnsupportedMediaType', 415, 'Unsupported Media Type'],
  ['RequestedRangeNotSatisfiable', 416, 'Requested Range Not Satisfiable'],
  ['ExpectationFailed', 417, 'Expectation Failed'],
  ['ImATeapot', 418, "I'm a teapot"],
  ['MisdirectedRequest', 421, 'Misdirected Request'],
  ['UnprocessableEntity', 422, 'Unprocessable Entity'],
  ['Locked', 423, 'Locked'],
  ['FailedDependency', 424, 'Failed Dependency'],
  ['PreconditionRequired', 428, 'Precondition Required'],
  ['TooManyRequests', 429, 'Too Many Requests'],
  ['RequestHeaderFieldsTooLarge', 431, 'Request Header Fields Too Large'],
  ['UnavailableForLegalReasons', 451, 'Unavailable For Legal Reasons'],
  ['InternalServerError', 500, 'Internal Server Error'],
  ['NotImplemented', 501, 'Not Implemented'],
  ['BadGateway', 502, 'Bad Gateway'],
  ['ServiceUnavailable', 503, 'Service Unavailable'],
  ['GatewayTimeout', 504, 'Gateway Timeout'],
  ['HTTPVersionNotSupported', 505, 'HTTP Version Not Supported'],
]

t.test('every class has the code and the name that Werkzeug gives it', (t) => {
  for (const [name, code, reason] of CLASSES) {
    const made: unknown = Reflect.get(exceptions, name)
    if (typeof made !== 'function') {
      t.fail(`${name} is missing`)
      continue
    }
    const error: unknown = Reflect.construct(made, [])
    if (!(error instanceof exceptions.HTTPException)) {
      t.fail(`${name} makes no HTTP exception`)
      continue
    }
    t.equal(error.code, code, name)
    t.equal(error.name, reason, name)
    t.match(error.description, /^[A-Z].+\.$/, `${name} has a sentence`)
  }
  t.end()
})

t.test('each code stands for one class, the most general one', (t) => {
  const codes = new Set(CLASSES.map(([, code]) => code))
  t.same([...exceptions.default_exceptions.keys()].sort(), [...codes].sort())
  t.equal(exceptions.default_exceptions.get(400), exceptions.BadRequest)
  t.equal(exceptions.default_exceptions.get(404), exceptions.NotFound)
  t.end()
})
