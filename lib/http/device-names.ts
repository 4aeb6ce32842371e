/** File names that open a device on Windows, whatever directory they are in and whatever follows the first dot. */
const DEVICES: ReadonlySet<string> = new Set([
  'AUX',
  'CON',
  'CONIN$',
  'CONOUT$',
  'NUL',
  'PRN',
  ...[...'123456789¹²³'].flatMap((digit) => [`COM${digit}`, `LPT${digit}`]),
])

/**
 * Whether one segment of a path opens a device on Windows: `CON`, `con.txt`, `AUX .x`, `NUL:stream`.
 *
 * @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
export function isDeviceName(segment: string): boolean {
  const [name = ''] = segment.split(/[:.]/, 1)
  return DEVICES.has(name.trim().toUpperCase())
}
