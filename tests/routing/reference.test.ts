import t from 'tap'
import { joinUrl } from '../../lib/routing/reference.ts'

t.test('a reference is resolved as RFC 3986 section 5.4 says', (t) => {
  const base = 'http://a/b/c/d;p?q'
  const cases: [reference: string, url: string][] = [
    ['g:h', 'g:h'],
    ['g', 'http://a/b/c/g'],
    ['./g', 'http://a/b/c/g'],
    ['g/', 'http://a/b/c/g/'],
    ['/g', 'http://a/g'],
    ['//g', 'http://g'],
    ['g?y', 'http://a/b/c/g?y'],
    ['?y', 'http://a/b/c/d;p?y'],
    ['#s', 'http://a/b/c/d;p#s'],
    ['', 'http://a/b/c/d;p?q'],
    ['.', 'http://a/b/c/'],
    ['..', 'http://a/b/'],
    ['../g', 'http://a/b/g'],
    ['../..', 'http://a/'],
    ['../../../g', 'http://a/g'],
    ['/../g', 'http://a/g'],
    ['g..', 'http://a/b/c/g..'],
    ['./../g', 'http://a/b/g'],
    ['g;x=1/../y', 'http://a/b/c/y'],
    ['http://h/p?q=1#f', 'http://h/p?q=1#f'],
  ]
  for (const [reference, url] of cases) t.equal(joinUrl(base, reference), url, reference)
  t.end()
})

t.test('what Python leaves as it is stays: other characters, doubled slashes of absolute paths', (t) => {
  t.equal(joinUrl('http://h/app/', 'a//b/./ü c'), 'http://h/app/a/b/ü c')
  t.equal(joinUrl('http://h/app/', '/a//b'), 'http://h/a//b')
  t.end()
})
