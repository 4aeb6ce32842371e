import { STATUS_CODES } from 'node:http'
import t from 'tap'
import { HTTP_STATUS_CODES } from '../../lib/http/status.ts'

/** Where Werkzeug's words are not those of the registry: this is what Flask's `response.status` shows. */
const WERKZEUG_WORDS: [number, string][] = [
  [203, 'Non Authoritative Information'],
  [207, 'Multi Status'],
  [413, 'Request Entity Too Large'],
  [414, 'Request URI Too Long'],
  [416, 'Requested Range Not Satisfiable'],
  [418, "I'm a teapot"],
]

t.test('reasons are spelled as Werkzeug spells them', (t) => {
  for (const [code, reason] of WERKZEUG_WORDS) t.equal(HTTP_STATUS_CODES.get(code), reason)
  t.end()
})

t.test('every code that Node knows has a reason, but for those without a use', (t) => {
  const unused = ['509']
  const missing = Object.keys(STATUS_CODES).filter((code) => !HTTP_STATUS_CODES.has(Number(code)))
  t.same(missing, unused)
  t.end()
})
