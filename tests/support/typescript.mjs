/*
 * Compiles the TypeScript of this tree, one file at a time and without a look at its types, as Node asks for it. What came
 * out is kept in `node_modules/.cache`, by the hash of all that went in, so that each file is compiled once.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = new URL('../../node_modules/.cache/flagon-typescript/', import.meta.url)
const require = createRequire(import.meta.url)

const OPTIONS = {
  loader: 'ts',
  target: 'node20',
  keepNames: true,
  sourcemap: 'inline',
  sourcesContent: false,
  // As in tsconfig.json.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
}

/** JavaScript of the same names, with a map to the lines of the TypeScript that it was. */
function compile(path, source) {
  // Loaded where something has to be compiled: in most processes nothing has.
  const { transformSync } = require('esbuild')
  return transformSync(source, { ...OPTIONS, sourcefile: basename(path) }).code
}

/**
 * The JavaScript of a file of TypeScript.
 *
 * @param {string} path Its absolute path.
 * @returns {string | Buffer}
 */
export function compiled(path) {
  const source = readFileSync(path)
  const name = `${JSON.stringify(OPTIONS)}\n${basename(path)}\n`
  const hash = createHash('sha1').update(name).update(source).digest('hex')
  const kept = new URL(`${hash}.js`, CACHE)
  try {
    return readFileSync(kept)
  } catch {
    const code = compile(path, source.toString())
    mkdirSync(CACHE, { recursive: true })
    // Other processes read and write there too: a file has to appear whole.
    const unfinished = new URL(`${kept.href}.${process.pid}`)
    writeFileSync(unfinished, code)
    renameSync(unfinished, kept)
    return code
  }
}

/** The hook of Node that gives the source of a module: https://nodejs.org/api/module.html#loadurl-context-nextload */
export function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !/\.ts(?:$|\?)/.test(url)) return nextLoad(url, context)
  return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true }
}
