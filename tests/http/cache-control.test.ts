import t from 'tap'
import { parse_cache_control_header, RequestCacheControl, ResponseCacheControl } from '../../lib/http/cache-control.ts'

function request(header: string | undefined): RequestCacheControl {
  return parse_cache_control_header(header, undefined, RequestCacheControl)
}

t.test('the directives of a request are typed', (t) => {
  const cache = request(
    'no-cache, no-store, max-age=60, max-stale, min-fresh=5, only-if-cached, no-transform, stale-if-error=9',
  )
  t.same(
    [cache.no_cache, cache.no_store, cache.max_age, cache.max_stale, cache.min_fresh, cache.only_if_cached],
    [true, true, 60, true, 5, true],
  )
  t.same([cache.no_transform, cache.stale_if_error], [true, 9])
  t.equal(request('max-stale=10').max_stale, 10)
  t.end()
})

t.test('what is missing or not a number reads as such', (t) => {
  for (const header of [undefined, '', 'max-age', 'max-age=abc', 'max-age=1.5', 'max-age=', 'max-age=٣']) {
    t.equal(request(header).max_age, undefined, String(header))
  }
  const none = request(undefined)
  t.same([none.no_cache, none.no_store, none.max_stale, none.only_if_cached], [false, false, undefined, false])
  t.equal(request('max-age=0').max_age, 0)
  t.equal(request('MAX-AGE=60').max_age, 60, 'names have no case')
  t.equal(request('max-age="60"').max_age, 60, 'quoted')
  t.end()
})

t.test('what a client sent cannot be changed', (t) => {
  const cache = request('max-age=60')
  t.throws(() => {
    cache.max_age = 1
  }, TypeError)
  t.throws(() => cache.delete('max-age'), TypeError)
  t.throws(() => cache.clear(), TypeError)
  t.equal(cache.max_age, 60)
  t.end()
})

t.test('directives that a request names are found as in a map', (t) => {
  const cache = request('community="UCI", x')
  t.equal(cache.get('community'), 'UCI')
  t.equal(cache.get('x'), null)
  t.equal(cache.get('y'), undefined)
  t.same([...cache.keys()], ['community', 'x'])
  t.end()
})

type Change = (cache: ResponseCacheControl) => void

const WRITTEN: [change: Change, header: string][] = [
  [(cache) => Object.assign(cache, { max_age: 60, public: true }), 'max-age=60, public'],
  [(cache) => Object.assign(cache, { no_cache: true, no_store: true }), 'no-cache, no-store'],
  [(cache) => Object.assign(cache, { no_cache: 'Set-Cookie' }), 'no-cache=Set-Cookie'],
  [(cache) => Object.assign(cache, { private: 'a, b' }), 'private="a, b"'],
  [(cache) => Object.assign(cache, { private: true, max_age: 0 }), 'private, max-age=0'],
  [(cache) => Object.assign(cache, { s_maxage: 9.9, must_revalidate: true }), 's-maxage=9, must-revalidate'],
  [(cache) => Object.assign(cache, { proxy_revalidate: true, immutable: true }), 'proxy-revalidate, immutable'],
  [(cache) => Object.assign(cache, { must_understand: true, no_transform: true }), 'must-understand, no-transform'],
  [
    (cache) => Object.assign(cache, { stale_while_revalidate: 5, stale_if_error: 6 }),
    'stale-while-revalidate=5, stale-if-error=6',
  ],
  [(cache) => Object.assign(cache, { max_age: 60, public: true }, { max_age: undefined }), 'public'],
  [(cache) => Object.assign(cache, { public: true, no_cache: true }, { public: false, no_cache: false }), ''],
  [(cache) => cache.set('x-extension', 'a b'), 'x-extension="a b"'],
]

for (const [change, header] of WRITTEN) {
  t.test(`a response can be told ${JSON.stringify(header)}`, (t) => {
    const cache = new ResponseCacheControl()
    change(cache)
    t.equal(cache.to_header(), header)
    t.equal(`${cache}`, header)
    const again = parse_cache_control_header(header, undefined, ResponseCacheControl)
    t.same([...again], [...cache], 'and reads the same')
    t.end()
  })
}

t.test('the directives of a response are typed', (t) => {
  const header =
    'no-cache, private="a", public, s-maxage=1, immutable, must-revalidate, proxy-revalidate, must-understand, stale-while-revalidate=2'
  const cache = parse_cache_control_header(header, undefined, ResponseCacheControl)
  t.same([cache.no_cache, cache.private, cache.public, cache.s_maxage], [true, 'a', true, 1])
  t.same([cache.immutable, cache.must_revalidate, cache.proxy_revalidate], [true, true, true])
  t.same([cache.must_understand, cache.stale_while_revalidate], [true, 2])
  t.end()
})

t.test('each change is told', (t) => {
  let changes = 0
  const cache = parse_cache_control_header(
    'public',
    () => {
      changes += 1
    },
    ResponseCacheControl,
  )
  cache.max_age = 5
  cache.public = false
  cache.public = false
  t.equal(changes, 2)
  t.end()
})
