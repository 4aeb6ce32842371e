import t from 'tap'
import { BadRequest, HTTPException } from '../../lib/http/exceptions.ts'
import { BuildError, RequestRedirect, RoutingException, WebsocketMismatch } from '../../lib/routing/exceptions.ts'
import { UrlMap } from '../../lib/routing/map.ts'
import { Rule } from '../../lib/routing/rule.ts'

t.test('a redirect is an HTTP exception with code 308, and a routing exception', (t) => {
  const redirect = new RequestRedirect('http://h/x/')
  t.equal(redirect.code, 308)
  t.equal(redirect.new_url, 'http://h/x/')
  t.ok(redirect instanceof HTTPException)
  t.ok(redirect instanceof RoutingException)
  t.notOk(redirect instanceof BuildError)
  t.notOk(new BadRequest() instanceof RoutingException)
  t.ok(new WebsocketMismatch() instanceof BadRequest)
  t.end()
})

t.test('a build error carries what was asked for and suggests what was meant', (t) => {
  const adapter = new UrlMap([
    new Rule('/user/<name>', { endpoint: 'user', methods: ['GET'] }),
    new Rule('/blog/<int:id>', { endpoint: 'blog.show', defaults: { page: 1 } }),
  ]).bind('h')
  const cases: [endpoint: string, values: Record<string, unknown>, method: string | undefined, message: string][] = [
    ['usr', {}, undefined, "No URL can be built for the endpoint 'usr'. Did you mean 'user'?"],
    [
      'user',
      {},
      undefined,
      "No URL can be built for the endpoint 'user'. Give values for 'name': its rule is '/user/<name>'.",
    ],
    [
      'user',
      { name: 'x' },
      'POST',
      "No URL can be built for the endpoint 'user', method POST, with values for 'name'. Its methods are GET, HEAD.",
    ],
    [
      'blog.show',
      { z: 1, a: 2 },
      undefined,
      "No URL can be built for the endpoint 'blog.show', with values for 'a', 'z'. Give values for 'id', 'page': its rule is '/blog/<int:id>'.",
    ],
  ]
  for (const [endpoint, values, method, message] of cases) {
    const error = new BuildError(endpoint, values, method, adapter)
    t.equal(error.message, message)
    t.same([error.endpoint, error.values, error.method], [endpoint, values, method])
    t.ok(error instanceof RoutingException)
  }
  t.equal(new BuildError('user', {}, undefined, adapter).suggested?.rule, '/user/<name>')
  t.equal(new BuildError('x', {}).message, "No URL can be built for the endpoint 'x'.")
  t.equal(new BuildError('x', {}, undefined, new UrlMap().bind('h')).suggested, undefined)
  t.end()
})
