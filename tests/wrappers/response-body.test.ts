import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import t from 'tap'
import {
  bodyLength,
  discardBody,
  encodeChunk,
  isAsync,
  isBuffered,
  isOpenable,
  joinBody,
  openBody,
  type ResponseBody,
  sliceBody,
  toBody,
} from '../../lib/wrappers/response-body.ts'

function* generate(...chunks: string[]): Generator<string> {
  yield* chunks
}

async function* generateLater(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks
}

const OPENABLE = {
  open: (start: number, stop: number | undefined): Readable =>
    Readable.from([Buffer.from('0123456789').subarray(start, stop)]),
}

async function read(body: ResponseBody): Promise<string> {
  if (isBuffered(body)) return joinBody(body).toString()
  const chunks: Buffer[] = []
  for await (const chunk of isAsync(body) ? openBody(body) : body) chunks.push(encodeChunk(chunk))
  return Buffer.concat(chunks).toString()
}

const KINDS: [name: string, make: () => ResponseBody, buffered: boolean, isAsync: boolean][] = [
  ['text', () => '0123456789', true, false],
  ['bytes', () => Buffer.from('0123456789'), true, false],
  ['an array', () => ['0123', Buffer.from('4567'), '89'], true, false],
  ['a set', () => new Set(['01234', '56789']), false, false],
  ['a generator', () => generate('012', '3456', '789'), false, false],
  ['an async generator', () => generateLater('012', '3456', '789'), false, true],
  ['a Readable', () => Readable.from(['012', '3456', '789']), false, true],
  ['a web stream', () => new Blob(['0123456789']).stream() as ResponseBody, false, true],
  ['what is opened when it is sent', () => OPENABLE, false, true],
]

for (const [name, make, buffered, later] of KINDS) {
  t.test(`${name} is a body, and is read whole or in part`, async (t) => {
    t.equal(isBuffered(toBody(make())), buffered)
    t.equal(isAsync(make()), later)
    t.equal(await read(make()), '0123456789')
    for (const [start, stop] of [
      [0, 10],
      [0, 1],
      [9, 10],
      [2, 8],
      [3, 3],
      [5, 99],
    ] as const) {
      t.equal(await read(sliceBody(make(), start, stop)), '0123456789'.slice(start, stop), `${start} to ${stop}`)
    }
  })
}

t.test('everything else is refused, with the way out in the message', (t) => {
  for (const body of [1, true, null, undefined, Symbol('x'), {}, new Date(), () => 'x']) {
    t.throws(() => toBody(body), TypeError)
  }
  t.throws(() => toBody({ a: 1 }), /jsonify/)
  t.end()
})

t.test('text in an object is text, not letters', (t) => {
  const markup = Object.assign(new String('<b>'), { __html__: () => '<b>' })
  t.equal(toBody(markup), '<b>')
  t.equal(toBody(new String('ab')), 'ab')
  t.same(toBody(new Uint8Array([1, 2]).buffer), new Uint8Array([1, 2]))
  t.equal(encodeChunk(markup).toString(), '<b>')
  t.end()
})

t.test('chunks are text or bytes', (t) => {
  t.same(encodeChunk('é'), Buffer.from([0xc3, 0xa9]))
  t.same(encodeChunk(new Uint8Array([1, 2, 3]).subarray(1)), Buffer.from([2, 3]))
  for (const chunk of [1, null, undefined, {}, []]) t.throws(() => encodeChunk(chunk), TypeError)
  t.end()
})

t.test('lengths are bytes', (t) => {
  t.equal(bodyLength('h游'), 4)
  t.equal(bodyLength(['h', '游', Buffer.alloc(5)]), 9)
  t.equal(bodyLength([]), 0)
  t.end()
})

t.test('a file stream is a stream, although it has an open method', (t) => {
  const file = createReadStream(new URL(import.meta.url))
  t.equal(isOpenable(file), false)
  t.equal(isOpenable(OPENABLE), true)
  file.destroy()
  t.end()
})

t.test('giving a body up ends generators and destroys streams', async (t) => {
  let ended = 0
  function* open(): Generator<string> {
    try {
      yield 'a'
      yield 'b'
    } finally {
      ended += 1
    }
  }
  const generator = open()
  generator.next()
  discardBody(generator)
  t.equal(ended, 1)
  const stream = Readable.from(['a', 'b'])
  discardBody(stream)
  t.equal(stream.destroyed, true)
  let cancelled = false
  const web = new ReadableStream({
    cancel: () => {
      cancelled = true
    },
  })
  await discardBody(web as ResponseBody)
  t.equal(cancelled, true)
  web.getReader()
  t.equal(discardBody(web as ResponseBody), undefined, 'a stream that is being read is left to its reader')
  for (const body of ['a', OPENABLE, new Set(['a'])]) t.equal(discardBody(body), undefined)
})
