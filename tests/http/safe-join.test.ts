import t from 'tap'
import { safe_join, safeJoinOn } from '../../lib/http/safe-join.ts'

/** What Werkzeug answers below /base on Linux, and on Windows where it differs. */
const PARTS: [part: string, joined: string | null, windows?: string | null][] = [
  ['a', '/base/a'],
  ['a/b', '/base/a/b'],
  ['./a', '/base/a'],
  ['a//b', '/base/a/b'],
  ['a/', '/base/a'],
  ['a/../b', '/base/b'],
  ['a/..', '/base/.'],
  ['.', '/base/.'],
  ['', '/base'],
  ['...', '/base/...'],
  ['a..b', '/base/a..b'],
  ['..', null],
  ['../a', null],
  ['a/../../b', null],
  ['../base/a', null],
  ['/x', null],
  ['//srv/x', null],
  ['C:/x', '/base/C:/x', null],
  ['c:\\x', '/base/c:\\x', null],
  ['a\\b', '/base/a\\b', null],
  ['..\\a', '/base/..\\a', null],
  ['CON', '/base/CON', null],
  ['con.txt', '/base/con.txt', null],
  ['AUX .x', '/base/AUX .x', null],
  ['a/NUL/b', '/base/a/NUL/b', null],
  ['COM¹', '/base/COM¹', null],
  ['LPT9.tar.gz', '/base/LPT9.tar.gz', null],
  ['CON::$DATA', '/base/CON::$DATA', null],
  ['file:stream', '/base/file:stream'],
  ['COM0', '/base/COM0'],
]

t.test('a path that would leave the directory, or open a device on Windows, is null', (t) => {
  // Security 1.7: safe_join on Windows
  for (const [part, joined, windows = joined] of PARTS) {
    t.equal(safeJoinOn('linux', '/base', [part]), joined, part)
    t.equal(safeJoinOn('win32', '/base', [part]), windows, `${part} on Windows`)
  }
  t.end()
})

t.test('a NUL makes null, where Werkzeug leaves it to the file system', (t) => {
  t.equal(safeJoinOn('linux', '/base', ['a\0.txt']), null)
  t.equal(safeJoinOn('win32', '/base', ['a', '\0']), null)
  t.end()
})

t.test('several parts are each safe on their own', (t) => {
  t.equal(safe_join('/base', 'a', 'b/c'), '/base/a/b/c')
  t.equal(safe_join('/base', 'a', '../b'), null)
  t.equal(safe_join('/base', '', 'a', ''), '/base/a')
  t.equal(safe_join('/base/', 'a'), '/base/a')
  t.equal(safe_join('/base'), '/base')
  t.end()
})

t.test('an empty directory is the current one, so that no part becomes trusted', (t) => {
  t.equal(safe_join('', 'a'), './a')
  t.equal(safe_join('', '/etc/passwd'), null)
  t.end()
})
