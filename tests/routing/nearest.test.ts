import t from 'tap'
import { nearest, similarity } from '../../lib/routing/nearest.ts'

t.test('the name that was probably meant is found, and none where none is near', (t) => {
  const names = ['string', 'int', 'float', 'uuid', 'path', 'any']
  const cases: [written: string, meant: string | undefined][] = [
    ['integer', undefined],
    ['Int', 'int'],
    ['itn', 'int'],
    ['strnig', 'string'],
    ['flaot', 'float'],
    ['uid', 'uuid'],
    ['paths', 'path'],
    ['xxxxxxxx', undefined],
  ]
  for (const [written, meant] of cases) t.equal(nearest(written, names), meant, written)
  t.equal(nearest('int', []), undefined)
  t.end()
})

t.test("similarity is that of Python's SequenceMatcher", (t) => {
  const cases: [a: string, b: string, ratio: number][] = [
    ['', '', 1],
    ['abc', 'abc', 1],
    ['abc', 'xyz', 0],
    ['user', 'usr', 6 / 7],
    ['blog.index', 'index', 2 / 3],
    ['abcd', 'bcde', 0.75],
  ]
  for (const [a, b, ratio] of cases) t.equal(similarity(a, b), ratio, `${a} ${b}`)
  t.end()
})
