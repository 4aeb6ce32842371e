import { Readable } from 'node:stream'
import t from 'tap'
import { Response } from '../../lib/wrappers/response.ts'
import { lengthOf, UNKNOWN_LENGTH } from '../../lib/wrappers/response-content.ts'

function* generate(): Generator<string> {
  yield 'a'
  yield '游'
}

async function* generateLater(): AsyncGenerator<string> {
  yield 'a'
  yield '游'
}

t.test('data is the body as bytes, and setting it sets the length', (t) => {
  const response = new Response('h游')
  t.same(response.data, Buffer.from('h游'))
  t.equal(response.get_data({ as_text: true }), 'h游')
  response.data = 'abc'
  t.equal(response.content_length, 3)
  response.set_data(Buffer.from([0, 255]))
  t.same(response.get_data(), Buffer.from([0, 255]))
  t.equal(response.headers.get('Content-Length'), '2')
  t.end()
})

t.test('a response without a body has none', (t) => {
  for (const response of [new Response(), new Response(undefined), new Response(null)]) {
    t.equal(response.data.length, 0)
    t.equal(response.is_sequence, true)
    t.equal(response.calculate_content_length(), 0)
  }
  t.equal(new Response().headers.has('Content-Length'), false, 'known when it is sent')
  t.equal(new Response('').headers.get('Content-Length'), '0')
  t.end()
})

t.test('whether a body is at hand can be asked', (t) => {
  const cases: [Response, boolean][] = [
    [new Response('a'), false],
    [new Response(Buffer.from('a')), false],
    [new Response(['a', 'b']), false],
    [new Response(generate()), true],
    [new Response(generateLater()), true],
    [new Response(Readable.from(['a'])), true],
  ]
  for (const [response, streamed] of cases) {
    t.equal(response.is_streamed, streamed)
    t.equal(response.is_sequence, !streamed)
    void response.close()
  }
  t.end()
})

t.test('reading a generator runs it to its end and keeps what it gave', (t) => {
  const response = new Response(generate())
  t.equal(response.calculate_content_length(), 4)
  t.equal(response.is_sequence, true)
  t.equal(response.get_data({ as_text: true }), 'a游')
  t.equal(response.get_data({ as_text: true }), 'a游')
  t.end()
})

t.test('a body that must be waited for is read after make_sequence', async (t) => {
  const response = new Response(generateLater())
  t.throws(() => response.data, /await response\.make_sequence\(\)/)
  t.equal(response.calculate_content_length(), undefined)
  await response.make_sequence()
  t.equal(response.get_data({ as_text: true }), 'a游')
  t.equal(response.calculate_content_length(), 4)
  t.equal(response.make_sequence(), undefined, 'a second time there is nothing to do')
})

t.test('the chunks of every body can be iterated over as bytes', async (t) => {
  const bodies = ['a游', Buffer.from('a游'), ['a', '游'], generate(), generateLater(), Readable.from(['a', '游'])]
  for (const body of bodies) {
    const chunks: Buffer[] = []
    for await (const chunk of new Response(body).iter_encoded()) chunks.push(chunk)
    t.ok(chunks.every((chunk) => Buffer.isBuffer(chunk)))
    t.equal(Buffer.concat(chunks).toString(), 'a游')
  }
})

t.test('replacing the body replaces its length', (t) => {
  const response = new Response('abc')
  response.response = generate()
  t.equal(response.headers.has('Content-Length'), false)
  response.response = ['ab', 'c', 'd']
  t.equal(response.content_length, 4)
  t.throws(() => Object.assign(response, { response: 5 }), TypeError)
  t.equal(response.get_data({ as_text: true }), 'abcd')
  t.end()
})

t.test('the length is measured once for what is at hand in one piece', (t) => {
  t.equal(lengthOf(new Response('游')), 3)
  t.equal(lengthOf(new Response(['游'])), UNKNOWN_LENGTH)
  t.equal(lengthOf(new Response(generate())), UNKNOWN_LENGTH)
  const response = new Response(['a', 'b'])
  t.equal(response.data.length, 2)
  t.equal(lengthOf(response), 2, 'and known from when the pieces were joined')
  t.end()
})

t.test('closing runs the callbacks in order and once', (t) => {
  const response = new Response('x')
  const seen: string[] = []
  const first = (): number => seen.push('first')
  t.equal(response.call_on_close(first), first, 'the function is given back')
  response.call_on_close(() => seen.push('second'))
  t.equal(response.close(), undefined)
  t.equal(response.close(), undefined)
  t.same(seen, ['first', 'second'])
  t.end()
})

t.test('closing ends the body before the callbacks run, and waits for what takes time', async (t) => {
  const seen: string[] = []
  async function* body(): AsyncGenerator<string> {
    try {
      yield 'a'
      yield 'b'
    } finally {
      await Promise.resolve()
      seen.push('body')
    }
  }
  const source = body()
  await source.next()
  const response = new Response(source)
  response.call_on_close(async () => {
    await Promise.resolve()
    seen.push('slow')
  })
  response.call_on_close(() => seen.push('last'))
  await response.close()
  t.same(seen, ['body', 'slow', 'last'])
})

t.test('a callback that fails does not keep the others from running', async (t) => {
  const seen: string[] = []
  const response = new Response('x')
  response.call_on_close(() => {
    throw new Error('first')
  })
  response.call_on_close(() => {
    throw new Error('second')
  })
  response.call_on_close(() => seen.push('last'))
  t.throws(() => response.close(), new Error('first'))
  t.same(seen, ['last'])

  const later = new Response('x')
  later.call_on_close(async () => Promise.reject(new Error('first')))
  later.call_on_close(() => seen.push('after'))
  await t.rejects(Promise.resolve(later.close()), new Error('first'))
  t.same(seen, ['last', 'after'])
})
