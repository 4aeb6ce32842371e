import t from 'tap'
import { iriHost, iriPath, iriQuery } from '../../lib/wrappers/iri.ts'

t.test('a path stands decoded in an IRI, but for what would end it or cannot be seen', (t) => {
  const cases: [path: string, expected: string][] = [
    ['/about', '/about'],
    ['/游 客', '/游%20客'],
    ['/a?b#c', '/a%3Fb%23c'],
    ['/a"<>\\^`{|}b', '/a"<>\\^`{|}b'],
    ['/100%', '/100%'],
    ['/%41%2f%20', '/A%2f%20'],
    ['/%E6%B8%B8', '/游'],
    ['/%ff%41', '/%FFA'],
    ['/%E6%B8', '/%E6%B8'],
    ['/\x01\x7f', '/%01%7F'],
    ['/\ufffd', '/\ufffd'],
  ]
  for (const [path, expected] of cases) t.equal(iriPath(path), expected, path)
  t.end()
})

t.test('a query keeps what separates its fields', (t) => {
  const cases: [query: string, expected: string][] = [
    ['q=1&r=%20', 'q=1&r=%20'],
    ['a=%26%3d%2b%23', 'a=%26%3d%2b%23'],
    ['a=\xff', 'a=%FF'],
    ['a=%E6%B8%B8+b', 'a=游+b'],
    ['a=\xe6\xb8\xb8', 'a=游'],
    ['q=%C3%A8ry%DF', 'q=èry%DF'],
    ['a=?/%3F%2F', 'a=?/?/'],
  ]
  for (const [query, expected] of cases) t.equal(iriQuery(query), expected, query)
  t.end()
})

t.test('a host stands in lower case and in Unicode', (t) => {
  t.equal(iriHost('EXAMPLE.com:5000'), 'example.com:5000')
  t.equal(iriHost('[::1]:80'), '[::1]:80')
  t.equal(iriHost('XN--N3H.net'), '☃.net')
  t.equal(iriHost('xn--n3h.net:80'), '☃.net:80')
  t.equal(iriHost('xn--a-ecp.ru'), 'xn--a-ecp.ru', 'what is no IDNA name stays')
  t.equal(iriHost(''), '')
  t.end()
})
