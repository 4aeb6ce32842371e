import t from 'tap'
import { isDeviceName } from '../../lib/http/device-names.ts'

t.test('names that open a device on Windows are known in any case, with any ending', (t) => {
  for (const name of [
    'CON',
    'con',
    'con.txt',
    'AUX .x',
    'NUL',
    'nul ',
    'PRN.tar.gz',
    'CONIN$',
    'conout$',
    'CON::$DATA',
  ]) {
    t.equal(isDeviceName(name), true, name)
  }
  for (const digit of '123456789¹²³') {
    t.equal(isDeviceName(`COM${digit}`), true, `COM${digit}`)
    t.equal(isDeviceName(`lpt${digit}.x`), true, `lpt${digit}.x`)
  }
  t.end()
})

t.test('other names are left alone', (t) => {
  for (const name of ['', '.', 'console', 'COM0', 'COM10', 'xcon', '.con', 'a.con', 'NULL', '__proto__']) {
    t.equal(isDeviceName(name), false, name)
  }
  t.end()
})
