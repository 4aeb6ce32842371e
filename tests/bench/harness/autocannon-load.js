/* One run of the load by autocannon, in a process of its own: the plan is read from stdin, the figures go to stdout. */
import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'

const plan = JSON.parse(readFileSync(0, 'utf8'))
const requests = plan.asks.map(({ method, path, headers, body }) => ({
  method,
  path,
  headers: body === undefined && method !== 'GET' ? { ...headers, 'Content-Length': '0' } : headers,
  ...(body !== undefined && { body: Buffer.from(body, 'base64') }),
}))
// Each connection walks through the list, so the list is shuffled once; the seed of the shuffle does not matter.
for (let at = requests.length - 1; at > 0; at--) {
  const other = Math.floor(Math.random() * (at + 1))
  const kept = requests[at]
  requests[at] = requests[other]
  requests[other] = kept
}
const { url, connections, seconds } = plan
const result = await autocannon({ url, connections, duration: seconds, requests })
process.stdout.write(
  JSON.stringify({
    requests: result.requests.total,
    seconds: result.duration,
    p99: result.latency.p99,
    refused: result['4xx'] + result['5xx'],
    failures: result.errors + result.timeouts,
  }),
)
