import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { type Flagon, request } from '../../lib/index.ts'
import { BIG_FILE, type ServedSink, serveKitchenSink } from '../security/kitchen-sink.ts'
import { openBrowser, reasonToSkipBrowser } from '../support/browser.ts'

const skip = reasonToSkipBrowser()
const KIB = 1024
const UPLOAD = Buffer.from('0123456789abcdef'.repeat(100 * KIB))
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A page with a form of every kind of field that is posted to `/upload`. */
const FORM =
  '<!doctype html><meta charset=utf-8><form method=post action=/upload enctype=multipart/form-data>' +
  '<input name=name><input type=checkbox name=tag value=a checked><input type=checkbox name=tag value=b checked>' +
  '<textarea name=text></textarea><input type=file name=f multiple><input type=file name=none><button>send</button></form>' +
  '<a href=/small id=small>download</a><a href=/big-download id=big>download</a>'

interface Browsing {
  readonly sink: ServedSink
  readonly page: Page
  readonly base: string
  /** The `Range` fields of the requests for the file that is downloaded, in their order. */
  readonly ranges: (string | undefined)[]
}

async function browse(
  t: Test,
  work: (browsing: Browsing) => Promise<void>,
  prepare: (app: Flagon) => void = () => {},
): Promise<void> {
  const sink = await serveKitchenSink(t)
  prepare(sink.app)
  const ranges: (string | undefined)[] = []
  sink.app.before_request(() => {
    if (request.path === '/file') ranges.push(request.headers.get('Range'))
  })
  sink.app.get('/form-page', () => FORM)
  const { context, close } = await openBrowser()
  try {
    const page = context.pages()[0] ?? (await context.newPage())
    const base = `http://localhost:${sink.port}`
    await page.goto(`${base}/form-page`)
    await work({ sink, page, base, ranges })
  } finally {
    await close()
  }
  t.same(sink.failures, [], 'nothing failed here')
}

async function isEnded({ work }: ServedSink, count: number): Promise<boolean> {
  for (let waits = 0; work.ended < count && waits < 300; waits++) await sleep(10)
  return work.ended === work.begun && work.begun >= count
}

t.test('Chromium uploads a form with files', { skip }, (t) =>
  browse(t, async ({ sink, page }) => {
    await page.fill('[name=name]', '游客 "&')
    await page.fill('[name=text]', 'one\ntwo')
    await page.setInputFiles('[name=f]', [
      { name: 'big "quoted".bin', mimeType: 'application/octet-stream', buffer: UPLOAD },
      { name: '游客.txt', mimeType: 'text/plain', buffer: Buffer.from('small') },
    ])
    await page.click('button')
    const { form, files } = JSON.parse((await page.textContent('body')) ?? '')
    t.same(form, [
      ['name', '游客 "&'],
      ['tag', 'a'],
      ['tag', 'b'],
      ['text', 'one\r\ntwo'],
    ])
    t.match(files, [
      { field: 'f', filename: 'big "quoted".bin', size: UPLOAD.length, sha256: sha256(UPLOAD), disk: true },
      { field: 'f', filename: '游客.txt', type: 'text/plain', size: 5, disk: false },
      { field: 'none', filename: '', size: 0 },
    ])
    // The browser keeps files of its own beside them.
    const left = (): string[] => sink.temporaryFiles().filter((name) => name.startsWith('flagon-upload-'))
    for (let waits = 0; left().length > 0 && waits < 200; waits++) await sleep(10)
    t.same(left(), [], 'no file is left')
  }),
)

t.test('Chromium saves a download under its name, and reads any range of a file', { skip }, (t) =>
  browse(t, async ({ page }) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#small')])
    t.equal(download.suggestedFilename(), 'a_b;é.txt', 'a quote cannot be in a name on disk')
    t.equal(readFileSync(await download.path(), 'utf8'), 'hello world\n')
    const ranges = ['bytes=0-9', 'bytes=100000-100009', 'bytes=-10', 'bytes=99999999-']
    const parts: [number, string | null, string][] =
      await page.evaluate(`Promise.all(${JSON.stringify(ranges)}.map(async (range) => {
      const answer = await fetch('/file', { headers: { Range: range }, cache: 'no-store' })
      return [answer.status, answer.headers.get('Content-Range'), await answer.text()]
    }))`)
    const length = BIG_FILE.length
    t.same(parts.slice(0, 3), [
      [206, `bytes 0-9/${length}`, BIG_FILE.toString('latin1', 0, 10)],
      [206, `bytes 100000-100009/${length}`, BIG_FILE.toString('latin1', 100_000, 100_010)],
      [206, `bytes ${length - 10}-${length - 1}/${length}`, BIG_FILE.toString('latin1', length - 10)],
    ])
    t.equal(parts[3]?.[0], 416)
  }),
)

