import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { FrameReader } from '../../lib/debug/frames.ts'
import { Flagon, render_template, render_template_string } from '../../lib/index.ts'

const app = new Flagon(import.meta.url)
const framesOf = (error: unknown) => new FrameReader(app).read(error)

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

t.test('a frame has its place, its function and the lines around it', async (t) => {
  const [frame] = await framesOf(new Error('here'))
  t.match(frame, { kind: 'app', file: import.meta.filename, source: Array })
  const line = frame?.source?.find(({ number }) => number === frame.line)
  t.match(line?.text, /framesOf\(new Error\('here'\)\)/, 'also where the code that runs was compiled')
  t.equal(frame?.source?.length, 11)
})

t.test('frames of node, of packages, of Flagon and of the app are told apart', async (t) => {
  const error = Object.assign(new Error('x'), {
    stack: [
      'Error: x',
      '    at view (file:///app/app.ts:3:14)',
      '    at async Pool.query (/app/node_modules/pg/index.js:10:2)',
      `    at dispatchView (${new URL('../../lib/dispatch.ts', import.meta.url).href}:1:1)`,
      '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
      '    at /app/nameless.js:7:1',
      '    at new Thing (<anonymous>)',
      '    at Object.<anonymous> (/app/with (brackets)/x.js:1:2)',
    ].join('\n'),
  })
  t.match(await framesOf(error), [
    { kind: 'app', file: '/app/app.ts', line: 3, column: 14, function: 'view', source: undefined },
    { kind: 'library', function: 'Pool.query', line: 10 },
    { kind: 'flagon', source: Array },
    { kind: 'node' },
    { kind: 'app', file: '/app/nameless.js', line: 7, function: undefined },
    { kind: 'node', function: 'new Thing' },
    { kind: 'app', file: '/app/with (brackets)/x.js', line: 1 },
  ])
})

// security 1.8: what a client sends may be in the message of an error
t.test('a message is no frame, and no file but a source is read', async (t) => {
  const folder = t.testdir({ 'secret.txt': ['hunt', 'er2'].join('') })
  const path = join(folder, 'secret.txt')
  const forged = new Error(`bad name\n    at forged (${path}:1:1)\n    at x (/etc/passwd:1:1)`)
  t.notOk((await framesOf(forged)).some(({ function: name }) => name === 'forged'))
  const changed = new Error(`x\n    at forged (${path}:1:1)`)
  changed.message = 'another'
  t.notMatch(JSON.stringify(await framesOf(changed)), new RegExp(['hunt', 'er2'].join('')))
})

t.test('a template that fails shows the lines of templates, innermost first, then the view', async (t) => {
  const folder = t.testdir({
    templates: {
      'page.html': 'a\n{% include "list.html" %}',
      'list.html': '\n\n{% include "item.html" %}',
      'item.html': 'one\ntwo\n{{ item.price.amount }}\nfour',
      'broken.html': 'fine\n{% if %}\n',
    },
  })
  const app = new Flagon(new URL(`file://${join(folder, 'app.ts')}`).href)
  writeFileSync(join(folder, 'app.ts'), '')
  const reader = new FrameReader(app)
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 60
  const read = (work: () => unknown) => app.app_context().run(() => reader.read(thrownBy(work)))
  const frames = (await read(() => render_template('page.html', { item: {} }))).filter(({ kind }) => kind !== 'flagon')
  t.match(
    frames
      .slice(0, 4)
      .map(({ kind, file, line, source }) => [kind, file, line, source?.find(({ number }) => number === line)?.text]),
    [
      ['template', join(folder, 'templates', 'item.html'), 3, '{{ item.price.amount }}'],
      ['template', join(folder, 'templates', 'list.html'), 3, '{% include "item.html" %}'],
      ['template', join(folder, 'templates', 'page.html'), 2, '{% include "list.html" %}'],
      ['app', import.meta.filename],
    ],
  )
  t.match(await read(() => render_template('broken.html')), [
    {
      kind: 'template',
      file: join(folder, 'templates', 'broken.html'),
      line: 2,
      source: [{ text: 'fine' }, { text: '{% if %}' }],
    },
  ])
  t.match(await read(() => render_template_string('a\n{{ x.y.z }}')), [{}])
  Error.stackTraceLimit = limit
})

t.test('what has no stack has no frames', async (t) => {
  for (const value of [undefined, null, 'text', 7, {}, Object.assign(new Error('x'), { stack: undefined })]) {
    t.same(await framesOf(value), [])
  }
})
