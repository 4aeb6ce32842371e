import t from 'tap'
import { isLocalClient } from '../../lib/debug/local-client.ts'
import { makeIncoming } from '../../lib/wrappers/incoming.ts'

const from = (host: string, remote_addr = '127.0.0.1', ...fields: string[]) =>
  isLocalClient(makeIncoming({ rawHeaders: ['Host', host, ...fields], remote_addr }))

// security 1.8: the page is for this machine alone (Werkzeug CVE-2024-34069)
t.test('a client is local by its Host and by its address', async (t) => {
  for (const host of ['localhost', 'LocalHost:5000', '127.0.0.1', '127.0.0.1:80', '[::1]', '[::1]:5000']) {
    t.ok(from(host), host)
  }
  for (const address of ['127.0.0.1', '127.3.4.5', '::1', '::ffff:127.0.0.1']) t.ok(from('localhost', address), address)
  const OTHERS = ['evil.test', 'localhost.evil.test', 'evil-localhost', '127.0.0.1.evil.test', '127.0.0.2', '[::2]', '']
  for (const host of [...OTHERS, 'localhost:x', 'localhost@evil.test', '0.0.0.0', 'localhost.', '[::1', '::1']) {
    t.notOk(from(host), host)
  }
  for (const address of ['10.0.0.1', '::2', '::ffff:10.0.0.1', '1127.0.0.1', '127.0.0.1.2', '']) {
    t.notOk(from('localhost', address), address)
  }
  t.notOk(isLocalClient(makeIncoming()), 'without a Host')
})

t.test('one behind a proxy, or a script of another site, is not', async (t) => {
  for (const name of ['Forwarded', 'Via', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP']) {
    t.notOk(from('localhost', '127.0.0.1', name, 'for=127.0.0.1'), name)
  }
  for (const origin of ['http://localhost:3000', 'https://127.0.0.1', 'http://[::1]:80']) {
    t.ok(from('localhost', '127.0.0.1', 'Origin', origin), origin)
  }
  for (const origin of ['null', 'https://evil.test', 'http://localhost.evil.test', 'file://', 'ftp://localhost', '']) {
    t.notOk(from('localhost', '127.0.0.1', 'Origin', origin), origin)
  }
})
