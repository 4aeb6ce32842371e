import t from 'tap'
import { Response } from '../../lib/wrappers/response.ts'

t.test('what is written is appended to the body', (t) => {
  const response = new Response('a')
  t.equal(response.stream.write('游'), 3)
  t.equal(response.stream.write(Buffer.from('b')), 1)
  response.stream.writelines(['c', 'd'])
  response.stream.flush()
  t.equal(response.get_data({ as_text: true }), 'a游bcd')
  t.equal(response.stream.tell(), 7)
  t.equal(response.content_length, 7)
  t.equal(response.stream.encoding, 'utf-8')
  t.end()
})

t.test('a closed stream takes nothing more', (t) => {
  const response = new Response('a')
  response.stream.close()
  t.equal(response.stream.closed, true)
  t.throws(() => response.stream.write('b'), TypeError)
  t.equal(response.get_data({ as_text: true }), 'a')
  t.end()
})

t.test('a generator is run to its end before something is appended', (t) => {
  const response = new Response(new Set(['a', 'b']))
  response.stream.write('c')
  t.equal(response.get_data({ as_text: true }), 'abc')
  t.end()
})
