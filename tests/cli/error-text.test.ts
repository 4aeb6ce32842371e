import { createRequire } from 'node:module'
import t from 'tap'
import { errorText } from '../../lib/cli/error-text.ts'

t.test('a stack keeps the frames of the app and loses those of what called it', async (t) => {
  const error = new TypeError('no')
  error.stack = [
    'TypeError: no',
    '    at view (file:///site/app.ts:3:5)',
    '    at ModuleJob.run (node:internal/modules/esm/module_job:561:25)',
    '    at async node:internal/modules/esm/loader:647:26',
    `    at async loadModule (${new URL('../../lib/cli/load-module.ts', import.meta.url).href}:39:16)`,
    '    at Command.parseAsync (/site/node_modules/commander/lib/command.js:1122:5)',
  ].join('\n')
  t.equal(errorText(error), 'TypeError: no\n    at view (file:///site/app.ts:3:5)')
})

t.test('properties and causes stay', async (t) => {
  const missing = (): unknown => createRequire(import.meta.url)('./missing.cjs')
  try {
    missing()
  } catch (error) {
    const text = errorText(new Error('outer', { cause: error }))
    t.match(text, /^Error: outer/)
    t.match(text, /\[cause\]: Error: Cannot find module/)
    t.match(text, /code: 'MODULE_NOT_FOUND'/)
    t.notMatch(text, /node:internal/)
  }
  t.equal(errorText('thrown'), "'thrown'")
})
