import t from 'tap'
import { host_is_trusted, hostname_of } from '../../lib/wrappers/host.ts'

t.test('a well-formed host has a name', (t) => {
  const cases: [host: string, name: string][] = [
    ['localhost', 'localhost'],
    ['EXAMPLE.com', 'EXAMPLE.com'],
    ['example.com:80', 'example.com'],
    ['127.0.0.1:65535', '127.0.0.1'],
    ['[::1]', '[::1]'],
    ['[2001:db8::1]:5000', '[2001:db8::1]'],
    ['xn--n3h.net', 'xn--n3h.net'],
    ['example.com.', 'example.com.'],
    ['a'.repeat(63), 'a'.repeat(63)],
    [`${'a.'.repeat(126)}com`, `${'a.'.repeat(126)}com`],
  ]
  for (const [host, name] of cases) t.equal(hostname_of(host), name, host)
  t.end()
})

// Security row 1.5, Koa CVE-2026-27959, Rack CVE-2026-34835, Werkzeug #3113.
t.test('what is no host has none', (t) => {
  const malformed = [
    ...['', ' ', 'a b', 'a/b', 'a,b', 'a?b', 'a#b', 'a@b', 'evil.com:x@good.com', 'a_b', 'a%41', 'é', 'a\tb', 'a\0'],
    ...[
      'a:',
      'a:0',
      'a:080',
      'a:99999',
      'a:65536',
      'a:x',
      'a:80:80',
      ':80',
      '[::1',
      '::1',
      '[::1]x',
      '[::g]',
      '[]',
      '[:',
    ],
    ...['.', '..', '.a', 'a..b', 'a..', '.a:80', 'a'.repeat(64), `a.${'b'.repeat(64)}.c`, `${'a.'.repeat(127)}com`],
  ]
  for (const host of malformed) {
    t.equal(hostname_of(host), undefined, JSON.stringify(host))
    t.equal(host_is_trusted(host, undefined), false)
  }
  t.end()
})

t.test('trusted hosts are names, or a dot and a name for its subdomains too', (t) => {
  const cases: [host: string, trusted: readonly string[] | string | null | undefined, expected: boolean][] = [
    ['any.example', undefined, true],
    ['any.example', null, true],
    ['any.example', [], true],
    ['example.com', ['example.com'], true],
    ['EXAMPLE.com:5000', ['example.com'], true],
    ['example.com', ['Example.COM:80'], true],
    ['example.com', 'example.com', true],
    ['www.example.com', ['example.com'], false],
    ['www.example.com', ['.example.com'], true],
    ['example.com', ['.example.com'], true],
    ['notexample.com', ['.example.com'], false],
    ['example.com.evil.test', ['.example.com'], false],
    ['xn--n3h.net', ['☃.net'], true],
    ['a.xn--n3h.net', ['.☃.net'], true],
    ['[::1]:5000', ['[::1]'], true],
    ['127.0.0.1', ['localhost', '127.0.0.1'], true],
    ['evil.test', ['', '.', ' '], false],
  ]
  for (const [host, trusted, expected] of cases) t.equal(host_is_trusted(host, trusted), expected, `${host} ${trusted}`)
  t.equal(host_is_trusted(undefined, undefined), false)
  t.end()
})
