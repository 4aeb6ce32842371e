import { isDeviceName } from './device-names.ts'

/**
 * The path of something below a trusted directory, or `null` when the untrusted parts would leave it.
 *
 * Parts come from a URL: `/` separates. `null` stands for absolute parts, for those that climb out by `..`, for a NUL, and on Windows for
 * backslashes, drives and device names too. Links are not looked at, nor is anything else on the disk. An empty directory is `.`.
 *
 * @see werkzeug.security.safe_join
 */
export function safe_join(directory: string, ...untrusted: string[]): string | null {
  return safeJoinOn(process.platform, directory, untrusted)
}

/** {@link safe_join} by the rules of a platform, one of node's `process.platform`. */
export function safeJoinOn(platform: string, directory: string, untrusted: readonly string[]): string | null {
  let joined = directory === '' ? '.' : directory
  for (const part of untrusted) {
    if (part === '') continue
    const safe = normalizePart(part)
    if (safe === null || (platform === 'win32' && !isSafeOnWindows(safe))) return null
    joined += joined.endsWith('/') ? safe : `/${safe}`
  }
  return joined
}

/** The part without `.`, `..` and empty segments; `null` when it is absolute or climbs above its start. */
function normalizePart(part: string): string | null {
  if (part.startsWith('/') || part.includes('\0')) return null
  const kept: string[] = []
  for (const segment of part.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') kept.push(segment)
    else if (kept.pop() === undefined) return null
  }
  return kept.length === 0 ? '.' : kept.join('/')
}

function isSafeOnWindows(part: string): boolean {
  return !part.includes('\\') && !/^[A-Za-z]:\//.test(part) && !part.split('/').some(isDeviceName)
}
