import t from 'tap'
import { base64_decode, base64_encode, want_bytes } from '../../lib/signing/encoding.ts'
import { BadData } from '../../lib/signing/errors.ts'

t.test('want_bytes gives the UTF-8 bytes of a text, and shares the memory of bytes', async (t) => {
  t.same([...want_bytes('é')], [0xc3, 0xa9])
  const bytes = new Uint8Array([1, 2, 3]).subarray(1)
  const wanted = want_bytes(bytes)
  t.same([...wanted], [2, 3])
  wanted[0] = 9
  t.equal(bytes[0], 9)
  const buffer = Buffer.from('x')
  t.equal(want_bytes(buffer), buffer)
})

t.test('base64_encode is URL-safe and has no padding', async (t) => {
  t.equal(base64_encode('a'), 'YQ')
  t.equal(base64_encode(new Uint8Array([0xfb, 0xff, 0xfe])), '-__-')
  t.equal(base64_encode(''), '')
})

// security.md 1.2, "signature parse": padding, foreign characters and the spare bits of the last character, as in Python 3.11.
t.test('base64_decode reads exactly what Python reads', async (t) => {
  const readable: [text: string, bytes: string][] = [
    ['', ''],
    ['YQ', 'a'],
    ['YR', 'a'],
    ['YQ==', 'a'],
    ['YQ=', 'a'],
    ['YWI', 'ab'],
    ['YWJ', 'ab'],
    ['a-_b', 'k\xef\xdb'],
    ['a+/b', 'k\xef\xdb'],
    ['YQ==YQ', 'a'],
    ['YQ=YQ', 'a\x06\x10'],
    ['YQ==Y', 'a'],
    ['é', ''],
    ['YQé', 'a'],
    ['====', ''],
    ['=', ''],
    ['YWJj=', 'abc'],
    ['YWJj====', 'abc'],
    ['YW=Jj', 'abc'],
    ['ab=c=d=', 'i\xb7'],
  ]
  for (const [text, bytes] of readable) {
    t.equal(base64_decode(text).toString('latin1'), bytes, JSON.stringify(text))
    if (!text.includes('é')) t.equal(base64_decode(Buffer.from(text)).toString('latin1'), bytes, `${text} as bytes`)
  }
  for (const text of ['Y', 'Y Q', 'YQ=a', 'YWJjZ', 'Y=Q=', '!Y']) t.throws(() => base64_decode(text), BadData, text)
})

t.test('base64_decode takes time in proportion to the text', async (t) => {
  for (const unit of ['=', '!', 'Y=', 'YQ=']) {
    const started = performance.now()
    try {
      base64_decode(unit.repeat(200_000))
    } catch (error) {
      t.ok(error instanceof BadData)
    }
    t.ok(performance.now() - started < 2000, unit)
  }
})
