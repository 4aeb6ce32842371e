import { readFileSync } from 'node:fs'
import { get as httpsGet } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { FailurePage } from '../../lib/cli/failure-page.ts'
import { exchangeRaw, headerValues, type RawResponse } from '../support/raw-http.ts'

async function show(t: Test, page: FailurePage): Promise<number> {
  page.show('The app could not be started', 'Error: <b>\n    at app.js:1')
  const server = createServer({ pauseOnConnect: true }, (socket) => void page.take(socket)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => {
    page.close()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function ask(port: number, host: string, accept = '*/*'): Promise<RawResponse> {
  return exchangeRaw(port, `POST /x HTTP/1.1\r\nHost: ${host}\r\nAccept: ${accept}\r\nContent-Length: 2\r\n\r\nab`)
}

t.test('is text for programs, and a page that looks again by itself for browsers', async (t) => {
  const port = await show(t, new FailurePage({}))
  const plain = await ask(port, `localhost:${port}`)
  t.equal(plain.status, 500)
  t.equal(plain.body.toString(), 'The app could not be started\n\nError: <b>\n    at app.js:1\n')
  t.same(headerValues(plain, 'Connection'), ['close'], 'the next request is for the app')
  t.same(headerValues(plain, 'Cache-Control'), ['no-store'])
  const page = await ask(port, `localhost:${port}`, 'text/html,*/*')
  t.match(page.body.toString(), '<h1>The app could not be started</h1>\n<pre>Error: &lt;b&gt;\n    at app.js:1</pre>')
  t.match(page.body.toString(), '<meta http-equiv="refresh" content="1">')
  t.match(headerValues(page, 'Content-Security-Policy'), [/^default-src 'none';/])
})

t.test('shows nothing to a host that is not this machine', async (t) => {
  const port = await show(t, new FailurePage({}))
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', '10.0.0.1', '']) {
    for (const accept of ['*/*', 'text/html']) {
      const { status, body } = await ask(port, host, accept)
      t.equal(status, 500)
      t.notMatch(body.toString(), 'app.js', host)
    }
  }
  for (const host of ['localhost', '127.0.0.1', `[::1]:${port}`, `shop.localhost:${port}`]) {
    t.match((await ask(port, host)).body.toString(), 'app.js', host)
  }
})

t.test('speaks HTTPS where the app does', async (t) => {
  const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url))
  const port = await show(t, new FailurePage({ cert: fixture('cert'), key: fixture('key') }))
  const body = await new Promise<string>((resolve, reject) => {
    const options = { port, host: 'localhost', rejectUnauthorized: false, agent: false }
    httpsGet(options, (response) => resolve(text(response))).once('error', reject)
  })
  t.match(body, 'The app could not be started')
})
