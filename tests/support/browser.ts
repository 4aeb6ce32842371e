import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'

/** Where Debian puts Chromium; `CHROMIUM` names another place. */
const CHROMIUM_PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** No first-run pages, no updates, no traffic of the browser's own; no sandbox, for it does not start as root. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Why tests in a browser cannot run here, for the `skip` of a test; false where they can.
 * Under `CI` they are not skipped: there a missing browser is a failure.
 */
export function reasonToSkipBrowser(): string | false {
  if (existsSync(CHROMIUM_PATH) || process.env['CI']) return false
  return `no ${CHROMIUM_PATH}: apt-get install chromium, or set CHROMIUM to where it is`
}

/** A fresh Chromium with a profile of its own. `close` ends it and removes the profile. */
export async function openBrowser(): Promise<{ context: BrowserContext; close: () => Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 'flagon-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM_PATH,
    args: FLAGS,
    viewport: { width: 1000, height: 760 },
    locale: 'zh-CN',
  })
  return {
    context,
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
