/*
 * Loaded before an app by `--import`: writes the URL of each module that the app loads, one a line, into the file that
 * MODULE_LIST names, and those of its CommonJS modules when the process is asked to end.
 */
import { appendFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'
import { pathToFileURL } from 'node:url'

const file = process.env.MODULE_LIST
const hook = `
  import { appendFileSync } from 'node:fs'
  export async function load(url, context, next) {
    if (url.startsWith('file:')) appendFileSync(${JSON.stringify(file)}, url + '\\n')
    return next(url, context)
  }`
register(`data:text/javascript,${encodeURIComponent(hook)}`)
process.once('SIGTERM', () => {
  const { cache } = createRequire(import.meta.url)
  appendFileSync(
    file,
    Object.keys(cache)
      .map((path) => `${pathToFileURL(path)}\n`)
      .join(''),
  )
  process.exit()
})
