import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { filesBelow } from './watched-files.ts'

/** What node can check without running it. TypeScript is told with its place by what runs it. */
const JAVASCRIPT = /\.[cm]?js$/
/** Files that are checked at most; the newest first, as a mistake is where somebody has just been at work. */
const MAX_CHECKED = 20
/** The place, the line and the mark below it, which node writes first: `file:///app.js:2`. */
const PLACE = /^(?:file:\/\/)?\/.*:\d+\n[\s\S]*?(?=\n\n|\n\w*Error)/

/**
 * Puts the file, the line and the text before the stack of a syntax error, where they are missing: node tells them for a
 * module that is imported only when it ends by the error.
 *
 * @param folder - where the files of the app are.
 */
export async function placeSyntaxError(error: unknown, folder: string): Promise<void> {
  if (!(error instanceof SyntaxError) || error.stack === undefined || error.stack.includes(folder)) return
  for (const { path } of newestOf(folder)) {
    const place = await placeIn(path)
    if (place === undefined) continue
    error.stack = `${place}\n\n${error.stack}`
    return
  }
}

function newestOf(folder: string): { path: string; time: number }[] {
  return filesBelow(folder, JAVASCRIPT)
    .map((path) => ({ path, time: statSync(path).mtimeMs }))
    .sort((a, b) => b.time - a.time)
    .slice(0, MAX_CHECKED)
}

/** Where a file has a syntax error, with the line; undefined where it has none. */
function placeIn(path: string): Promise<string | undefined> {
  const { NODE_OPTIONS: _, ...env } = process.env
  return new Promise((resolve) => {
    execFile(process.execPath, ['--check', path], { env }, (error, _stdout, stderr) => {
      resolve(error === null ? undefined : PLACE.exec(stderr)?.[0].replace('file://', '').trimEnd())
    })
  })
}
