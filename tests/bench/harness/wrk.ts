import { join } from 'node:path'
import type { Ask } from './ask.ts'

/** What one run of the load says. */
export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  /** Milliseconds within which 99 of 100 answers came. */
  readonly p99: number
  /** Answers with a status from 400. */
  readonly refused: number
  /** Connections, reads and writes that failed, and answers that did not come in time. */
  readonly failures: number
}

const MS_BY_UNIT: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const SECONDS_BY_UNIT: Readonly<Record<string, number>> = { us: 1e-6, ms: 0.001, s: 1, m: 60, h: 3600 }

/**
 * Reads what `wrk --latency` prints.
 *
 * @throws Error when the text is not of that shape.
 */
export function parseWrk(text: string): LoadResult {
  const [, requests, time, unit = ''] = /^\s*(\d+) requests in ([\d.]+)(us|ms|s|m|h),/m.exec(text) ?? []
  const [, late, lateUnit = ''] = /^\s*99%\s+([\d.]+)(us|ms|s|m|h)\s*$/m.exec(text) ?? []
  if (requests === undefined || time === undefined || late === undefined) {
    throw new Error(`wrk printed something that cannot be read: ${text}`)
  }
  const refused = /^\s*Non-2xx or 3xx responses: (\d+)/m.exec(text)?.[1] ?? '0'
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)?.slice(1) ?? []
  return {
    requests: Number(requests),
    seconds: Number(time) * (SECONDS_BY_UNIT[unit] ?? Number.NaN),
    p99: Number(late) * (MS_BY_UNIT[lateUnit] ?? Number.NaN),
    refused: Number(refused),
    failures: sockets.reduce((sum, count) => sum + Number(count), 0),
  }
}

/** Text as a Lua string. */
export function luaString(text: string): string {
  let quoted = '"'
  for (const byte of Buffer.from(text)) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
    quoted += isPlain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`
  }
  return `${quoted}"`
}

/**
 * The script that makes `wrk` send some requests, one of them at random each time. All are made before the load starts:
 * only the choice costs. The bodies are written by the caller, into the files that `bodies` names.
 */
export function wrkScript(asks: readonly Ask[], folder: string): { script: string; bodies: Map<string, Buffer> } {
  const bodies = new Map<string, Buffer>()
  const lines = [
    'local function read(path) local f = io.open(path, "rb") local text = f:read("*a") f:close() return text end',
    'local asks = {}',
    'init = function(args)',
  ]
  for (const [index, { method, path, headers, body }] of asks.entries()) {
    const fields = Object.entries(headers).map(([name, value]) => `[${luaString(name)}] = ${luaString(value)}`)
    let text = 'nil'
    if (body !== undefined) {
      const file = join(folder, `body-${index}`)
      bodies.set(file, body)
      text = `read(${luaString(file)})`
    } else if (method !== 'GET') {
      fields.push('["Content-Length"] = "0"')
    }
    const made = `wrk.format(${luaString(method)}, ${luaString(path)}, { ${fields.join(', ')} }, ${text})`
    lines.push(`  asks[${index + 1}] = ${made}`)
  }
  lines.push('end')
  lines.push(
    asks.length === 1
      ? 'request = function() return asks[1] end'
      : 'request = function() return asks[math.random(#asks)] end',
  )
  return { script: `${lines.join('\n')}\n`, bodies }
}
