import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { Headers } from '../../lib/http/headers.ts'
import { FileStorage, type FileStorageOptions } from '../../lib/wrappers/file-storage.ts'
import { Spool, type SpooledFile } from '../../lib/wrappers/spool.ts'
import '../support/temporary-folder.ts'

async function spooled(t: Test, content: string): Promise<SpooledFile> {
  const spool = new Spool()
  t.teardown(() => spool.close())
  const file = spool.create()
  file.append(Buffer.from(content))
  file.is_complete = true
  await spool.flush()
  return file
}

/** The same file in memory and on disk. */
async function bothKinds(t: Test, content: string, options?: FileStorageOptions): Promise<[string, FileStorage][]> {
  return [
    ['in memory', new FileStorage(content, options)],
    ['on disk', new FileStorage(await spooled(t, content), options)],
  ]
}

t.test('reads like a file of Python: from a position that moves on', async (t) => {
  for (const [kind, file] of await bothKinds(t, 'hello world')) {
    t.equal(file.size, 11, kind)
    t.equal(file.read(5).toString(), 'hello')
    t.equal(file.tell(), 5)
    t.equal(file.read().toString(), ' world')
    t.equal(file.read().length, 0, 'at the end')
    t.equal(file.seek(6), 6)
    t.equal(file.read(-1).toString(), 'world')
    t.equal(file.seek(100), 100)
    t.equal(file.read().length, 0, 'past the end')
    t.equal(file.seek(-5), 0)
    t.equal(file.read(0).length, 0)
    t.equal(file.read(100).toString(), 'hello world')
  }
})

t.test('saves the whole file to a path, a URL or a stream, more than once', async (t) => {
  const folder = t.testdir()
  for (const [kind, file] of await bothKinds(t, '游客'.repeat(50_000))) {
    const path = join(folder, `${kind}.txt`)
    file.read(10)
    writeFileSync(path, 'x'.repeat(1_000_000))
    await file.save(path)
    t.equal(readFileSync(path, 'utf8'), '游客'.repeat(50_000), kind)
    t.equal(statSync(path).mode & 0o600, 0o600)
    const url = pathToFileURL(join(folder, `${kind} too.txt`))
    await file.save(url)
    t.equal(readFileSync(url).length, 300_000)
    const stream = new PassThrough()
    const received = buffer(stream)
    await file.save(stream)
    t.notOk(stream.writableEnded, 'a stream stays open')
    stream.end()
    t.equal((await received).length, 300_000)
  }
  await t.rejects(new FileStorage('x').save(join(folder, 'no', 'such', 'folder')), { code: 'ENOENT' })
})

t.test('the stream gives the whole file once, and again after seek', async (t) => {
  for (const [kind, file] of await bothKinds(t, 'hello')) {
    t.equal(file.stream, file.stream, kind)
    t.equal(await text(file.stream), 'hello')
    file.seek(0)
    t.equal(await text(file.stream), 'hello')
  }
  t.equal(await text(new FileStorage().stream), '')
})

t.test('tells what the sender said of it', (t) => {
  const headers = Headers.from_raw(['Content-Type', 'Text/HTML; Charset=utf-8', 'Content-Length', '12'])
  const file = new FileStorage('x', { filename: '../../etc/passwd', name: 'f', headers })
  t.match(file, {
    filename: '../../etc/passwd',
    name: 'f',
    content_type: 'Text/HTML; Charset=utf-8',
    content_length: 12,
    mimetype: 'text/html',
    on_disk: false,
  })
  t.same({ ...file.mimetype_params }, { charset: 'utf-8' })
  t.match(new FileStorage('x', { content_type: 'image/png', content_length: 3 }), {
    content_type: 'image/png',
    content_length: 3,
    mimetype: 'image/png',
  })
  t.match(new FileStorage(), { size: 0, content_type: undefined, content_length: 0, mimetype: '', filename: undefined })
  for (const length of ['', '-1', '1.5', 'x', '9'.repeat(30)]) {
    t.equal(new FileStorage('', { headers: Headers.from_raw(['Content-Length', length]) }).content_length, 0)
  }
  t.end()
})

t.test('holds bytes of any kind without copying them', (t) => {
  const bytes = new Uint8Array([1, 2, 3, 4]).subarray(1, 3)
  const file = new FileStorage(bytes)
  t.same([...file.read()], [2, 3])
  file.seek(0)
  t.equal(file.read().buffer, bytes.buffer)
  t.end()
})

t.test('a closed file is gone, and says so', async (t) => {
  const onDisk = await spooled(t, 'x')
  for (const file of [new FileStorage('x'), new FileStorage(onDisk)]) {
    file.close()
    file.close()
    t.throws(() => file.read(), { message: /its request ended/ })
    t.throws(() => file.stream, TypeError)
    await t.rejects(file.save('never'), TypeError)
  }
  for (let tries = 0; existsSync(onDisk.path) && tries < 100; tries++) await new Promise((done) => setTimeout(done, 10))
  t.notOk(existsSync(onDisk.path))
})
