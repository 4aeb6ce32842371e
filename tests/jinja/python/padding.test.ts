import t from 'tap'
import { padding } from '../../../lib/jinja/python/padding.ts'

t.test('a character is repeated as often as wanted', (t) => {
  t.equal(padding('-', 3), '---')
  t.equal(padding('😀', 2), '😀😀')
  t.equal(padding('0', 2 ** 20).length, 2 ** 20)
  t.end()
})

t.test('nothing is added where nothing is missing', (t) => {
  for (const count of [0, -1, Number.NEGATIVE_INFINITY]) t.equal(padding(' ', count), '', String(count))
  t.end()
})

// security.md 1.8, "SSTI": one number in a template cannot take all memory.
t.test('more than 16,777,216 characters are refused', (t) => {
  t.equal(padding(' ', 2 ** 24).length, 2 ** 24)
  for (const count of [2 ** 24 + 1, 10 ** 15, Number.POSITIVE_INFINITY, Number.NaN]) {
    t.throws(() => padding(' ', count), { name: 'OverflowError', message: /too long/ }, String(count))
  }
  t.end()
})
