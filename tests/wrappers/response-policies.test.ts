import t from 'tap'
import { WWWAuthenticate } from '../../lib/http/authorization.ts'
import { ContentSecurityPolicy } from '../../lib/http/csp.ts'
import { ContentRange } from '../../lib/http/range.ts'
import { Response } from '../../lib/wrappers/response.ts'

/** Properties that are a set of names, always there. */
const SETS = { vary: 'Vary', content_language: 'Content-Language', allow: 'Allow' } as const

for (const [property, header] of Object.entries(SETS) as [keyof typeof SETS, string][]) {
  t.test(`${property} is a live set of ${header}`, (t) => {
    const response = new Response()
    t.equal(response[property].size, 0)
    response[property].add('Accept')
    response[property].update(['Cookie', 'accept'])
    t.equal(response.headers.get(header), 'Accept, Cookie')
    response[property].remove('ACCEPT')
    t.equal(response.headers.get(header), 'Cookie')
    response[property].clear()
    t.equal(response.headers.has(header), false)
    response[property] = ['a', 'b c']
    t.equal(response.headers.get(header), 'a, "b c"')
    response[property] = 'x, y'
    t.same([...response[property]], ['x', 'y'])
    response[property] = undefined
    t.equal(response.headers.has(header), false)
    response[property] = []
    t.equal(response.headers.has(header), false)
    t.end()
  })
}

// security: reflected Vary
t.test('* in Vary wins over all other members', (t) => {
  const response = new Response()
  response.vary.update(['Accept', '*', 'Cookie'])
  t.equal(response.headers.get('Vary'), '*')
  t.end()
})

/** Properties that are a set of names, or undefined. */
const OPTIONAL_SETS = {
  access_control_allow_headers: 'Access-Control-Allow-Headers',
  access_control_allow_methods: 'Access-Control-Allow-Methods',
  access_control_expose_headers: 'Access-Control-Expose-Headers',
} as const

for (const [property, header] of Object.entries(OPTIONAL_SETS) as [keyof typeof OPTIONAL_SETS, string][]) {
  t.test(`${property} is undefined, or a live set of ${header}`, (t) => {
    const response = new Response()
    t.equal(response[property], undefined)
    response[property] = ['A', 'B']
    t.equal(response.headers.get(header), 'A, B')
    response.headers.set(header, 'C')
    t.same([...(response[property] ?? [])], ['C'])
    response[property] = undefined
    t.equal(response.headers.has(header), false)
    t.end()
  })
}

t.test('cache_control is a live view of Cache-Control', (t) => {
  const response = new Response()
  response.cache_control.max_age = 60
  response.cache_control.public = true
  t.equal(response.headers.get('Cache-Control'), 'max-age=60, public')
  t.equal(response.cache_control.max_age, 60)
  response.cache_control.max_age = undefined
  response.cache_control.public = false
  t.equal(response.headers.has('Cache-Control'), false)
  response.cache_control = 'no-store'
  t.equal(response.cache_control.no_store, true)
  response.cache_control = undefined
  t.equal(response.headers.has('Cache-Control'), false)
  t.end()
})

t.test('content_range is a live view of Content-Range', (t) => {
  const response = new Response()
  t.equal(response.content_range.is_set, false)
  response.content_range.set(0, 5, 12)
  t.equal(response.headers.get('Content-Range'), 'bytes 0-4/12')
  t.equal(response.content_range.length, 12)
  response.content_range.unset()
  t.equal(response.headers.has('Content-Range'), false)
  response.content_range = new ContentRange('bytes', 1, 2, 3)
  t.equal(response.headers.get('Content-Range'), 'bytes 1-1/3')
  response.content_range = 'bytes */9'
  t.equal(response.content_range.length, 9)
  response.content_range = undefined
  t.equal(response.headers.has('Content-Range'), false)
  t.end()
})

const POLICIES = {
  content_security_policy: 'Content-Security-Policy',
  content_security_policy_report_only: 'Content-Security-Policy-Report-Only',
} as const

