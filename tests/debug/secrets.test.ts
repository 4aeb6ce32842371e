import t from 'tap'
import { HIDDEN, Secrets, spellingsOf } from '../../lib/debug/secrets.ts'

t.test('names that say so are hidden, and settings that only sound so are not', async (t) => {
  const secrets = new Secrets([])
  const SECRET = ['SECRET_KEY', 'password', 'passwd', 'API_TOKEN', 'X-Api-Key', 'Cookie', 'Set-Cookie', 'Authorization']
  for (const name of [...SECRET, 'Proxy-Authorization', 'X-CSRFToken', 'aws_credentials', 'db_pwd', 'sid']) {
    t.ok(secrets.hides(name), name)
  }
  for (const name of [
    'SESSION_COOKIE_NAME',
    'MAX_COOKIE_SIZE',
    'SESSION_KEY_PREFIX',
    'user',
    'Accept',
    'side',
    'author',
  ]) {
    t.notOk(secrets.hides(name), name)
  }
})

t.test('a value is hidden wherever it stands, a short one where it stands alone', async (t) => {
  const secrets = new Secrets(['long-secret-value', 'long-secret', 'dev', '', '$&'])
  t.equal(secrets.scrub('xlong-secret-valuey'), `x${HIDDEN}y`)
  t.equal(secrets.scrub("'long-secret'"), `'${HIDDEN}'`)
  t.equal(secrets.scrub("key 'dev' of /srv/dev/developer"), `key '${HIDDEN}' of /srv/${HIDDEN}/developer`)
  t.equal(secrets.scrub('a $& b'), `a ${HIDDEN} b`)
})

t.test('parameters, passwords in URLs and credentials are hidden by their form', async (t) => {
  const secrets = new Secrets([])
  t.equal(secrets.scrub('GET /x?token=abc&q=1&api_key=y#z'), `GET /x?token=${HIDDEN}&q=1&api_key=${HIDDEN}#z`)
  t.equal(secrets.scrub('postgres://shop:hunter2@db/shop'), `postgres://shop:${HIDDEN}@db/shop`)
  t.equal(secrets.scrub('Authorization: Bearer abc.def-ghi=='), `Authorization: Bearer ${HIDDEN}`)
  t.equal(secrets.scrub('https://example.com:8080/a@b?q=1'), 'https://example.com:8080/a@b?q=1')
})

t.test('hiding is linear in the length of a text', async (t) => {
  const secrets = new Secrets(['k'.repeat(40)])
  const start = performance.now()
  for (const unit of ['?', '?key', '&a=', '://a:', 'Bearer ', 'k', '=', '://:']) secrets.scrub(unit.repeat(50_000))
  t.ok(performance.now() - start < 5000)
})

t.test('bytes are hidden in each encoding in which they are printed', async (t) => {
  const key = Buffer.from('0123456789abcdef')
  const secrets = new Secrets(spellingsOf(new Uint8Array(key)))
  for (const encoding of ['utf8', 'hex', 'base64', 'base64url'] as const) {
    t.equal(secrets.scrub(`<${key.toString(encoding)}>`).includes(HIDDEN), true, encoding)
  }
  t.same(spellingsOf(null), [])
  t.same(spellingsOf('text'), ['text'])
})
