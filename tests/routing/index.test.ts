import t from 'tap'
import * as routing from '../../lib/routing/index.ts'

t.test('the names of werkzeug.routing are there', (t) => {
  const names = [
    'Map',
    'Rule',
    'MapAdapter',
    'BaseConverter',
    'UnicodeConverter',
    'AnyConverter',
    'PathConverter',
    'IntegerConverter',
    'FloatConverter',
    'UUIDConverter',
    'BuildError',
    'RequestRedirect',
    'RoutingException',
    'ValidationError',
    'Submount',
    'Subdomain',
    'EndpointPrefix',
  ]
  for (const name of names) t.type((routing as Record<string, unknown>)[name], 'function', name)
  t.end()
})

t.test('a map of both syntaxes matches and builds', (t) => {
  const map = new routing.Map([
    new routing.Rule('/user/<int:id>', { endpoint: 'user' }),
    new routing.Submount('/files', [new routing.Rule('/*path', { endpoint: 'file' })]),
  ])
  const urls = map.bind('example.com')
  t.same(urls.match('/user/7'), ['user', { id: 7 }])
  t.same(urls.match('/files/a/b'), ['file', { path: 'a/b' }])
  t.equal(urls.build('file', { path: 'a b' }), '/files/a%20b')
  t.end()
})
