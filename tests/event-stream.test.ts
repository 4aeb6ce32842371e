import { EventEmitter, on, once } from 'node:events'
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { event_stream, Flagon, g, request, type ServerSentEvent } from '../lib/index.ts'
import { openBrowser, reasonToSkipBrowser } from './support/browser.ts'

/** Long enough that no heartbeat comes within a test. */
const QUIET = { heartbeat: 3600 }

function makeApp(
  events: () => Parameters<typeof event_stream>[0],
  options: Parameters<typeof event_stream>[1] = QUIET,
) {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.PROPAGATE_EXCEPTIONS = false
  app.logger = { debug() {}, info() {}, warn() {}, error() {} }
  app.get('/', () => event_stream(events(), options))
  return app
}

/** The whole text that the events make, behind what opens the stream. */
async function textOf(...events: (string | ServerSentEvent)[]): Promise<string> {
  const response = await makeApp(() => events)
    .test_client()
    .get('/')
  t.match(response.text, /^:\n\n/)
  return response.text.slice(3)
}

/** The reading end of a stream of events, over app.fetch. */
async function openStream(app: Flagon, signal?: AbortSignal) {
  const response = await app.fetch(new Request('http://localhost/', signal === undefined ? {} : { signal }))
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const read = async () => {
    const { done, value } = await reader.read()
    return done ? undefined : Buffer.from(value).toString()
  }
  /** Reads until some text has come, in however many pieces. */
  const readTo = async (text: string) => {
    let seen = ''
    while (seen.length < text.length) seen += (await read()) ?? ' (the end)'
    return seen
  }
  return { response, reader, read, readTo }
}

t.test('the response is one that nobody stores, compresses or holds back', async (t) => {
  const response = await makeApp(() => ['x'])
    .test_client()
    .get('/')
  t.equal(response.content_type, 'text/event-stream; charset=utf-8')
  t.equal(response.headers.get('Cache-Control'), 'no-cache, no-transform')
  t.equal(response.headers.get('X-Accel-Buffering'), 'no')
  t.notOk(response.headers.has('Content-Length'))
})

t.test('events are written field by field', async (t) => {
  const cases: [event: string | ServerSentEvent, text: string][] = [
    ['hello', 'data: hello\n\n'],
    ['', 'data: \n\n'],
    [' leading space', 'data:  leading space\n\n'],
    [{ data: 'x', event: 'tick', id: 7, retry: 3000 }, 'event: tick\nid: 7\nretry: 3000\ndata: x\n\n'],
    [{ data: 'x', event: '', id: '' }, 'event: \nid: \ndata: x\n\n'],
    [{ data: { a: [1, 'ü'] } }, 'data: {"a": [1, "ü"]}\n\n'],
    [{ data: null }, 'data: null\n\n'],
    [{ data: 0 }, 'data: 0\n\n'],
    [{ id: 'only' }, 'id: only\n\n'],
    [{ retry: 0 }, 'retry: 0\n\n'],
  ]
  for (const [event, text] of cases) t.equal(await textOf(event), text)
})

// security 1.8: SSE newline injection
t.test('line breaks in data make lines of data, and nothing else', async (t) => {
  t.equal(await textOf('a\nb\r\nc\rd'), 'data: a\ndata: b\ndata: c\ndata: d\n\n')
  t.equal(await textOf('x\n\nevent: admin\ndata: y'), 'data: x\ndata: \ndata: event: admin\ndata: data: y\n\n')
  t.equal(await textOf({ data: 'x\r\rid: 1' }), 'data: x\ndata: \ndata: id: 1\n\n')
  t.equal(await textOf({ data: { text: 'a\nb' } }), 'data: {"text": "a\\nb"}\n\n')
})

