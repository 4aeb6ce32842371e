import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { BIG_FILE, type ServedSink, serveKitchenSink } from '../security/kitchen-sink.ts'
import { reasonToSkipWithout, runCommand, startCommand } from '../support/run-command.ts'

const skip = reasonToSkipWithout('curl', '--version')
const KIB = 1024
/** Past 1 MiB curl asks first whether it may send (`Expect: 100-continue`); past 500 kB Flagon spools to disk. */
const UPLOAD = Buffer.from('0123456789abcdef'.repeat(100 * KIB))
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
/** Exit codes of curl. */
const TIMED_OUT = 28
const REFUSED_BY_STATUS = 22

/** curl against the kitchen sink: what it printed. A failure of curl fails the test. */
async function curl(t: Test, sink: ServedSink, path: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand('curl', ['-sS', ...args, `http://127.0.0.1:${sink.port}${path}`])
  t.equal(code, 0, `curl ${args.join(' ').slice(0, 80)} ${path}: ${stderr}`)
  return stdout.toString()
}

/** The status that curl saw, with the answer thrown away. */
const STATUS: readonly string[] = ['-o', '/dev/null', '-w', '%{http_code} %{size_download}']

t.test('curl uploads forms, files and raw bodies', { skip }, async (t) => {
  const sink = await serveKitchenSink(t)
  const folder = t.testdir({ 'big.bin': UPLOAD, 'small.txt': 'small' })
  const [big, small] = [join(folder, 'big.bin'), join(folder, 'small.txt')]
  const form = JSON.parse(
    await curl(
      t,
      sink,
      '/upload',
      '-F',
      'name=游客',
      '-F',
      `f=@${big}`,
      '-F',
      `g=@${small};filename="a b;é.txt";type=text/html`,
      '-F',
      'empty=',
    ),
  )
  t.same(form.form, [
    ['name', '游客'],
    ['empty', ''],
  ])
  t.match(form.files, [
    { field: 'f', filename: 'big.bin', size: UPLOAD.length, sha256: sha256(UPLOAD), disk: true },
    { field: 'g', filename: 'a b;é.txt', type: 'text/html', size: 5, disk: false },
  ])
  const put = JSON.parse(await curl(t, sink, '/stream', '-X', 'POST', '-T', big))
  t.same(put, { length: UPLOAD.length, sha256: sha256(UPLOAD) }, '-T')
  const piped = await runCommand(
    'curl',
    ['-sS', '-X', 'POST', '-T', '-', `http://127.0.0.1:${sink.port}/stream`],
    UPLOAD,
  )
  t.same(JSON.parse(piped.stdout.toString()), { length: UPLOAD.length, sha256: sha256(UPLOAD) }, '-T -, chunked')
  const echoed = await runCommand('curl', ['-sS', '--data-binary', `@${big}`, `http://127.0.0.1:${sink.port}/echo`])
  t.ok(echoed.stdout.equals(UPLOAD), 'an answer that is made of the body while it comes')
  t.same(JSON.parse(await curl(t, sink, '/form', '-d', 'a=1', '-d', 'b=x y', '--data-urlencode', 'c=é&')).form, [
    ['a', '1'],
    ['b', 'x y'],
    ['c', 'é&'],
  ])
  t.same(JSON.parse(await curl(t, sink, '/json', '--json', '{"a": ["é"]}')), { got: { a: ['é'] } })
  t.same(sink.failures, [])
})

t.test('curl gets its answer where its upload is refused', { skip }, async (t) => {
  const sink = await serveKitchenSink(t)
  const folder = t.testdir({ huge: Buffer.alloc(20 * KIB * KIB) })
  const huge = `@${join(folder, 'huge')}`
  for (const [path, status] of [
    ['/raw', '413'],
    ['/nothing', '404'],
    ['/alive', '405'],
    ['/ignored', '200'],
  ] as const) {
    for (const framing of [
      ['-H', 'Expect:'],
      ['-H', 'Expect: 100-continue'],
      ['-H', 'Transfer-Encoding: chunked'],
    ]) {
      const shown = await curl(
        t,
        sink,
        path,
        '--data-binary',
        huge,
        '-H',
        'Content-Type: text/plain',
        ...framing,
        ...STATUS,
      )
      // A body within no limit is refused, one that nobody reads is not looked at.
      t.match(shown, path === '/ignored' ? /^200|^413/ : new RegExp(`^${status} `), `${path} ${framing[1]}`)
    }
  }
  t.same(sink.failures, [])
})