/** Makes a browser save `/file` instead of showing it. */
function asAttachment(app: Flagon): void {
  app.after_request((response) => {
    if (request.path === '/file') response.headers.set('Content-Disposition', 'attachment; filename=big.txt')
    return response
  })
}

t.test('Chromium goes on with a download that broke, where it stopped', { skip }, (t) =>
  browse(
    t,
    async ({ sink, page, ranges }) => {
      // The first answer breaks off in the middle, as a bad line does.
      const { handler } = sink.app
      let broken = false
      sink.app.handler = (req, res) => {
        if (req.url === '/big-download') req.url = '/file'
        if (req.url === '/file') {
          const { write } = res
          let sent = 0
          res.write = (...args: unknown[]) => {
            sent += (args[0] as Buffer).length
            if (broken || sent < 100_000) return Reflect.apply(write, res, args)
            // The rest never goes out, and what went out has time to arrive.
            broken = true
            res.write = () => false
            setTimeout(() => req.socket.destroy(), 100)
            return false
          }
        }
        return handler(req, res)
      }
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#big')])
      t.ok(readFileSync(await download.path()).equals(BIG_FILE), 'the file is whole')
      t.ok(broken, 'which broke once')
      t.same(ranges.length, 2, `asked for: ${JSON.stringify(ranges)}`)
      t.match(ranges[1], /^bytes=\d+-/, 'and the second time only for the rest')
    },
    asAttachment,
  ),
)

t.test('Chromium reads a stream as it comes, and the stream ends when the page leaves', { skip }, (t) =>
  browse(t, async ({ sink, page, base }) => {
    const ticks = await page.evaluate("fetch('/ticks').then((answer) => answer.text())")
    t.equal(ticks, '0 GET\n1 GET\n2 GET\n3 GET\n4 GET\n')
    const read: number = await page.evaluate(`(async () => {
      const reader = (await fetch('/endless')).body.getReader()
      let bytes = 0
      for (let reads = 0; reads < 5; reads++) bytes += (await reader.read()).value.length
      return bytes
    })()`)
    t.ok(read > 0, `${read} bytes were read of what has no end`)
    t.equal(sink.work.ended, 0)
    await page.goto(`${base}/alive`)
    t.ok(await isEnded(sink, 1), 'the stream was ended')
    const aborted = await page.evaluate(`(async () => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 100)
      return fetch('/wait', { signal: controller.signal }).catch((error) => error.name)
    })()`)
    t.equal(aborted, 'AbortError')
    t.ok(await isEnded(sink, 2), 'an aborted fetch aborts the signal of its request')
  }),
)

t.test('a navigation that is given up aborts its request', { skip }, (t) =>
  browse(t, async ({ sink, page, base }) => {
    const navigation = page.goto(`${base}/wait`).catch((error: Error) => error.message)
    for (let waits = 0; sink.work.begun < 1 && waits < 300; waits++) await sleep(10)
    const protocol = await page.context().newCDPSession(page)
    await protocol.send('Page.stopLoading')
    await page.goto(`${base}/alive`)
    t.match(await navigation, /ERR_ABORTED|interrupted/)
    t.ok(await isEnded(sink, 1))
    t.equal(await page.textContent('body'), 'alive')
  }),
)

t.test('Chromium keeps session and cookies, follows redirects and shows markup of a client as text', { skip }, (t) =>
  browse(t, async ({ page, base }) => {
    for (const visits of [1, 2, 3]) {
      await page.goto(`${base}/session`)
      t.same(JSON.parse((await page.textContent('body')) ?? ''), { visits })
    }
    await page.goto(`${base}/slash`)
    t.equal(page.url(), `${base}/slash/`)
    const dialogs: string[] = []
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    const evil = '</script><script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="alert(3)'
    await page.goto(`${base}/template?name=${encodeURIComponent(evil)}&item=${encodeURIComponent(evil)}`)
    t.equal(await page.title(), evil)
    t.equal(await page.getAttribute('li', 'title'), evil)
    t.equal(await page.evaluate('name'), evil)
    await page.goto(`${base}/nothing/${encodeURIComponent(evil)}`)
    t.same(dialogs, [], 'no script ran')
  }),
)
