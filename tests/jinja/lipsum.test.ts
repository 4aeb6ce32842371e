import t from 'tap'
import { lipsum } from '../../lib/jinja/lipsum.ts'
import { Markup } from '../../lib/jinja/markup.ts'

t.test('five paragraphs of HTML are made by default', (t) => {
  const html = lipsum()
  t.type(html, Markup)
  t.equal(String(html).match(/<p>/g)?.length, 5)
  t.end()
})

t.test('paragraphs of text have so many words, start in upper case and end with a full stop', (t) => {
  for (let round = 0; round < 20; round++) {
    const text = lipsum(2, false, 5, 9) as string
    const paragraphs = text.split('\n\n')
    t.equal(paragraphs.length, 2)
    for (const paragraph of paragraphs) {
      const words = paragraph.split(' ')
      t.ok(words.length >= 5 && words.length < 9, `${words.length} words`)
      t.match(paragraph, /^[A-Z][^<]*\.$/)
      t.notMatch(paragraph, /,\.$/)
    }
  }
  t.end()
})

t.test('no word follows itself', (t) => {
  const words = String(lipsum(1, false, 300, 301))
    .toLowerCase()
    .replace(/[.,]/g, '')
    .split(' ')
  t.notOk(words.some((word, at) => word === words[at + 1]))
  t.end()
})

// security.md 1.8, "SSTI": one number in a template cannot take all memory.
t.test('texts without an end are refused at once', (t) => {
  for (const [n, max] of [
    [10 ** 9, 100],
    [1, 10 ** 9],
    [Number.POSITIVE_INFINITY, 100],
  ] as const) {
    t.throws(() => lipsum(n, true, 5, max), { name: 'OverflowError' }, `${n} paragraphs of ${max} words`)
  }
  t.end()
})
