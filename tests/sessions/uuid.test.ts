import t from 'tap'
import { UUID } from '../../lib/sessions/uuid.ts'

t.test('every form that Python reads is read', async (t) => {
  const text = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'
  for (const form of [
    text,
    text.toUpperCase(),
    text.replaceAll('-', ''),
    `{${text}}`,
    `urn:uuid:${text}`,
    '6ba7-b8109dad11d180b400c04fd430c8',
  ]) {
    const uuid = new UUID(form)
    t.equal(uuid.hex, '6ba7b8109dad11d180b400c04fd430c8', form)
    t.equal(String(uuid), text)
    t.equal(JSON.stringify({ uuid }), `{"uuid":"${text}"}`)
  }
})

t.test('text without 32 digits is refused', async (t) => {
  for (const form of ['', 'x', '6ba7b810', `${'0'.repeat(31)}g`, '0'.repeat(33), '０'.repeat(32)]) {
    t.throws(() => new UUID(form), { name: 'TypeError', message: /is no UUID/ }, form)
  }
})

t.test('two UUIDs are equal by value', async (t) => {
  const hex = '0'.repeat(32)
  t.ok(new UUID(hex).equals(new UUID(hex)))
  t.notOk(new UUID(hex).equals(new UUID('1'.repeat(32))))
  t.notOk(new UUID(hex).equals(hex))
})
