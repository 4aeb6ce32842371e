import { isDeviceName } from './device-names.ts'

// What Python's str.split() splits ASCII text at
const blanks = /[\t-\r\x1c-\x20]+/
const beyondAscii = /[^\x00-\x7f]/g
const unsafe = /[^A-Za-z0-9_.-]/g

/**
 * A file name that is safe to use in a directory, made of one that a client sent: ASCII letters, digits, `_`, `.` and `-` only.
 *
 * Letters lose their accents, separators and white space become `_`, all else goes; dots and underscores at both ends go too,
 * so no name climbs out of the directory or is hidden. Windows device names get a `_` in front there. The result is empty
 * when nothing safe is left: give such a file a name of your own, as for names that clash.
 * `platform` is one of node's `process.platform`, the running one by default.
 *
 * @see werkzeug.utils.secure_filename
 */
export function secure_filename(filename: string, platform: string = process.platform): string {
  let ascii = filename.normalize('NFKD').replace(beyondAscii, '').replaceAll('/', ' ')
  if (platform === 'win32') ascii = ascii.replaceAll('\\', ' ')
  const joined = ascii
    .split(blanks)
    .filter((word) => word !== '')
    .join('_')
  const name = stripEnds(joined.replace(unsafe, ''))
  return platform === 'win32' && isDeviceName(name) ? `_${name}` : name
}

/** The name without dots and underscores at its ends; a loop, since a regex would try each of many dots. */
function stripEnds(name: string): string {
  let start = 0
  let end = name.length
  while (start < end && '._'.includes(name.charAt(start))) start++
  while (end > start && '._'.includes(name.charAt(end - 1))) end--
  return name.slice(start, end)
}
