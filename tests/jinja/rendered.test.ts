import t from 'tap'
import { Markup } from '../../lib/jinja/markup.ts'
import { finish, textOf } from '../../lib/jinja/rendered.ts'

async function* later(): AsyncGenerator<string> {
  yield 'a'
  yield 'b'
}

t.test('what a template gives becomes one text', async (t) => {
  t.equal(textOf('ab'), 'ab')
  t.equal(textOf(['a', 'b']), 'ab')
  t.equal(await textOf(Promise.resolve('ab')), 'ab')
  t.equal(await textOf(later()), 'ab')
})

t.test('a text is marked as safe where output is escaped', async (t) => {
  t.equal(finish('<b>', false), '<b>')
  t.type(finish('<b>', true), Markup)
  t.type(await finish(Promise.resolve('<b>'), true), Markup)
  t.equal(await finish(Promise.resolve('<b>'), false), '<b>')
})
