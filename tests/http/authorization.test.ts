import t from 'tap'
import { Authorization, followChallenge, WWWAuthenticate } from '../../lib/http/authorization.ts'

function basic(credentials: string | Uint8Array): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}

const BASIC: [header: string, username: string | undefined, password: string | undefined][] = [
  [basic('ann:secret'), 'ann', 'secret'],
  [basic('ann:se:cret'), 'ann', 'se:cret'],
  [basic('ann'), 'ann', ''],
  [basic('游客:пароль'), '游客', 'пароль'],
  [basic('\ufeffann:x'), '\ufeffann', 'x'],
  [basic(':'), '', ''],
  ['basic YTpi', 'a', 'b'],
  ['BASIC   YTpi', 'a', 'b'],
  ['Basic ', '', ''],
]

for (const [header, username, password] of BASIC) {
  t.test(`${header} is the user ${JSON.stringify(username)} with the password ${JSON.stringify(password)}`, (t) => {
    const auth = Authorization.from_header(header)
    t.equal(auth?.type, 'basic')
    t.equal(auth?.username, username)
    t.equal(auth?.password, password)
    t.equal(auth?.token, undefined)
    t.end()
  })
}

t.test('broken base64 and broken UTF-8 are no credentials', (t) => {
  const headers = [
    'Basic YTp',
    'Basic YT pi',
    'Basic Y*pi',
    'Basic YTpi=',
    'Basic ====',
    'Basic YTpi-_',
    basic(Buffer.from([0xff])),
  ]
  for (const header of headers) t.equal(Authorization.from_header(header), undefined, header)
  t.end()
})

t.test('a bearer token is kept as it is', (t) => {
  const auth = Authorization.from_header('Bearer abc.def-ghi==')
  t.same([auth?.type, auth?.token, auth?.username], ['bearer', 'abc.def-ghi==', undefined])
  t.equal(auth?.parameters.size, 0)
  t.equal(`${auth}`, 'Bearer abc.def-ghi==')
  t.end()
})

t.test('digest parameters are read', (t) => {
  const header =
    'Digest username="Mufasa", realm="a, b", nonce="n", uri="/dir", qop=auth, nc=00000001, cnonce="c", response="r", opaque="o"'
  const auth = Authorization.from_header(header)
  t.same(
    [
      auth?.username,
      auth?.realm,
      auth?.nonce,
      auth?.uri,
      auth?.qop,
      auth?.nc,
      auth?.cnonce,
      auth?.response,
      auth?.opaque,
    ],
    ['Mufasa', 'a, b', 'n', '/dir', 'auth', '00000001', 'c', 'r', 'o'],
  )
  t.equal(auth?.get('none'), undefined)
  t.equal(auth?.get('none', 'x'), 'x')
  t.same([auth?.has('nonce'), auth?.has('none')], [true, false])
  t.end()
})

t.test('a missing header is no credentials, a scheme alone has an empty token', (t) => {
  t.equal(Authorization.from_header(undefined), undefined)
  t.equal(Authorization.from_header(''), undefined)
  const auth = Authorization.from_header('Negotiate')
  t.same([auth?.type, auth?.token], ['negotiate', ''])
  t.end()
})

t.test('parameters named as parts of every object are parameters', (t) => {
  const auth = Authorization.from_header('X __proto__=a, constructor=b')
  t.equal(auth?.get('__proto__'), 'a')
  t.equal(auth?.get('constructor'), 'b')
  t.end()
})

t.test('credentials are written as they are read', (t) => {
  t.equal(new Authorization('basic', { username: 'ann', password: 'sécret' }).to_header(), basic('ann:sécret'))
  t.equal(new Authorization('bearer', undefined, 'abc').to_header(), 'Bearer abc')
  t.equal(new Authorization('digest', new Map([['realm', 'a b']])).to_header(), 'Digest realm="a b"')
  t.equal(new Authorization('aws4-hmac', { a: 'b' }).to_header(), 'Aws4-Hmac a=b')
  t.end()
})

const CHALLENGES: [challenge: WWWAuthenticate, header: string][] = [
  [new WWWAuthenticate('basic'), 'Basic'],
  [new WWWAuthenticate('Basic', { realm: 'Authentication Required' }), 'Basic realm="Authentication Required"'],
  [new WWWAuthenticate('bearer', { realm: 'api', error: 'invalid_token' }), 'Bearer realm=api, error=invalid_token'],
  [
    new WWWAuthenticate('digest', { realm: 'api', nonce: 'n', algorithm: 'MD5' }),
    'Digest realm="api", nonce="n", algorithm=MD5',
  ],
  [new WWWAuthenticate('negotiate', undefined, 'dG9rZW4='), 'Negotiate dG9rZW4='],
]

for (const [challenge, header] of CHALLENGES) {
  t.test(`a challenge is written as ${header}`, (t) => {
    t.equal(challenge.to_header(), header)
    t.equal(`${challenge}`, header)
    const again = WWWAuthenticate.from_header(header)
    t.same([again?.type, again?.get('realm')], [challenge.type, challenge.realm], 'and reads the same')
    t.end()
  })
}

t.test('each change of a challenge is told', (t) => {
  const challenge = new WWWAuthenticate('basic')
  const seen: string[] = []
  followChallenge(challenge, () => seen.push(challenge.to_header()))
  challenge.realm = 'a'
  challenge.set('charset', 'UTF-8')
  challenge.parameters.set('realm', 'b')
  challenge.delete('charset')
  challenge.set('realm', undefined)
  challenge.parameters = { realm: 'c' }
  challenge.realm = 'd'
  challenge.type = 'Bearer'
  challenge.token = 't'
  t.same(seen, [
    'Basic realm=a',
    'Basic realm=a, charset=UTF-8',
    'Basic realm=b, charset=UTF-8',
    'Basic realm=b',
    'Basic',
    'Basic realm=c',
    'Basic realm=d',
    'Bearer realm=d',
    'Bearer t',
  ])
  t.equal(challenge.token, 't')
  t.equal(challenge.has('realm'), true)
  t.equal(challenge.get('none', 'x'), 'x')
  t.end()
})

t.test('a missing challenge is none', (t) => {
  t.equal(WWWAuthenticate.from_header(undefined), undefined)
  t.end()
})
