import t from 'tap'
import { TemplateSyntaxError } from '../../lib/jinja/exceptions.ts'
import type { Token } from '../../lib/jinja/lexer.ts'
import { TokenStream } from '../../lib/jinja/token-stream.ts'

const TOKENS: Token[] = [
  { type: 'name', value: 'for', line: 1 },
  { type: 'name', value: 'x', line: 1 },
  { type: 'comma', value: ',', line: 2 },
  { type: 'eof', value: '', line: 2 },
]

t.test('tokens are read one after the other, and the end again and again', (t) => {
  const stream = new TokenStream(TOKENS, 'a', undefined)
  t.equal(stream.current, TOKENS[0])
  t.equal(stream.look(), TOKENS[1])
  t.equal(stream.next(), TOKENS[0])
  t.ok(stream.is('name'))
  t.ok(stream.is('name', 'x'))
  t.notOk(stream.is('name', 'y'))
  t.ok(stream.isName('x'))
  t.notOk(stream.skipName('y'))
  t.ok(stream.skipName('x'))
  t.notOk(stream.skip('dot'))
  t.ok(stream.skip('comma'))
  t.equal(stream.next().type, 'eof')
  t.equal(stream.next().type, 'eof')
  t.end()
})

function errorOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

t.test('another token than the expected one is an error that says both', (t) => {
  const stream = new TokenStream(TOKENS, 'a', 'a.html')
  t.match(
    errorOf(() => stream.expect('name', 'if')),
    {
      description: "'if' has to come here, not 'for'",
      lineno: 1,
      template: 'a',
      filename: 'a.html',
    },
  )
  t.match(
    errorOf(() => stream.expect('rparen')),
    { description: "')' has to come here, not 'for'" },
  )
  t.equal(stream.expect('name').value, 'for')
  stream.next()
  stream.next()
  t.match(
    errorOf(() => stream.expect('colon')),
    { description: "the template ends where ':' has to come", lineno: 2 },
  )
  t.match(
    errorOf(() => stream.fail('other', 7)),
    { description: 'other', lineno: 7 },
  )
  t.end()
})

t.test('what is wrong with the text is thrown when it is reached', (t) => {
  const error = new TemplateSyntaxError('bad', 1)
  const stream = new TokenStream([TOKENS[0]!, { type: 'error', value: '', line: 1, error }], undefined, undefined)
  t.throws(() => stream.look(), error)
  t.throws(() => stream.next(), error)
  t.throws(() => new TokenStream([{ type: 'error', value: '', line: 1, error }], undefined, undefined), error)
  t.end()
})
