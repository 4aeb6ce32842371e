import t from 'tap'
import { findEntity, findLegacyEntity } from '../../lib/jinja/entities.ts'

t.test('names of HTML stand for their characters', (t) => {
  const known: [name: string, text: string][] = [
    ['amp', '&'],
    ['nbsp', '\xa0'],
    ['hellip', '…'],
    ['Aacute', 'Á'],
    ['fjlig', 'fj'],
    ['bne', '=\u20e5'],
    ['zwnj', '\u200c'],
    ['Zscr', '\u{1d4b5}'],
  ]
  for (const [name, text] of known) t.equal(findEntity(name), text, name)
  for (const name of ['nope', 'AMPx', '', 'constructor']) t.equal(findEntity(name), undefined, name)
  t.end()
})

t.test('only old names may go without a semicolon', (t) => {
  t.equal(findLegacyEntity('amp'), '&')
  t.equal(findLegacyEntity('yuml'), 'ÿ')
  t.equal(findLegacyEntity('hellip'), undefined)
  t.equal(findLegacyEntity('nope'), undefined)
  t.end()
})
