import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { BIG_FILE, type ServedSink, serveKitchenSink } from '../security/kitchen-sink.ts'

const KIB = 1024
const UPLOAD = Buffer.from('0123456789abcdef'.repeat(100 * KIB))
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const urlOf = ({ port }: ServedSink, path: string): string => `http://127.0.0.1:${port}${path}`

async function jsonOf(answer: Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await answer).json()) as Record<string, unknown>
}

async function isEnded({ work }: ServedSink): Promise<boolean> {
  for (let waits = 0; work.ended < work.begun && waits < 200; waits++) await sleep(10)
  return work.begun > 0 && work.ended === work.begun
}

t.test('fetch of node uploads forms, files and streams', async (t) => {
  const sink = await serveKitchenSink(t)
  const body = new FormData()
  body.append('name', '游客')
  body.append('f', new Blob([UPLOAD]), 'big.bin')
  body.append('g', new File(['small'], 'a "b";é.txt', { type: 'text/html' }))
  const form = await jsonOf(fetch(urlOf(sink, '/upload'), { method: 'POST', body }))
  t.same(form['form'], [['name', '游客']])
  t.match(form['files'], [
    { field: 'f', filename: 'big.bin', size: UPLOAD.length, sha256: sha256(UPLOAD), disk: true },
    { field: 'g', filename: 'a "b";é.txt', type: 'text/html', size: 5 },
  ])
  const stream = new ReadableStream({
    start(controller) {
      for (let at = 0; at < UPLOAD.length; at += 100_000) controller.enqueue(UPLOAD.subarray(at, at + 100_000))
      controller.close()
    },
  })
  const streamed = { method: 'POST', body: stream, duplex: 'half' } as RequestInit
  t.same(await jsonOf(fetch(urlOf(sink, '/stream'), streamed)), { length: UPLOAD.length, sha256: sha256(UPLOAD) })
  const echoed = await fetch(urlOf(sink, '/echo'), { method: 'POST', body: UPLOAD })
  t.ok(Buffer.from(await echoed.arrayBuffer()).equals(UPLOAD), 'an answer that is made of the body while it comes')
  const fields = new URLSearchParams({ a: '1', 'b c': 'é&' })
  t.same((await jsonOf(fetch(urlOf(sink, '/form'), { method: 'POST', body: fields })))['form'], [
    ['a', '1'],
    ['b c', 'é&'],
  ])
  const json = { method: 'POST', body: '{"a": ["é"]}', headers: { 'Content-Type': 'application/json' } }
  t.same(await jsonOf(fetch(urlOf(sink, '/json'), json)), { got: { a: ['é'] } })
  t.same(sink.failures, [])
})

t.test('fetch of node gets its answer where its upload is refused', async (t) => {
  const sink = await serveKitchenSink(t)
  const body = Buffer.alloc(20 * KIB * KIB)
  for (const [path, status] of [
    ['/raw', 413],
    ['/nothing', 404],
    ['/alive', 405],
  ] as const) {
    const answer = await fetch(urlOf(sink, path), { method: 'POST', body })
    t.equal(answer.status, status, path)
    t.match(await answer.text(), /\w/)
  }
  t.same(sink.failures, [])
})

t.test('fetch of node downloads whole, in ranges, and goes on where it stopped', async (t) => {
  const sink = await serveKitchenSink(t)
  for (const path of ['/file', '/static/big.txt']) {
    const whole = await fetch(urlOf(sink, path))
    const bytes = Buffer.from(await whole.arrayBuffer())
    t.ok(bytes.equals(BIG_FILE))
    const etag = whole.headers.get('ETag') ?? ''
    const part = await fetch(urlOf(sink, path), { headers: { Range: 'bytes=100000-' } })
    t.equal(part.status, 206)
    t.ok(Buffer.from(await part.arrayBuffer()).equals(BIG_FILE.subarray(100_000)))
    const resumed = await fetch(urlOf(sink, path), { headers: { Range: 'bytes=100000-', 'If-Range': etag } })
    t.equal(resumed.status, 206)
    await resumed.arrayBuffer()
    const changed = await fetch(urlOf(sink, path), { headers: { Range: 'bytes=100000-', 'If-Range': '"another"' } })
    t.equal(changed.status, 200, 'the whole, since the part would not fit')
    await changed.arrayBuffer()
    const same = await fetch(urlOf(sink, path), { headers: { 'If-None-Match': etag } })
    t.equal(same.status, 304)
    t.equal((await same.arrayBuffer()).byteLength, 0)
    const head = await fetch(urlOf(sink, path), { method: 'HEAD' })
    t.equal(head.headers.get('Content-Length'), String(BIG_FILE.length))
  }
})

t.test('fetch of node reads a stream as it comes, and ends it by leaving', async (t) => {
  const sink = await serveKitchenSink(t)
  const ticks = await fetch(urlOf(sink, '/ticks'))
  let text = ''
  for await (const chunk of ticks.body ?? []) text += Buffer.from(chunk)
  t.equal(text, '0 GET\n1 GET\n2 GET\n3 GET\n4 GET\n')
  const endless = await fetch(urlOf(sink, '/endless'))
  const reader = endless.body?.getReader()
  for (let reads = 0; reads < 5; reads++) t.equal((await reader?.read())?.done, false)
  t.equal(sink.work.ended, 0, 'the stream goes on while it is read')
  await reader?.cancel()
  t.ok(await isEnded(sink), 'and ends when the reader leaves')
  const controller = new AbortController()
  const waiting = fetch(urlOf(sink, '/wait'), { signal: controller.signal })
  for (let waits = 0; sink.work.begun < 2 && waits < 200; waits++) await sleep(10)
  controller.abort()
  await t.rejects(waiting, { name: 'AbortError' })
  t.ok(await isEnded(sink), 'a view learns by its signal that nobody waits any more')
  t.same(sink.failures, [])
})

t.test('fetch of node sees a broken stream as an error, never as the whole', async (t) => {
  const sink = await serveKitchenSink(t)
  const upload = fetch(urlOf(sink, '/stream'), {
    method: 'POST',
    duplex: 'half',
    body: new ReadableStream({
      async pull(controller) {
        await sleep(5)
        controller.error(new Error('the disk of the client failed'))
      },
    }),
  } as RequestInit)
  await t.rejects(upload)
  t.equal((await fetch(urlOf(sink, '/alive'))).status, 200, 'the next request is fine')
  const endless = await fetch(urlOf(sink, '/endless'))
  const reader = endless.body?.getReader()
  await reader?.read()
  sink.server.closeAllConnections()
  await t.rejects(async () => {
    while ((await reader?.read())?.done === false) {}
  })
  t.ok(await isEnded(sink))
})

t.test('many fetches at once share a few connections and get each its own', async (t) => {
  const sink = await serveKitchenSink(t)
  const COUNT = 300
  const answers = await Promise.all(
    Array.from({ length: COUNT }, async (_, index) => (await jsonOf(fetch(urlOf(sink, `/async?n=${index}`))))['args']),
  )
  t.same(
    answers,
    Array.from({ length: COUNT }, (_, index) => [['n', String(index)]]),
  )
})
