import t from 'tap'
import { CallbackMap } from '../../lib/http/callback-map.ts'

t.test('each change is told, the entries to start with are not', (t) => {
  const seen: string[][] = []
  const map = new CallbackMap<number>([['a', 1]], (changed) => seen.push([...changed.keys()]))
  t.same(seen, [])
  map.set('b', 2).set('c', 3)
  map.delete('a')
  map.clear()
  t.same(seen, [['a', 'b'], ['a', 'b', 'c'], ['b', 'c'], []])
  t.end()
})

t.test('deleting what is not there is no change', (t) => {
  let changes = 0
  const map = new CallbackMap<number>([], () => {
    changes += 1
  })
  t.equal(map.delete('a'), false)
  t.equal(changes, 0)
  t.end()
})

t.test('without a callback it is a map like any other', (t) => {
  const map = new CallbackMap([['a', 'x']])
  map.set('b', 'y')
  t.same(
    [...map],
    [
      ['a', 'x'],
      ['b', 'y'],
    ],
  )
  t.end()
})
