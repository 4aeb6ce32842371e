import t from 'tap'
import { htmlPage, pagePolicy } from '../../lib/debug/html-page.ts'
import type { FailureReport } from '../../lib/debug/report.ts'
import { Flagon } from '../../lib/index.ts'
import { openBrowser, reasonToSkipBrowser } from '../support/browser.ts'
import { servedApp } from '../support/served-app.ts'

const NASTY = `"><script>document.title='run'</script><img src=x onerror="document.title='run'">' onclick='x`

/** A report of which every text is markup. */
function nastyReport(): FailureReport {
  const frame = { kind: 'app', file: `/${NASTY}.ts`, line: 1, column: 1, function: NASTY } as const
  const frames = [
    { ...frame, source: [{ number: 1, text: NASTY }] },
    { ...frame, kind: 'template', file: `/${NASTY}.html`, source: [{ number: 1, text: NASTY }] } as const,
    { ...frame, kind: 'node', source: undefined } as const,
  ]
  const error = { relation: undefined, name: NASTY, message: NASTY, properties: NASTY, frames }
  return {
    errors: [error, { ...error, relation: 'cause' }, { ...error, relation: 'one of several' }],
    advice: [NASTY],
    sections: [{ title: NASTY, rows: [[NASTY, NASTY]] }],
  }
}

// security 1.8: whatever an error holds is shown, and none of it is markup
t.test('nothing of a report becomes markup', async (t) => {
  const html = await htmlPage(nastyReport(), 'n0nce')
  t.notMatch(html, /<script>|<img|"[^"<>]*"><script/)
  t.ok(html.split('document.title').length > 10, 'it is there as text')
  for (const [tag] of html.matchAll(/<(?:script|style)\b[^>]*>/g)) t.match(tag, / nonce="n0nce">$/)
  t.notMatch(html, /(?:src|href)="(?!vscode:)[^"]*:\/\//, 'no resource from elsewhere')
})

t.test('the policy lets the page run its own scripts and nothing else', async (t) => {
  const policy = pagePolicy('n0nce')
  for (const part of ["default-src 'none'", "script-src 'nonce-n0nce'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    t.ok(policy.split('; ').includes(part), part)
  }
  t.notMatch(policy, /https?:|\*|script-src[^;]*unsafe-(?:inline|eval)/)
})

t.test(
  'a browser shows the page as it is meant, and runs nothing that the error brought',
  { skip: reasonToSkipBrowser() },
  async (t) => {
    const app = new Flagon(import.meta.url)
    app.debug = true
    app.logger.disabled = true
    app.get('/<path:name>', ({ name }) => {
      throw Object.assign(new Error(name, { cause: new Error(`below ${name}`) }), { help: name, hint: name, name })
    })
    const port = await servedApp(t, app)
    const { context, close } = await openBrowser()
    try {
      const page = await context.newPage()
      const told: string[] = []
      const asked: string[] = []
      page.on('console', (message) => told.push(message.text()))
      page.on('pageerror', (error) => told.push(error.message))
      page.on('request', (sent) => asked.push(sent.url()))
      await page.goto(`http://localhost:${port}/${encodeURIComponent(NASTY)}`)
      t.equal(await page.title(), 'Nothing handled this error')
      t.equal(await page.locator('#error-message span').nth(1).innerText(), NASTY)
      t.equal(await page.locator('.stack-frame.expanded').count(), 1)
      await page.click('#raw-frames-toggle')
      await page.click('#copy-error-btn')
      t.equal(await page.locator('#stack-frames-raw').isVisible(), true, 'its scripts run')
      t.match(await page.locator('#copy-error-btn').getAttribute('class'), /copied/)
      t.match(await page.locator('#causes').innerText(), /below/)
      t.same(
        told.filter((text) => !text.includes('status of 500')),
        [],
        'the policy stops nothing of the page',
      )
      t.same(asked.length, 1, 'nothing else is loaded')
    } finally {
      await close()
    }
  },
)
