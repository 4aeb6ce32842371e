import t from 'tap'
import { CookieCipher } from '../../lib/sessions/cookie-cipher.ts'
import { type CookieSeal, EncryptedSeal, isChangedInside, SignedSeal } from '../../lib/sessions/cookie-seal.ts'
import { TaggedJSONSerializer } from '../../lib/sessions/tag.ts'
import type { DataSerializer } from '../../lib/signing/serializer.ts'
import { URLSafeTimedSerializer } from '../../lib/signing/url-safe.ts'
import { releaseClock, setClock, T0 } from '../support/cookie-app.ts'

const HOUR = 3600
const BYTES: DataSerializer = {
  dumps: (value) => Buffer.from(JSON.stringify(value)),
  loads: (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()),
}
const SERIALIZERS: [what: string, serializer: DataSerializer][] = [
  ['tagged JSON', new TaggedJSONSerializer()],
  ['a serializer of bytes', BYTES],
]
const KINDS: [kind: string, make: (serializer: DataSerializer) => CookieSeal][] = [
  ['signed', (serializer) => new SignedSeal(new URLSafeTimedSerializer('key', { salt: 's', serializer }))],
  ['encrypted', (serializer) => new EncryptedSeal(new CookieCipher(['key']), 'session', serializer)],
]

t.beforeEach(() => setClock(T0))
t.teardown(releaseClock)

for (const [kind, make] of KINDS) {
  for (const [what, serializer] of SERIALIZERS) {
    t.test(`${kind}, ${what}: a session is opened until it is too old, and never before it was sealed`, async (t) => {
      const seal = make(serializer)
      const data = { user: 'ann', list: ['x'.repeat(300)] }
      const cookie = seal.seal(data, false)
      const openAt = (seconds: number): unknown => {
        setClock(seconds)
        return seal.open(cookie, HOUR)?.data
      }
      t.same([openAt(T0), openAt(T0 + HOUR)], [data, data])
      t.same([openAt(T0 + HOUR + 1), openAt(T0 - 1), openAt(2 ** 40)], [undefined, undefined, undefined])
    })

    t.test(`${kind}, ${what}: what was opened can be sealed again as it is`, async (t) => {
      const seal = make(serializer)
      const loaded = seal.open(seal.seal({ a: [1] }, true), HOUR)
      setClock(T0 + HOUR)
      const again = seal.seal({ not: 'looked at' }, true, loaded?.payload)
      setClock(T0 + 2 * HOUR)
      t.same(seal.open(again, HOUR)?.data, { a: [1] })
    })

    t.test(`${kind}, ${what}: a change inside of an object is seen`, async (t) => {
      const seal = make(serializer)
      const loaded = seal.open(seal.seal({ a: [1], b: 'text' }, false), HOUR)
      const data = loaded?.data as { a: number[] }
      t.notOk(isChangedInside(data, loaded?.payload, seal))
      data.a.push(2)
      t.ok(isChangedInside(data, loaded?.payload, seal))
      t.notOk(isChangedInside(data, undefined, seal), 'a new session is known to be changed')
    })
  }

  t.test(`${kind}: what is no object is no session`, async (t) => {
    for (const value of ['[1]', '"x"', '1', 'null', '{', '', '{" d":"x"}']) {
      const written = make({ dumps: () => value, loads: JSON.parse }).seal({}, false)
      t.equal(make(new TaggedJSONSerializer()).open(written, HOUR), undefined, value)
    }
  })

  t.test(`${kind}: a mistake in a serializer of one's own is not taken for a bad cookie when it writes`, async (t) => {
    const failing: DataSerializer = {
      dumps: (value) => {
        if (Object.keys(value as object).length > 0) throw new RangeError('own mistake')
        return ''
      },
      loads: () => undefined,
    }
    t.throws(() => make(failing).seal({ a: 1 }, false), RangeError)
  })
}

t.test('what one kind made is nothing to the other', async (t) => {
  const [signed, encrypted] = KINDS.map(([, make]) => make(new TaggedJSONSerializer()))
  t.equal(signed?.open(encrypted?.seal({ a: 1 }, false) ?? '', HOUR), undefined)
  t.equal(encrypted?.open(signed?.seal({ a: 1 }, false) ?? '', HOUR), undefined)
})
