import t from 'tap'
import { Environment } from '../../lib/jinja/index.ts'
import { defaultPolicies } from '../../lib/jinja/policies.ts'

t.test('each environment has its own policies', (t) => {
  const policies = defaultPolicies()
  t.not(policies, defaultPolicies())
  t.equal(policies['truncate.leeway'], 5)
  t.equal(policies['urlize.rel'], 'noopener')
  t.end()
})

t.test('filters go by them', (t) => {
  const environment = new Environment()
  const render = (source: string) => environment.from_string(source).render()
  environment.policies['truncate.leeway'] = 0
  t.equal(render('{{ "abcdef"|truncate(5) }}'), 'ab...')
  environment.policies['urlize.rel'] = 'me'
  environment.policies['urlize.target'] = '_top'
  environment.policies['urlize.extra_schemes'] = ['tel:']
  t.equal(
    render('{{ "http://a.com tel:1"|urlize }}'),
    '<a href="http://a.com" rel="me" target="_top">http://a.com</a> <a href="tel:1" rel="me" target="_top">tel:1</a>',
  )
  environment.policies['json.dumps_kwargs'] = { sort_keys: false }
  t.equal(render('{{ {"b": 1, "a": 2}|tojson }}'), '{"b": 1, "a": 2}')
  environment.policies['json.dumps_function'] = (value: unknown, options: object) =>
    `${JSON.stringify(value)}<${JSON.stringify(options)}`
  t.equal(render('{{ [1]|tojson(2) }}'), '[1]\\u003c{"sort_keys":false,"indent":2}')
  t.end()
})
