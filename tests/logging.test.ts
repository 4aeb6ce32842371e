import t from 'tap'
import { StderrLogger } from '../lib/logging.ts'

/** What is written to standard error while `work` runs. */
function written(work: () => void): string {
  const original = process.stderr.write
  let text = ''
  process.stderr.write = (chunk: string | Uint8Array) => {
    text += String(chunk)
    return true
  }
  try {
    work()
  } finally {
    process.stderr.write = original
  }
  return text
}

t.test('a record is a line with time, level, name and text', async (t) => {
  const logger = new StderrLogger('shop', () => false)
  t.match(
    written(() => logger.warn('low on', 7, 'jars')),
    /^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] WARNING in shop: low on 7 jars\n$/,
  )
})

t.test('debug records are written in debug only, none when disabled', async (t) => {
  let debug = false
  const logger = new StderrLogger('shop', () => debug)
  t.equal(
    written(() => logger.debug('x')),
    '',
  )
  debug = true
  t.match(
    written(() => logger.debug('x')),
    /DEBUG/,
  )
  logger.disabled = true
  t.equal(
    written(() => logger.error('x')),
    '',
  )
})

t.test('text from clients cannot forge a line or steer a terminal', async (t) => {
  const logger = new StderrLogger('shop', () => false)
  const line = written(() => logger.info('GET /\r\n[ERROR] forged \u001b[2J \u0085 \u2028 end'))
  t.equal(line.split('\n').length, 2)
  t.match(line, /forged \\x1b\[2J \\x85 \\x2028 end\n$/)
})

t.test('the text of an error begins no line of its own either', async (t) => {
  const logger = new StderrLogger('shop', () => false)
  const forged = '\n[2026-01-01T00:00:00.000Z] ERROR in shop: forged'
  const error = new Error(`above${forged}`, { cause: new Error(`below${forged}`) })
  const lines = written(() => logger.error('failed', error, { text: forged }))
    .trimEnd()
    .split('\n')
  t.match(lines[0], /ERROR in shop: failed Error: above$/)
  for (const line of lines.slice(1)) t.match(line, /^ /, 'every further line is indented')
})

t.test('errors are written with stack and cause', async (t) => {
  const logger = new StderrLogger('shop', () => false)
  const line = written(() => logger.error('failed', new Error('above', { cause: new Error('below') })))
  t.match(line, /Error: above/)
  t.match(line, /below/)
  t.match(line, /logging\.test/)
})
