import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { Environment } from '../../lib/jinja/index.ts'

const template = new Environment().from_string('{% for x in xs %}{{ x }},{% endfor %}')

t.test('a stream gives the pieces as they are rendered', async (t) => {
  const pieces = [...template.stream({ xs: [1, 2] })]
  t.equal(pieces.join(''), '1,2,')
  t.ok(pieces.length > 1)
  t.notOk(pieces.includes(''))
  const later: string[] = []
  for await (const piece of template.stream({ xs: [1, Promise.resolve(2)] })) later.push(piece)
  t.equal(later.join(''), '1,2,')
})

t.test('pieces can be put together', async (t) => {
  const stream = template.stream({ xs: [1, 2, 3] })
  stream.enable_buffering(4)
  t.same([...stream], ['1,2,', '3,'])
  const later: string[] = []
  for await (const piece of stream) later.push(piece)
  t.same(later, ['1,2,', '3,'])
  stream.disable_buffering()
  t.ok([...stream].length > 2)
  stream.enable_buffering()
  t.equal([...stream][0], '1,2,3')
  t.throws(() => stream.enable_buffering(1), /too small/)
})

t.test('nothing is rendered before it is asked for', (t) => {
  let calls = 0
  const lazy = new Environment().from_string('{{ f() }}{{ f() }}').stream({ f: () => ++calls })
  t.equal(calls, 0)
  const iterator = lazy[Symbol.iterator]()
  t.equal(iterator.next().value, '1')
  t.equal(calls, 1)
  t.end()
})

t.test('a stream is written to a file or to another stream', async (t) => {
  const file = join(t.testdir({}), 'out.txt')
  await template.stream({ xs: [1, 2] }).dump(file)
  t.equal(readFileSync(file, 'utf8'), '1,2,')
  const target = new PassThrough({ highWaterMark: 2 })
  let out = ''
  target.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  await template.stream({ xs: Array.from({ length: 50 }, (_, x) => x) }).dump(target)
  t.equal(target.writableEnded, false, 'it stays open')
  target.end()
  t.equal(out.split(',').length, 51)
})
