import fc from 'fast-check'
import t from 'tap'
import { PathMap, SegmentMap } from '../../lib/routing/segment-map.ts'

const SEGMENT = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '-', 'é', '游', '😀'), minLength: 1, maxLength: 4 })

t.test('the segment at a place of a path is found among few and among many', (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(SEGMENT, { maxLength: 20 }), SEGMENT, fc.boolean(), (texts, text, hasMore) => {
      const map = new SegmentMap<string>()
      for (const known of texts) map.add(known, known)
      return map.find(`/x/${text}${hasMore ? '/a' : ''}`, 3)?.value === (texts.includes(text) ? text : undefined)
    }),
  )
  t.end()
})

t.test('segments with the same hash are told apart', (t) => {
  const map = new SegmentMap<number>()
  // "Aa" and "BB" have the same hash, and so have all strings of them.
  const texts = ['AaAa', 'AaBB', 'BBAa', 'BBBB', 'x', 'y', 'z', 'w']
  for (const [index, text] of texts.entries()) map.add(text, index)
  for (const [index, text] of texts.entries()) t.equal(map.find(text, 0)?.value, index)
  t.equal(map.find('AaBb', 0), undefined)
  t.equal(map.find('BBAaX', 0), undefined)
  t.end()
})

t.test('a path is found, and others are not', (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 20 }), fc.string(), (paths, path) => {
      const map = new PathMap<string>()
      for (const known of paths) map.set(known, known)
      return (
        map.get(path) === (paths.includes(path) ? path : undefined) && paths.every((known) => map.get(known) === known)
      )
    }),
  )
  t.end()
})
