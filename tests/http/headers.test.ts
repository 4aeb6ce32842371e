import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import t from 'tap'
import { Headers, type HeadersInit, type HeaderValue } from '../../lib/http/headers.ts'
import { MultiDict } from '../../lib/http/multi-dict.ts'

const fields = (): [string, string][] => [
  ['Content-Type', 'text/html'],
  ['X-A', '1'],
  ['x-a', '2'],
]

t.test('they are made of pairs, mappings, web headers and others of their kind', (t) => {
  const web = new globalThis.Headers()
  web.append('Set-Cookie', 'a=1')
  web.append('Set-Cookie', 'b=2')
  const inits: [string, HeadersInit, [string, string][]][] = [
    ['pairs', fields(), fields()],
    [
      'an object',
      { A: '1', B: ['2', 3] },
      [
        ['A', '1'],
        ['B', '2'],
        ['B', '3'],
      ],
    ],
    [
      'a Map',
      new Map([['A', ['1', '2']]]),
      [
        ['A', '1'],
        ['A', '2'],
      ],
    ],
    [
      'a MultiDict',
      new MultiDict<HeaderValue>([
        ['A', '1'],
        ['A', 2],
      ]),
      [
        ['A', '1'],
        ['A', '2'],
      ],
    ],
    ['Headers', new Headers(fields()), fields()],
    [
      'web Headers',
      web,
      [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    ],
  ]
  for (const [title, init, expected] of inits) t.same(new Headers(init).to_list(), expected, title)
  t.same(new Headers().to_list(), [])
  t.end()
})

t.test('names are matched without regard to case and kept as they were written', (t) => {
  const headers = new Headers(fields())
  t.equal(headers.get('content-TYPE'), 'text/html')
  t.equal(headers.get('X-a'), '1', 'the first of several')
  t.same(headers.getlist('X-A'), ['1', '2'])
  t.same(headers.get_all('X-A'), ['1', '2'])
  t.equal(headers.has('x-A'), true)
  t.equal(headers.has('X-AA'), false)
  t.same([...headers.keys()], ['Content-Type', 'X-A', 'x-a'])
  t.same([...headers.keys({ lower: true })], ['content-type', 'x-a', 'x-a'])
  t.same([...headers.values()], ['text/html', '1', '2'])
  t.same([...headers.items()], fields())
  t.same([...headers.items({ lower: true })][0], ['content-type', 'text/html'])
  t.equal(headers.size, 3)
  t.end()
})

t.test('a missing field gives the fallback, or a 400 where it is required', (t) => {
  const headers = new Headers({ 'Content-Length': '12', 'X-N': 'x' })
  t.equal(headers.get('A'), undefined)
  t.equal(headers.get('A', 'none'), 'none')
  t.equal(headers.get('Content-Length', 0, Number), 12)
  t.equal(headers.get('X-N', -1, Number), -1)
  t.same(headers.getlist('X-N', Number), [])
  t.same(headers.getlist('Content-Length', Number), [12])
  t.equal(headers.require('x-n'), 'x')
  t.throws(() => headers.require('A'), { code: 400 })
  t.end()
})

t.test('raw headers are wrapped without copying', (t) => {
  const raw = ['Host', 'localhost', 'cookie', 'a=1']
  const headers = Headers.from_raw(raw)
  t.equal(headers.flat, raw)
  t.equal(headers.get('Cookie'), 'a=1')
  headers.add('X-A', '1')
  t.same(raw, ['Host', 'localhost', 'cookie', 'a=1', 'X-A', '1'])
  t.end()
})

t.test('set replaces the first field in place and drops the others', (t) => {
  const headers = new Headers([...fields(), ['X-B', '3'], ['X-A', '4']])
  headers.set('X-a', 5)
  t.same(headers.flat, ['Content-Type', 'text/html', 'X-a', '5', 'X-B', '3'])
  headers.set('X-C', '6')
  t.equal(headers.flat.at(-1), '6')
  t.end()
})

t.test('lists of values are set and fall back', (t) => {
  const headers = new Headers(fields())
  headers.setlist('X-A', ['7', 8, '9'])
  t.same(headers.flat, ['Content-Type', 'text/html', 'X-A', '7', 'X-A', '8', 'X-A', '9'])
  headers.setlist('X-A', [])
  t.equal(headers.has('X-A'), false)
  t.equal(headers.setdefault('X-D', '1'), '1')
  t.equal(headers.setdefault('x-d', '2'), '1')
  t.same(headers.setlistdefault('X-D', ['2', '3']), ['1'])
  t.same(headers.setlistdefault('X-E', ['2', '3']), ['2', '3'])
  t.end()
})

t.test('extend adds and update replaces', (t) => {
  const headers = new Headers({ A: '1' })
  headers.extend({ a: '2', B: ['3', '4'] })
  t.same(headers.flat, ['A', '1', 'a', '2', 'B', '3', 'B', '4'])
  headers.update({ b: '5', C: ['6', '7'] })
  t.same(headers.flat, ['A', '1', 'a', '2', 'b', '5', 'C', '6', 'C', '7'])
  headers.update(new Map([['c', ['8']]]))
  headers.update([
    ['a', '9'],
    ['a', '10'],
  ])
  t.same(headers.flat, ['a', '10', 'b', '5', 'c', '8'])
  headers.update(
    new Headers([
      ['B', '1'],
      ['b', '2'],
    ]),
  )
  t.same(headers.getlist('b'), ['1', '2'])
  headers.update(new MultiDict<HeaderValue>({ c: ['1', '2'] }))
  t.same(headers.getlist('c'), ['1', '2'])
  const doubled = new Headers({ A: '1' })
  doubled.extend(doubled)
  t.same(doubled.flat, ['A', '1', 'A', '1'])
  t.end()
})

t.test('remove, pop and clear take fields away', (t) => {
  const headers = new Headers([...fields(), ['X-B', '3']])
  t.equal(headers.pop('x-a'), '1')
  t.same(headers.flat, ['Content-Type', 'text/html', 'X-B', '3'])
  t.equal(headers.pop('x-a', 'none'), 'none')
  t.equal(headers.pop('x-a', undefined), undefined)
  t.throws(() => headers.pop('x-a'), { code: 400 })
  headers.remove('x-a')
  headers.remove('CONTENT-TYPE')
  t.same(headers.flat, ['X-B', '3'])
  headers.clear()
  t.equal(headers.size, 0)
  t.end()
})

t.test('a copy changes on its own', (t) => {
  const headers = new Headers({ A: '1' })
  const copy = headers.copy()
  copy.set('A', '2')
  t.equal(headers.get('A'), '1')
  t.end()
})

t.test('parameters follow the value', (t) => {
  const headers = new Headers()
  headers.add('Content-Disposition', 'attachment', { filename: 'a b.txt', max_age: 5, none: undefined })
  headers.add_header('X-A', 'v', { k: 'token' })
  headers.set('X-B', 'v', { q: '"' })
  t.same(headers.flat, [
    'Content-Disposition',
    'attachment; filename="a b.txt"; max-age=5',
    'X-A',
    'v; k=token',
    'X-B',
    'v; q="\\""',
  ])
  t.throws(() => headers.add('X', 'v', { q: 'a\r\nb' }), TypeError)
  t.end()
})

t.test('no name and no value can start another field', (t) => {
  // Security 1.8: header values
  for (const value of ['a\r\nb: c', 'a\n', '\r', 'a\0b']) {
    t.throws(() => new Headers({ A: value }), { name: 'TypeError', message: /CR, LF or NUL/ }, JSON.stringify(value))
    t.throws(() => new Headers().set('A', value), TypeError)
    t.throws(() => new Headers().setdefault('A', value), TypeError)
    t.throws(() => new Headers().extend([['A', value]]), TypeError)
  }
  for (const name of ['', 'a b', 'a:', 'a\r\n', 'é', 'a"b', 'a\0']) {
    t.throws(() => new Headers().add(name, '1'), { name: 'TypeError', message: /is no token/ }, JSON.stringify(name))
    t.throws(() => new Headers().set(name, '1'), TypeError)
  }
  const headers = new Headers({ A: '1' })
  t.throws(() => headers.set('A', 'b\n'), TypeError)
  t.equal(headers.get('A'), '1', 'the field stays as it was')
  t.throws(() => Reflect.apply(headers.add, headers, ['B', undefined]), { name: 'TypeError', message: /has no value/ })
  t.end()
})

t.test('names of Object.prototype are names like any other', (t) => {
  const headers = new Headers([['__proto__', 'x']])
  t.equal(headers.get('__proto__'), 'x')
  t.equal(headers.get('constructor'), undefined)
  headers.update({ constructor: 'y' })
  t.equal(headers.get('constructor'), 'y')
  t.end()
})

t.test('the text form is what goes over the wire', (t) => {
  t.equal(String(new Headers(fields())), 'Content-Type: text/html\r\nX-A: 1\r\nx-a: 2\r\n\r\n')
  t.equal(String(new Headers()), '\r\n')
  t.equal(inspect(new Headers({ A: '1' })), "Headers [ [ 'A', '1' ] ]", 'printing shows the pairs')
  t.end()
})

t.test('node reads and writes the flat form', async (t) => {
  const server = createServer((incoming, outgoing) => {
    const received = Headers.from_raw(incoming.rawHeaders)
    const headers = new Headers({ 'X-Echo': received.getlist('X-In').join('+') })
    headers.add('Set-Cookie', 'a=1')
    headers.add('Set-Cookie', 'b=2')
    outgoing.writeHead(200, [...headers.flat]).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const raw = await new Promise<string[]>((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', headers: { 'X-In': ['1', '2'] } }, (response) => {
      response.resume()
      resolve(response.rawHeaders)
    })
    sent.on('error', reject).end()
  })
  t.same(raw.slice(0, 6), ['X-Echo', '1+2', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'])
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