t.test('curl downloads whole, in ranges, and goes on where it stopped', { skip }, async (t) => {
  const sink = await serveKitchenSink(t)
  const folder = t.testdir()
  for (const path of ['/file', '/static/big.txt']) {
    t.equal(await curl(t, sink, path), BIG_FILE.toString())
    t.equal(await curl(t, sink, path, '-r', '100-199'), BIG_FILE.toString('latin1', 100, 200))
    t.equal(await curl(t, sink, path, '-r', '-100'), BIG_FILE.toString('latin1', BIG_FILE.length - 100))
    t.equal(await curl(t, sink, path, '-r', '300000-'), BIG_FILE.toString('latin1', 300_000))
    t.equal(
      await curl(t, sink, path, '-r', '99999999-', ...STATUS),
      `416 ${(await curl(t, sink, path, '-r', '99999999-')).length}`,
    )
    for (const had of [1, 100_000, BIG_FILE.length - 1]) {
      const part = join(folder, `part${had}`)
      writeFileSync(part, BIG_FILE.subarray(0, had))
      await curl(t, sink, path, '-C', '-', '-o', part)
      t.ok(readFileSync(part).equals(BIG_FILE), `resumed at ${had}`)
    }
    t.match(
      await curl(t, sink, path, '-I'),
      new RegExp(`^HTTP/1.1 200 OK\r\n(.*\r\n)*Content-Length: ${BIG_FILE.length}\r\n`),
    )
    const etag = join(folder, 'etag')
    await curl(t, sink, path, '--etag-save', etag)
    t.equal(await curl(t, sink, path, '--etag-compare', etag, ...STATUS), '304 0')
    t.match(await curl(t, sink, path, '-z', '+1 day', ...STATUS), /^(200|304) /)
  }
  const http10 = await curl(t, sink, '/numbers', '--http1.0')
  t.equal(http10.split('\n').length, 101, 'over HTTP/1.0, where the end of the connection is the end')
})

t.test('curl keeps cookies, follows redirects and reuses its connection', { skip }, async (t) => {
  const sink = await serveKitchenSink(t)
  const jar = join(t.testdir(), 'cookies')
  for (const visits of [1, 2, 3]) t.same(JSON.parse(await curl(t, sink, '/session', '-b', jar, '-c', jar)), { visits })
  t.equal(await curl(t, sink, '/slash', '-L'), 'slash')
  t.match(await curl(t, sink, '/flash', '-L', '-b', jar, '-c', jar), /hello/)
  const base = `http://127.0.0.1:${sink.port}`
  const many = ['/alive', '/file', '/ticks', '/nothing', '/teapot', '/alive']
  const { code, stdout } = await runCommand('curl', [
    '-sS',
    '-w',
    '<%{num_connects}>',
    ...many.map((path) => base + path),
  ])
  t.equal(code, 0)
  t.same(stdout.toString().match(/<\d>/g), ['<1>', '<0>', '<0>', '<0>', '<0>', '<0>'], 'one connection for all')
})

t.test('curl reads a stream as it comes', { skip }, async (t) => {
  const sink = await serveKitchenSink(t)
  const child = startCommand('curl', ['-sSN', `http://127.0.0.1:${sink.port}/endless`])
  let received = 0
  child.stdout?.on('data', (chunk: Buffer) => {
    received += chunk.length
  })
  if (child.stdout !== null) await once(child.stdout, 'data')
  t.equal(sink.work.ended, 0, 'the first bytes are here while the stream goes on')
  child.kill()
  await once(child, 'close')
  t.ok(received > 0)
  for (let waits = 0; sink.work.ended < sink.work.begun && waits < 200; waits++) await sleep(10)
  t.equal(sink.work.ended, sink.work.begun, 'and ends when curl is killed')
})

t.test('an answer that curl gives up is ended here', { skip }, async (t) => {
  const sink = await serveKitchenSink(t)
  for (const path of ['/endless', '/wait']) {
    const { code } = await runCommand('curl', [
      '-sS',
      '-m',
      '0.3',
      '-o',
      '/dev/null',
      `http://127.0.0.1:${sink.port}${path}`,
    ])
    t.equal(code, TIMED_OUT, path)
  }
  for (let waits = 0; sink.work.ended < sink.work.begun && waits < 200; waits++) await sleep(10)
  t.same([sink.work.begun, sink.work.ended], [2, 2])
  const failed = await runCommand('curl', ['-sSf', `http://127.0.0.1:${sink.port}/teapot`])
  t.equal(failed.code, REFUSED_BY_STATUS)
  t.same(sink.failures, [])
})
