import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { addressText, checkAddress, type ListenAddress, listen } from '../../lib/serving/address.ts'

const CHECKED: [address: ListenAddress, message: RegExp | undefined][] = [
  [{}, undefined],
  [{ host: '::1', port: 0 }, undefined],
  [{ port: 65535 }, undefined],
  [{ unix: 'app.sock' }, undefined],
  [{ port: 65536 }, /port must be an integer from 0 to 65535, not 65536/],
  [{ port: 1.5 }, /not 1\.5/],
  [{ unix: 'app.sock', port: 1 }, /unix \(app\.sock\) excludes host and port/],
  [{ unix: 'app.sock', host: 'localhost' }, /excludes host and port/],
]
for (const [address, message] of CHECKED) {
  t.test(`${message === undefined ? 'takes' : 'refuses'} ${JSON.stringify(address)}`, async (t) => {
    if (message === undefined) t.doesNotThrow(() => checkAddress(address))
    else t.throws(() => checkAddress(address), { code: 'CONFIG_VALUE', message })
  })
}

const LISTENING: [address: ListenAddress, isSecure: boolean, text: RegExp][] = [
  [{ port: 0 }, false, /^http:\/\/127\.0\.0\.1:\d+$/],
  [{ host: '::1', port: 0 }, true, /^https:\/\/\[::1\]:\d+$/],
  [{ unix: join(tmpdir(), `flagon-${process.pid}.sock`) }, false, /^\/.*\.sock$/],
]
for (const [address, isSecure, text] of LISTENING) {
  t.test(`writes the address of ${JSON.stringify(address)} as people do`, async (t) => {
    const server = createServer()
    await listen(server, address)
    t.match(addressText(server, isSecure), text)
    await new Promise((resolve) => server.close(resolve))
    if (address.unix === undefined) t.equal(addressText(server, isSecure), 'a closed server')
  })
}
