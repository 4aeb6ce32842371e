import t from 'tap'
import { check_password_hash, generate_password_hash } from '../../lib/http/password.ts'

/** Made by Werkzeug of the password `pä55 🍶`. */
const WERKZEUG = [
  'scrypt:32768:8:1$BJlCYa2ktHbXZ7nu$6eb59b66bd5dbbd35d51476f56df541de7957dde236529105264d89dd4766b996c79d2fe955562b5a5dc111c569318472e8ed178a89d2ba20cb1fbc74fdc083a',
  'scrypt:1024:4:2$fk2dLIMh$3dba027bbc62fad0cea1966eb781d4403ee9d9c8c7fbaaf0e046328be03105faacaf4b8c31cf827fb22e526bbe18c4bdeb991f25b24ea09bc2fbce85faced3dd',
  'pbkdf2:sha256:600000$q8nYQ9P9d1DDXlwR$3647c4549c07656601e64b4e1a383a1e97b990f205851e751925c7179f51f010',
  'pbkdf2:sha1:1000$c$9c0f3b22aaa3ff22499e58907397285c04aac4ce',
]

t.test('hashes that Werkzeug made are checked', (t) => {
  for (const hash of WERKZEUG) {
    t.equal(check_password_hash(hash, 'pä55 🍶'), true, hash)
    t.equal(check_password_hash(hash, 'pa55 🍶'), false)
  }
  t.end()
})

t.test('the default is scrypt with a salt of 16 characters', (t) => {
  const hash = generate_password_hash('secret')
  t.match(hash, /^scrypt:32768:8:1\$[A-Za-z0-9]{16}\$[0-9a-f]{128}$/)
  t.equal(check_password_hash(hash, 'secret'), true)
  t.equal(check_password_hash(hash, 'Secret'), false)
  t.equal(check_password_hash(hash, ''), false)
  t.end()
})

t.test('method and length of the salt can be chosen', (t) => {
  const methods: [method: string, form: RegExp][] = [
    ['scrypt:1024:4:2', /^scrypt:1024:4:2\$\w{16}\$[0-9a-f]{128}$/],
    ['pbkdf2:sha256:1000', /^pbkdf2:sha256:1000\$\w{16}\$[0-9a-f]{64}$/],
    ['pbkdf2:sha512:1000', /^pbkdf2:sha512:1000\$\w{16}\$[0-9a-f]{128}$/],
    ['pbkdf2', /^pbkdf2:sha256:1000000\$\w{16}\$[0-9a-f]{64}$/],
  ]
  for (const [method, form] of methods) {
    const hash = generate_password_hash('secret', { method })
    t.match(hash, form)
    t.equal(check_password_hash(hash, 'secret'), true, method)
    t.equal(check_password_hash(hash, 'other'), false, method)
  }
  t.match(
    generate_password_hash('x', { method: 'pbkdf2:sha1:1', salt_length: 3 }),
    /^pbkdf2:sha1:1\$\w{3}\$[0-9a-f]{40}$/,
  )
  t.end()
})

t.test('two hashes of one password differ', (t) => {
  const method = 'pbkdf2:sha256:1'
  t.not(generate_password_hash('x', { method }), generate_password_hash('x', { method }))
  t.end()
})

t.test('text that has not the form of a hash is no match', (t) => {
  for (const text of ['', 'x', 'scrypt:32768:8:1$salt', 'plain']) t.equal(check_password_hash(text, 'x'), false, text)
  const hash = generate_password_hash('x', { method: 'pbkdf2:sha256:1' })
  t.equal(check_password_hash(`${hash}0`, 'x'), false, 'a longer hash')
  t.equal(check_password_hash(hash.slice(0, -1), 'x'), false, 'a shorter hash')
  t.equal(check_password_hash(hash.replace(/.$/, 'é'), 'x'), false, 'no hexadecimal')
  t.end()
})

t.test('methods that cannot be used are refused by name', (t) => {
  const refused: [method: string, message: RegExp][] = [
    ['md5', /"md5" is unknown: use 'scrypt' or 'pbkdf2'/],
    ['', /"" is unknown/],
    ['scrypt:1', /scrypt takes three numbers/],
    ['scrypt:a:8:1', /scrypt takes three numbers/],
    ['scrypt:16:8:1:1', /scrypt takes three numbers/],
    ['pbkdf2:sha256:x', /pbkdf2 takes a digest and a number/],
    ['pbkdf2:sha256:0', /pbkdf2 takes a digest and a number/],
    ['pbkdf2:sha256:1:1', /pbkdf2 takes a digest and a number/],
  ]
  for (const [method, message] of refused) {
    t.throws(() => generate_password_hash('x', { method }), { name: 'TypeError', message }, method)
    t.throws(() => check_password_hash(`${method}$salt$00`, 'x'), { name: 'TypeError', message }, method)
  }
  t.throws(() => generate_password_hash('x', { method: 'scrypt:1000:8:1' }), RangeError, 'N is no power of two')
  t.throws(() => generate_password_hash('x', { salt_length: 0 }), RangeError)
  t.end()
})
