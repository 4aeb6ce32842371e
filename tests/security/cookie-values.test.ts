import t from 'tap'
import { exchangeRaw, headerValues } from '../support/raw-http.ts'
import { type BadInput, get, hostileTest } from './hostile-client.ts'
import { GET_ENDPOINTS, serveKitchenSink } from './kitchen-sink.ts'

const KIB = 1024
/** Endpoints that read cookies or the session in them; the others are asked too, with fewer inputs. */
const READERS: readonly string[] = ['/cookies', '/async', '/session', '/look', '/flashed', '/admin/page', '/template']

/** Values of a Cookie field, RFC 6265 section 5.4, that somebody may send. */
const COOKIES: readonly (readonly [name: string, value: string])[] = [
  ['nothing', ''],
  ['blanks', ' \t '],
  ['semicolons', ';;;;'],
  ['an equals sign', '='],
  ['equals signs', '===='],
  ['no name', '=value'],
  ['a prefix under no name', '=__Host-a=bad; a=1'],
  ['no value', 'a='],
  ['no equals sign', 'a'],
  ['two of one name', 'a=1; a=2'],
  ['a no-break space before the name', '\xa0a=evil; a=ok'],
  ['blanks around everything', ' a = 1 ;\tb\t=\t2\t'],
  ['commas', 'a=1, b=2'],
  ['an open quote', 'a="b'],
  ['an open quote over cookies', 'a="b; c=d'],
  ['a lone quote', 'a="'],
  ['two quotes', 'a=""'],
  ['quotes within', 'a=b"c"d'],
  ['escapes', 'a="\\"\\\\\\073\\054"'],
  ['escapes that are none', 'a="\\9\\x\\400\\"'],
  ['an escape at the end', 'a="\\'],
  ['percent signs', 'a=%41; b=%zz; c=%'],
  ['NUL in octal', 'a="\\000"'],
  ['a line end in octal', 'a="\\015\\012X-Evil: 1"'],
  ['the prototype', '__proto__=x; constructor=y; toString=z'],
  ['attributes', 'Path=/; Domain=evil.com; $Version=1; a=1; $Path=/x'],
  ['a session that is none', 'session=x'],
  ['a session of dots', 'session=....'],
  ['a session of JSON', 'session={"username":"admin"}'],
  ['a session without a signature', 'session=eyJ1c2VybmFtZSI6ImFkbWluIn0.aaaaaa.'],
  ['a session that claims to be compressed', 'session=.eJw.aaaaaa.bbbb'],
  ['a session of 8 KB', `session=${'A'.repeat(8 * KIB)}`],
  ['a session with dots and no more', `session=${'.'.repeat(8 * KIB)}`],
  ['two sessions', 'session=a.b.c; session=d.e.f'],
  ['500 cookies', Array.from({ length: 500 }, (_, index) => `c${index}=${index}`).join('; ')],
  ['500 cookies of one name', 'a=1; '.repeat(500)],
  ['cookies without end', 'a;'.repeat(8 * KIB - 100)],
  ['quotes without end', `a=${'"'.repeat(15 * KIB)}`],
  ['escaped quotes without end', `a="${'\\"'.repeat(7 * KIB)}`],
  ['escapes without end', `a="${'\\'.repeat(15 * KIB)}`],
  ['blanks without end', `a=${' '.repeat(15 * KIB)}b`],
  ['equals signs without end', '='.repeat(15 * KIB)],
  ['a value of 15 KB', `a=${'x'.repeat(15 * KIB)}`],
  ['a name of 15 KB', `${'x'.repeat(15 * KIB)}=1`],
  ['UTF-8', Buffer.from('游客=你好').toString('latin1')],
  ['broken UTF-8', 'a=\xff\xfe\xc0\xae'],
]

t.test('no cookie makes an endpoint fail', (t) =>
  hostileTest(t, async (target) => {
    for (const [name, value] of COOKIES) {
      const inputs = GET_ENDPOINTS.map((path) => ({ name: path, bytes: get(path, [`Cookie: ${value}`]) }))
      await target.takes(t, inputs, name)
    }
    const tooLarge = { name: '17 KB', bytes: get('/cookies', [`Cookie: a=${'x'.repeat(17 * KIB)}`]), gives: 431 }
    await target.takes(t, [tooLarge], 'a value that does not fit into the header')
  }),
)

t.test('every byte is taken in a cookie, before, within and behind name and value, quoted and not', (t) =>
  hostileTest(t, async (target) => {
    const inputs: BadInput[] = []
    for (let byte = 0; byte < 256; byte++) {
      const char = String.fromCharCode(byte)
      // What HTTP does not allow in a field, RFC 9110 section 5.5, is refused; LF ends it, and what follows is another field.
      const isRefused = (byte < 32 && char !== '\t' && char !== '\n') || byte === 127
      for (const value of [`${char}a=1`, `a${char}=1`, `a=${char}1`, `a=1${char}`, `a="${char}"`, `a="\\${char}"`]) {
        const path = READERS[inputs.length % READERS.length] as string
        const input = { name: `${path} with ${byte}: ${value}`, bytes: get(path, [`Cookie: ${value}`, 'X: y']) }
        inputs.push(isRefused ? { ...input, gives: 400 } : input)
      }
    }
    await target.takes(t, inputs, 'bytes of a cookie')
  }),
)

/** What a view sees of the cookies of a request. */
async function seen(port: number, value: string): Promise<[string, string][]> {
  const answer = await exchangeRaw(port, get('/cookies', [`Cookie: ${value}`]))
  return JSON.parse(`${answer.body}`).cookies
}

t.test('a cookie cannot be shadowed by another that looks like it', async (t) => {
  const { port } = await serveKitchenSink(t)
  t.same(await seen(port, '=__Host-a=bad; a=1'), [['a', '1']], 'no cookie gets a name from its value')
  t.same(
    (await seen(port, '\xa0a=evil; a=ok')).find(([name]) => name === 'a'),
    ['a', 'ok'],
    'U+00A0 is no blank',
  )
  t.same(await seen(port, 'a=1; a=2'), [
    ['a', '1'],
    ['a', '2'],
  ])
  const { a } = JSON.parse(`${(await exchangeRaw(port, get('/cookies', ['Cookie: a=1; a=2']))).body}`)
  t.equal(a, '1', 'of two the first counts')
  t.same(await seen(port, '__proto__=x; constructor=y'), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
  t.equal(Reflect.get({}, 'x'), undefined)
})

t.test('whatever text an app puts into a cookie, it sets that cookie and nothing else', async (t) => {
  const { port } = await serveKitchenSink(t)
  for (let code = 0; code < 0x250; code++) {
    const value = `x${String.fromCodePoint(code)}; Domain=evil.com`
    const answer = await exchangeRaw(port, get(`/set-cookie?value=${encodeURIComponent(value)}`))
    const set = headerValues(answer, 'Set-Cookie')
    t.equal(answer.status, 200, `U+${code.toString(16)}`)
    t.equal(set.length, 1)
    t.match(set[0], /^a=(?:"[^;]*"|[^;]*); (?:Expires=[^;]*; )?Max-Age=60; HttpOnly; Path=\/$/)
    const sentBack = set[0]?.split(';')[0] ?? ''
    t.same(await seen(port, sentBack), [['a', value]], 'and reads it back')
  }
})
