import t from 'tap'
import { ContentSecurityPolicy, parse_csp_header } from '../../lib/http/csp.ts'

t.test('directives are read as properties', (t) => {
  const csp = parse_csp_header(
    "default-src 'self'; script-src 'self'  https://a.example ;; upgrade-insecure-requests; sandbox",
  )
  t.equal(csp.default_src, "'self'")
  t.equal(csp.script_src, "'self'  https://a.example")
  t.equal(csp.get('upgrade-insecure-requests'), '')
  t.equal(csp.sandbox, '')
  t.equal(csp.img_src, undefined)
  t.equal(
    csp.to_header(),
    "default-src 'self'; script-src 'self'  https://a.example; upgrade-insecure-requests; sandbox",
  )
  t.end()
})

t.test('every directive has its property', (t) => {
  const names = [
    ...['base-uri', 'child-src', 'connect-src', 'default-src', 'font-src', 'form-action', 'frame-ancestors'],
    ...['frame-src', 'img-src', 'manifest-src', 'media-src', 'navigate-to', 'object-src', 'plugin-types'],
    ...['prefetch-src', 'report-to', 'report-uri', 'sandbox', 'script-src', 'script-src-attr', 'script-src-elem'],
    ...['style-src', 'style-src-attr', 'style-src-elem', 'worker-src'],
  ]
  for (const name of names) {
    const csp = new ContentSecurityPolicy()
    Object.assign(csp, { [name.replaceAll('-', '_')]: "'none'" })
    t.equal(`${csp}`, `${name} 'none'`)
  }
  t.end()
})

t.test('of two directives with one name the first holds', (t) => {
  t.equal(parse_csp_header("img-src 'self'; img-src *").to_header(), "img-src 'self'")
  t.end()
})

t.test('a missing header is an empty policy', (t) => {
  t.equal(parse_csp_header(undefined).size, 0)
  t.equal(parse_csp_header('').to_header(), '')
  t.end()
})

t.test('undefined removes a directive, and each change is told', (t) => {
  const seen: number[] = []
  const csp = parse_csp_header("default-src 'self'", (policy) => seen.push(policy.size))
  csp.img_src = '*'
  csp.default_src = undefined
  csp.img_src = undefined
  t.same(seen, [2, 1, 0])
  t.end()
})

t.test('a value cannot begin another directive', (t) => {
  const csp = new ContentSecurityPolicy()
  t.throws(() => {
    csp.img_src = "'self'; script-src *"
  }, TypeError)
  t.throws(() => csp.set('a; b', 'c'), TypeError)
  t.throws(() => new ContentSecurityPolicy([['a', 'b; c']]), TypeError)
  t.equal(csp.size, 0)
  t.end()
})