for (const [property, header] of Object.entries(POLICIES) as [keyof typeof POLICIES, string][]) {
  t.test(`${property} is a live view of ${header}`, (t) => {
    const response = new Response()
    t.equal(response[property].default_src, undefined)
    response[property].default_src = "'self'"
    response[property].img_src = '*'
    t.equal(response.headers.get(header), "default-src 'self'; img-src *")
    response[property].clear()
    t.equal(response.headers.has(header), false)
    response[property] = new ContentSecurityPolicy([['script-src', "'none'"]])
    t.equal(response[property].script_src, "'none'")
    response[property] = "object-src 'none'"
    t.equal(response[property].object_src, "'none'")
    response[property] = undefined
    t.equal(response.headers.has(header), false)
    t.end()
  })
}

t.test('www_authenticate is a live view of the first challenge', (t) => {
  const response = new Response()
  t.equal(response.www_authenticate.type, 'basic')
  t.equal(response.headers.has('WWW-Authenticate'), false, 'reading sets nothing')
  response.www_authenticate.realm = 'Login Required'
  t.equal(response.headers.get('WWW-Authenticate'), 'Basic realm="Login Required"')
  const challenge = new WWWAuthenticate('bearer', { realm: 'api' })
  response.www_authenticate = challenge
  challenge.set('error', 'invalid_token')
  t.equal(response.headers.get('WWW-Authenticate'), 'Bearer realm=api, error=invalid_token')
  response.www_authenticate = [challenge, new WWWAuthenticate('basic')]
  t.same(response.headers.getlist('WWW-Authenticate'), ['Bearer realm=api, error=invalid_token', 'Basic'])
  response.www_authenticate = undefined
  t.equal(response.headers.has('WWW-Authenticate'), false)
  t.end()
})

t.test('mimetype_params is a live view of the parameters of Content-Type', (t) => {
  const response = new Response('x')
  t.equal(response.mimetype_params.get('charset'), 'utf-8')
  response.mimetype_params.set('header', 'present')
  t.equal(response.content_type, 'text/html; charset=utf-8; header=present')
  response.mimetype_params.delete('charset')
  t.equal(response.content_type, 'text/html; header=present')
  response.content_type = undefined
  t.equal(response.mimetype_params.size, 0)
  t.end()
})

t.test('the single values of cross-origin sharing are typed', (t) => {
  const response = new Response()
  t.equal(response.access_control_allow_credentials, false)
  response.access_control_allow_credentials = true
  t.equal(response.headers.get('Access-Control-Allow-Credentials'), 'true')
  t.equal(response.access_control_allow_credentials, true)
  response.access_control_allow_credentials = false
  t.equal(response.headers.has('Access-Control-Allow-Credentials'), false)
  response.access_control_allow_origin = 'https://a.example'
  t.equal(response.access_control_allow_origin, 'https://a.example')
  response.access_control_max_age = 600
  t.equal(response.access_control_max_age, 600)
  t.equal(response.headers.get('Access-Control-Max-Age'), '600')
  response.headers.set('Access-Control-Max-Age', 'x')
  t.equal(response.access_control_max_age, undefined)
  t.end()
})

t.test('the cross-origin policies take their own values only', (t) => {
  const response = new Response()
  t.equal(response.cross_origin_opener_policy, 'unsafe-none')
  t.equal(response.cross_origin_embedder_policy, 'unsafe-none')
  response.cross_origin_opener_policy = 'same-origin'
  response.cross_origin_embedder_policy = 'require-corp'
  t.equal(response.headers.get('Cross-Origin-Opener-Policy'), 'same-origin')
  t.equal(response.headers.get('Cross-Origin-Embedder-Policy'), 'require-corp')
  t.throws(() => Object.assign(response, { cross_origin_opener_policy: 'anything' }), TypeError)
  t.throws(() => Object.assign(response, { cross_origin_embedder_policy: 'anything' }), TypeError)
  response.cross_origin_opener_policy = undefined
  t.equal(response.headers.has('Cross-Origin-Opener-Policy'), false)
  response.headers.set('Cross-Origin-Embedder-Policy', 'unheard-of')
  t.equal(response.cross_origin_embedder_policy, 'unsafe-none')
  t.end()
})