// security 1.8: SSE newline injection
t.test('what cannot be sent breaks the stream off, and ends its source', async (t) => {
  const bad: unknown[] = [
    { data: 'x', id: 'a\nb' },
    { data: 'x', id: 'a\rb' },
    { data: 'x', id: 'a\0b' },
    { data: 'x', event: 'a\nb' },
    { data: 'x', event: 'a\r' },
    { data: 'x', event: '\0' },
    { data: 'x', retry: 1.5 },
    { data: 'x', retry: -1 },
    { data: 'x', retry: '1\ndata: y' },
    {},
    null,
    7,
  ]
  for (const event of bad) {
    let ended = false
    const app = makeApp(function* source() {
      try {
        yield 'before'
        yield event as string
        yield 'after'
      } finally {
        ended = true
      }
    })
    const logged: unknown[] = []
    app.logger = { debug() {}, info() {}, warn() {}, error: (fields) => logged.push((fields as { err: unknown }).err) }
    await t.rejects(async () => (await app.fetch(new Request('http://localhost/'))).text(), JSON.stringify(event))
    t.match(logged, [/retry is|of an event has|of events gave/])
    t.equal(ended, true)
  }
})

t.test('options that make no sense are refused at once', async (t) => {
  const app = makeApp(() => [])
  app.test_request_context('/').run(() => {
    for (const options of [{ retry: 1.5 }, { retry: -1 }, { heartbeat: -1 }, { heartbeat: NaN }, { heartbeat: 1e9 }]) {
      t.throws(() => event_stream([], options), RangeError, JSON.stringify(options))
    }
  })
  t.throws(() => event_stream([]), { code: 'OUTSIDE_CONTEXT' })
})

t.test('the head and the time to wait go out before the first event', async (t) => {
  const source = new EventEmitter()
  async function* events() {
    for await (const [text] of on(source, 'text', { signal: request.signal })) yield String(text)
  }
  const { response, reader, read } = await openStream(makeApp(events, { ...QUIET, retry: 2500 }))
  t.equal(response.status, 200)
  t.equal(await read(), 'retry: 2500\n\n')
  const next = read()
  await turn()
  source.emit('text', 'first')
  t.equal(await next, 'data: first\n\n')
  await reader.cancel()
})

t.test('silence is broken by comments, and the event that was waited for still comes', async (t) => {
  let release: (() => void) | undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const app = makeApp(
    async function* events() {
      await released
      yield 'at last'
    },
    { heartbeat: 0.01 },
  )
  const { read } = await openStream(app)
  const comments = ':\n\n'.repeat(4)
  let seen = ''
  while (seen.length < comments.length) seen += await read()
  t.match(seen, /^(:\n\n)+$/)
  release?.()
  while (!seen.includes('data')) seen += await read()
  t.match(seen, /^(:\n\n)+data: at last\n\n$/)
})

t.test('silence stays silent where no comments are wanted', async (t) => {
  const app = makeApp(
    async function* events() {
      await delay(30)
      yield 'at last'
    },
    { heartbeat: 0 },
  )
  t.equal((await app.test_client().get('/')).text, ':\n\ndata: at last\n\n')
})

t.test('an event is asked for only when the one before was taken', async (t) => {
  let made = 0
  const { read, reader } = await openStream(
    makeApp(function* events() {
      for (;;) yield `${made++} ${'x'.repeat(20_000)}`
    }),
  )
  await delay(20)
  // What fits into the buffers on the way, which are larger from node 22 on.
  t.ok(made < 10, `${made} events were made`)
  for (let count = 0; count < 10; count++) await read()
  t.ok(made >= 9 && made < 100, `${made} events were made`)
  await reader.cancel()
})

t.test('all kinds of sources give events, in the context of the request', async (t) => {
  const kinds: [name: string, make: () => Parameters<typeof event_stream>[0]][] = [
    ['a list', () => ['a', { data: 'b' }]],
    [
      'a generator',
      function* events() {
        yield request.path
        yield `${g.visit}`
      },
    ],
    [
      'an async generator',
      async function* events() {
        await delay(1)
        yield request.path
        await delay(1)
        yield `${g.visit}`
      },
    ],
    [
      'a web stream',
      () => new Blob(['x']).stream().pipeThrough(new TransformStream({ transform: (_, to) => to.enqueue('a') })),
    ],
  ]
  for (const [name, make] of kinds) {
    const app = makeApp(() => {
      g.visit = 'first'
      return make()
    })
    t.match((await app.test_client().get('/')).text, /^:\n\ndata: (a|\/)\n\n/, name)
  }
})

