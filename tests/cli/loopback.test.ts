import t from 'tap'
import { isLoopback } from '../../lib/cli/loopback.ts'

t.test('only addresses of this machine alone are loopback', async (t) => {
  for (const host of [
    '127.0.0.1',
    '127.8.9.1',
    '::1',
    '[::1]',
    'localhost',
    'LOCALHOST',
    'app.localhost',
    '::ffff:127.0.0.1',
  ])
    t.equal(isLoopback(host), true, host)
  for (const host of [
    '0.0.0.0',
    '::',
    '128.0.0.1',
    '10.0.0.1',
    'example.com',
    'localhost.example.com',
    '',
    '127.0.0.1.evil.test',
  ])
    t.equal(isLoopback(host), false, host)
})
