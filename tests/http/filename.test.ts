import { performance } from 'node:perf_hooks'
import t from 'tap'
import { secure_filename } from '../../lib/http/filename.ts'

/** What Werkzeug answers on Linux, and on Windows where it differs. */
const NAMES: [name: string, safe: string, windows?: string][] = [
  ['My cool movie.mov', 'My_cool_movie.mov'],
  ['../../../etc/passwd', 'etc_passwd'],
  ['i contain cool ümläuts.txt', 'i_contain_cool_umlauts.txt'],
  ['..\\..\\x', 'x'],
  ['C:\\autoexec.bat', 'Cautoexec.bat', 'C_autoexec.bat'],
  ['a/b\\c', 'a_bc', 'a_b_c'],
  ['a  b\tc\n', 'a_b_c'],
  ['.hidden', 'hidden'],
  ['..', ''],
  ['', ''],
  ['__x__', 'x'],
  ['游客.txt', 'txt'],
  ['½ﬁ.txt', '12fi.txt'],
  ['a\0b"<>|?*.txt', 'ab.txt'],
  ['con.txt', 'con.txt', '_con.txt'],
  ['nul', 'nul', '_nul'],
  ['.con', 'con', '_con'],
  ['COM¹.txt', 'COM1.txt', '_COM1.txt'],
  ['console.log', 'console.log'],
]

t.test('a name from a client becomes safe on Linux and on Windows', (t) => {
  for (const [name, safe, windows = safe] of NAMES) {
    t.equal(secure_filename(name, 'linux'), safe, name)
    t.equal(secure_filename(name, 'win32'), windows, `${name} on Windows`)
  }
  t.equal(secure_filename('x y'), 'x_y', 'by default on the running platform')
  t.end()
})

t.test('the cost is in proportion to the length', (t) => {
  const start = performance.now()
  for (const unit of ['.', '_', ' ', '/', '._ ']) secure_filename(`a${unit.repeat(200_000)}b`, 'linux')
  t.ok(performance.now() - start < 2000)
  t.end()
})
