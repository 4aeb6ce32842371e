import { readFile } from 'node:fs/promises'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** A place in a file that was compiled to another. */
export interface OriginalPlace {
  readonly file: string
  /** Counted from 1, as `column`. */
  readonly line: number
  readonly column: number
  /** The text of the file, where the map has it. */
  readonly source: string | undefined
}

/** The comment that names a map, on the last line that has one; ECMA-426 section 11.1.2.1. */
const MAP_COMMENT = /^\/\/[#@] ?sourceMappingURL=(\S+)\s*$/gm
const DATA_URL = /^data:application\/json[^,]{0,100},/

/**
 * Follows the source maps of compiled files, for processes that node was not told to follow them in. Each file is read once.
 */
export class SourceMaps {
  readonly #maps = new Map<string, Promise<SourceMap | undefined>>()

  /** Where a place was compiled from; undefined for a file without a map, or one that cannot be read. */
  async originalPlace(file: string, line: number, column: number): Promise<OriginalPlace | undefined> {
    let loading = this.#maps.get(file)
    if (loading === undefined) {
      loading = loadMap(file).catch(() => undefined)
      this.#maps.set(file, loading)
    }
    const map = await loading
    const entry = map?.findEntry(line - 1, column - 1)
    if (map === undefined || entry === undefined || !('originalSource' in entry)) return undefined
    const { originalSource, originalLine, originalColumn } = entry
    const at = map.payload.sources.indexOf(originalSource)
    const source = map.payload.sourcesContent?.[at]
    return { file: fileURLToPath(originalSource), line: originalLine + 1, column: originalColumn + 1, source }
  }
}

async function loadMap(file: string): Promise<SourceMap | undefined> {
  const code = await readFile(file, 'utf8')
  const url = [...code.matchAll(MAP_COMMENT)].at(-1)?.[1]
  if (url === undefined) return undefined
  const path = DATA_URL.test(url) ? file : resolve(dirname(file), decodeURIComponent(url))
  const text = path === file ? dataOf(url) : await readFile(path, 'utf8')
  const payload: SourceMapPayload = JSON.parse(text)
  const root = pathToFileURL(resolve(dirname(path), payload.sourceRoot ?? ''))
  const sources = payload.sources.map((source) => new URL(source, `${root}/`).href)
  return new SourceMap({ ...payload, sources, sourceRoot: '' })
}

function dataOf(url: string): string {
  const comma = url.indexOf(',')
  const data = url.slice(comma + 1)
  return url.slice(0, comma).endsWith(';base64') ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data)
}