for (const [name, isClient] of [
  ['leaves', true],
  ['stays and the server goes down', false],
] as const) {
  t.test(`when the client ${name}, a source that waits with the signal is ended`, async (t) => {
    const queue = new EventEmitter()
    const ended: string[] = []
    const app = makeApp(async function* events() {
      try {
        for await (const [text] of on(queue, 'text', { signal: request.signal })) yield String(text)
      } finally {
        ended.push(request.path)
      }
    })
    const [client, stop] = [new AbortController(), new AbortController()]
    app.shutdown_signal = stop.signal
    const { read } = await openStream(app, client.signal)
    await read()
    const waiting = read()
    await once(queue, 'newListener')
    const controller = isClient ? client : stop
    controller.abort()
    if (isClient) await t.rejects(waiting, { name: 'AbortError' })
    else t.equal(await waiting, undefined, 'the stream comes to a proper end')
    await turn()
    t.same(ended, ['/'])
    t.equal(queue.listenerCount('text'), 0)
  })
}

t.test('when the client leaves between events, the source runs its finally', async (t) => {
  let ended = false
  const app = makeApp(async function* events() {
    try {
      for (;;) yield 'x'.repeat(20_000)
    } finally {
      await delay(1)
      ended = true
    }
  })
  const { reader, read } = await openStream(app)
  await read()
  await reader.cancel()
  await delay(10)
  t.equal(ended, true)
})

t.test('at shutdown the stream ends also when its source waits for ever', async (t) => {
  const app = makeApp(async function* events() {
    yield 'one'
    await new Promise(() => {})
  })
  const stop = new AbortController()
  app.shutdown_signal = stop.signal
  const { read, readTo } = await openStream(app)
  t.equal(await readTo(':\n\ndata: one\n\n'), ':\n\ndata: one\n\n')
  const end = read()
  await turn()
  stop.abort()
  t.equal(await end, undefined)
})

t.test('an error of the source breaks the stream off', async (t) => {
  const app = makeApp(async function* events() {
    yield 'one'
    await turn()
    throw new Error('the queue is gone')
  })
  await t.rejects(async () => (await app.fetch(new Request('http://localhost/'))).text(), TypeError)
})

t.test('HEAD starts no source', async (t) => {
  let started = false
  const app = makeApp(function* events() {
    started = true
    yield 'x'
  })
  const response = await app.test_client().head('/')
  t.equal(response.content_type, 'text/event-stream; charset=utf-8')
  t.equal(started, false)
})

t.test('a browser gets each event, and asks for what it missed', { skip: reasonToSkipBrowser() }, async (t) => {
  const app = new Flagon(import.meta.url, { static_folder: null })
  const asked: (string | undefined)[] = []
  app.get('/', () => '<!doctype html><title>events</title>')
  app.get('/events', () => {
    const last = request.headers.get('Last-Event-ID')
    asked.push(last)
    const events: ServerSentEvent[] =
      last === undefined
        ? [
            { data: 'a\nb\r\nevent: none', id: 1 },
            { data: { text: '游客' }, event: 'json', id: 'two' },
          ]
        : [{ data: `after ${last}`, event: 'end' }]
    return event_stream(events, { retry: 1 })
  })
  const server = await app.run({ port: 0, signals: false })
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  const { context, close } = await openBrowser()
  t.teardown(close)
  const page = await context.newPage()
  await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`)
  const seen = await page.evaluate(`new Promise((resolve) => {
    const seen = []
    const source = new EventSource('/events')
    const note = (event) => void seen.push([event.type, event.data, event.lastEventId])
    source.onmessage = note
    source.addEventListener('json', note)
    source.addEventListener('end', (event) => {
      note(event)
      source.close()
      resolve(seen)
    })
  })`)
  t.same(seen, [
    ['message', 'a\nb\nevent: none', '1'],
    ['json', '{"text": "游客"}', 'two'],
    ['end', 'after two', 'two'],
  ])
  t.same(asked, [undefined, 'two'])
})
