import t from 'tap'
import { HeaderSet, parse_set_header } from '../../lib/http/header-set.ts'

t.test('members keep their order and case, and are found in any case', (t) => {
  const set = parse_set_header('token, "quoted value", X-A')
  t.same([...set], ['token', 'quoted value', 'X-A'])
  t.equal(set.has('TOKEN'), true)
  t.equal(set.has('x-b'), false)
  t.equal(set.find('x-a'), 2)
  t.equal(set.index('Quoted Value'), 1)
  t.equal(set.find('none'), -1)
  t.equal(set.at(0), 'token')
  t.equal(set.at(-1), 'X-A')
  t.equal(set.size, 3)
  t.equal(set.to_header(), 'token, "quoted value", X-A')
  t.equal(`${set}`, set.to_header())
  t.end()
})

t.test('a missing header is an empty set', (t) => {
  t.equal(parse_set_header(undefined).size, 0)
  t.equal(parse_set_header('').to_header(), '')
  t.end()
})

t.test('a member is added once, whatever its case', (t) => {
  const set = new HeaderSet(['Accept'])
  set.add('accept')
  set.update(['Cookie', 'ACCEPT', 'cookie'])
  t.equal(set.to_header(), 'Accept, Cookie')
  t.end()
})

t.test('one name is one member, not its letters', (t) => {
  const set = new HeaderSet()
  set.update('Cookie')
  t.same([...set], ['Cookie'])
  t.end()
})

t.test('each change is told, and what changes nothing is not', (t) => {
  const seen: string[] = []
  const set = new HeaderSet(['a'], (changed) => seen.push(changed.to_header()))
  set.add('A')
  set.add('b')
  set.remove('A')
  set.discard('none')
  set.clear()
  t.same(seen, ['a, b', 'b', ''])
  t.end()
})

t.test('removing or looking for what is not there throws, discarding it does not', (t) => {
  const set = new HeaderSet(['a'])
  t.throws(() => set.remove('b'), new RangeError('"b" is not in the header: a.'))
  t.throws(() => set.index('b'), RangeError)
  t.equal(set.discard('b'), false)
  t.equal(set.discard('A'), true)
  t.end()
})

t.test('a plain set has lower-case members, or those that were written', (t) => {
  const set = new HeaderSet(['GET', 'Post'])
  t.same(set.as_set(), new Set(['get', 'post']))
  t.same(set.as_set(true), new Set(['GET', 'Post']))
  t.end()
})
