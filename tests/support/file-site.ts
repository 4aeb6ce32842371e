import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Test } from 'tap'
import { Flagon, type FlagonOptions, type SendFileOptions, send_file } from '../../lib/index.ts'
import type { FlagonClient } from '../../lib/testing/index.ts'

/** Second at which `ten.txt` was changed last. */
export const MODIFIED = 1_700_000_000
/** The same second as HTTP writes it. */
export const MODIFIED_TEXT = 'Tue, 14 Nov 2023 22:13:20 GMT'

/** An app with files. */
export interface Site {
  readonly app: Flagon
  readonly client: FlagonClient
  /** The folder above the static one. */
  readonly root: string
  readonly folder: string
}

/** An app with a static folder; what must not be reached lies beside it. */
export function makeSite(t: Test, options: FlagonOptions = {}): Site {
  const root = t.testdir({
    'secret.txt': 'secret',
    'static-secret': { 'ten.txt': 'secret' },
    static: {
      'ten.txt': '0123456789',
      'empty.txt': '',
      '.env': 'secret',
      '.git': { config: 'secret' },
      sub: { 'page.html': '<p>page</p>' },
      '..two': 'two',
      'a\\b': 'backslash',
      '%2e': 'percent',
    },
  })
  const folder = join(root, 'static')
  utimesSync(join(folder, 'ten.txt'), MODIFIED, MODIFIED)
  const app = new Flagon('site', { root_path: root, ...options })
  app.testing = true
  return { app, client: app.test_client(), root, folder }
}

/** An app that sends one file by send_file. */
export function sender(
  t: Test,
  file: Parameters<typeof send_file>[0] | (() => Readable),
  options?: SendFileOptions,
): Site {
  const site = makeSite(t)
  site.app.get('/', () => send_file(typeof file === 'function' ? file() : file, options))
  return site
}
