import t from 'tap'
import { select_autoescape } from '../../lib/jinja/autoescape.ts'
import { DictLoader, Environment } from '../../lib/jinja/index.ts'

t.test('names of HTML and XML files are escaped, others are not, and strings are', (t) => {
  const escapes = select_autoescape()
  for (const name of ['a.html', 'a.htm', 'a.xml', 'A.HTML', 'dir/x.y.html', undefined])
    t.ok(escapes(name), String(name))
  for (const name of ['a.txt', 'html', 'a.html.txt', 'a.js', '']) t.notOk(escapes(name), name)
  t.end()
})

t.test('the endings and what counts otherwise can be chosen', (t) => {
  const escapes = select_autoescape({
    enabled_extensions: ['.svg'],
    disabled_extensions: ['txt'],
    default_for_string: false,
    default: true,
  })
  t.ok(escapes('a.svg'))
  t.notOk(escapes('a.txt'))
  t.ok(escapes('a.html'))
  t.notOk(escapes(undefined))
  t.end()
})

t.test('an environment escapes by it', (t) => {
  const loader = new DictLoader({ 'a.html': '{{ x }}', 'a.txt': '{{ x }}' })
  const environment = new Environment({ loader, autoescape: select_autoescape() })
  t.equal(environment.get_template('a.html').render({ x: '<' }), '&lt;')
  t.equal(environment.get_template('a.txt').render({ x: '<' }), '<')
  t.equal(environment.from_string('{{ x }}').render({ x: '<' }), '&lt;')
  t.end()
})
