import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { BIG_FILE, serveKitchenSink } from '../security/kitchen-sink.ts'
import { HOW_TO_GET_PYTHON, python } from '../support/python.ts'
import { runCommand } from '../support/run-command.ts'

const SCRIPT = fileURLToPath(new URL('./http_client.py', import.meta.url))
const KIB = 1024
const UPLOAD = Buffer.from('0123456789abcdef'.repeat(100 * KIB))
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const WHOLE_UPLOAD = { length: UPLOAD.length, sha256: sha256(UPLOAD) }

const skip = python() === undefined && !process.env['CI'] && `no Python with Flask: ${HOW_TO_GET_PYTHON}`

t.test("Python's http.client and requests upload, download, resume, stream and leave", { skip }, async (t) => {
  const sink = await serveKitchenSink(t)
  const { code, stdout, stderr } = await runCommand(python() ?? 'python3', [SCRIPT, String(sink.port)])
  t.equal(code, 0, stderr)
  const { http_client, requests } = JSON.parse(stdout.toString())
  t.same(http_client, {
    whole: [200, sha256(BIG_FILE)],
    range: [206, `bytes 100000-${BIG_FILE.length - 1}/${BIG_FILE.length}`, true],
    not_modified: 304,
    head: [200, String(BIG_FILE.length), 0],
    upload: WHOLE_UPLOAD,
    chunked: WHOLE_UPLOAD,
    form: [
      ['a', '1'],
      ['b', 'é'],
    ],
    missing: 404,
    one_connection: true,
    stream: [true, '0 GET\n', '1 GET\n2 GET\n3 GET\n4 GET\n'],
    refused: 413,
    http10: [200, false, 100],
    begun: 1000,
  })
  for (let waits = 0; sink.work.ended < sink.work.begun && waits < 200; waits++) await sleep(10)
  t.equal(sink.work.ended, sink.work.begun, 'streams that were left are ended')
  t.same(sink.failures, [])
  await t.test(
    'requests',
    { skip: requests === null && !process.env['CI'] && 'requests is not installed' },
    async (t) => {
      t.match(requests, {
        visits: [1, 2, 3],
        upload: {
          form: [['a', 'é']],
          files: [
            { field: 'f', filename: '游客.bin', size: UPLOAD.length, sha256: sha256(UPLOAD), disk: true },
            { field: 'g', filename: 'small.txt', type: 'text/html', size: 5, disk: false },
          ],
        },
        json: { got: { a: ['é'] } },
        streamed: WHOLE_UPLOAD,
        redirected: 'slash',
        range: [206, BIG_FILE.toString('latin1', 0, 10)],
        pieces: BIG_FILE.length,
        begun: 1000,
        refused: 413,
      })
    },
  )
})
