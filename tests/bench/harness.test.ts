import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { readText } from '../support/source-tree.ts'
import { conditionalOn, cookiesOf, differenceOf, handWrittenDifference, parseSetCookie } from './harness/answers.ts'
import { type Answer, get, post, send } from './harness/ask.ts'
import { parseOptions } from './harness/options.ts'
import {
  cpuNanoseconds,
  parsePsTime,
  parseResident,
  parseSchedstat,
  processTree,
  residentBytes,
} from './harness/process-figures.ts'
import { withSection } from './harness/readme.ts'
import { cpuRatio, type Result, scenarioTable, spreadText } from './harness/report.ts'
import { SCENARIOS, scenario } from './harness/scenarios.ts'
import { median, ratiosOf, rotate, spreadOf } from './harness/statistics.ts'
import { verdictText } from './harness/verdicts.ts'
import { luaString, parseWrk, wrkScript } from './harness/wrk.ts'
import { measureCase } from './micro/bench.ts'

const KIB = 1024

t.test('the median is the middle, or lies between the two in the middle', (t) => {
  const rows: [figures: number[], expected: number][] = [
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
    [[], Number.NaN],
  ]
  for (const [figures, expected] of rows) t.same(median(figures), expected, String(figures))
  const kept = [3, 1, 2]
  median(kept)
  t.same(kept, [3, 1, 2], 'the figures stay in their order')
  t.end()
})

t.test('a spread has the median, the smallest and the largest', (t) => {
  t.same(spreadOf([5, 1, 3]), { median: 3, min: 1, max: 5 })
  t.same(spreadOf([]), { median: Number.NaN, min: Number.NaN, max: Number.NaN })
  t.end()
})

t.test('ratios compare what ran in the same round, and leave out a round that one of them lacks', (t) => {
  t.same(ratiosOf([2, 9, 8], [1, 3, 2]), { median: 3, min: 2, max: 4 })
  t.same(ratiosOf([2, undefined, 8], [1, 3, undefined]), { median: 2, min: 2, max: 2 })
  t.ok(Number.isNaN(ratiosOf([1], [0]).median), 'nothing is divided by zero')
  t.ok(Number.isNaN(ratiosOf([1, 2], []).median), 'a row without figures has no ratio')
  t.end()
})

t.test('each round starts with another contender', (t) => {
  t.same(
    [0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round).join('')),
    ['abc', 'bca', 'cab', 'abc'],
  )
  t.same(rotate([], 3), [])
  t.end()
})

const WRK = `Running 2s test @ http://127.0.0.1:5000
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.06ms  512.33us  12.40ms   92.33%
    Req/Sec    30.14k     2.01k   33.20k    75.00%
  Latency Distribution
     50%    0.98ms
     75%    1.10ms
     90%    1.42ms
     99%    2.91ms
  59997 requests in 2.00s, 9.38MB read
Requests/sec:  29961.44
Transfer/sec:      4.69MB
`

t.test('what wrk prints is read, with its units, refusals and failures', (t) => {
  t.same(parseWrk(WRK), { requests: 59_997, seconds: 2, p99: 2.91, refused: 0, failures: 0 })
  const refused = `${WRK}  Non-2xx or 3xx responses: 59990\n`
  t.equal(parseWrk(refused).refused, 59_990)
  const failed = WRK.replace('Requests/sec', '  Socket errors: connect 1, read 2, write 3, timeout 4\nRequests/sec')
  t.equal(parseWrk(failed).failures, 10)
  t.equal(parseWrk(WRK.replace('2.91ms', '812.00us')).p99, 0.812)
  t.equal(parseWrk(WRK.replace('2.91ms', '1.20s')).p99, 1200)
  t.equal(parseWrk(WRK.replace('in 2.00s', 'in 1.50m')).seconds, 90)
  t.throws(() => parseWrk('unable to connect to 127.0.0.1'), /cannot be read/)
  t.end()
})

t.test('text becomes a string of Lua, byte by byte', (t) => {
  t.equal(luaString('/users?a=b'), '"/users?a=b"')
  t.equal(luaString('say "hi" \\ ü\n'), '"say \\034hi\\034 \\092 \\195\\188\\010"')
  t.end()
})

t.test('the script of wrk sends one request as it is, and several at random', (t) => {
  const one = wrkScript([get('/', { Cookie: 'a=b' })], 'folder')
  t.match(one.script, 'wrk.format("GET", "/", { ["Cookie"] = "a=b" }, nil)')
  t.notMatch(one.script, /random/)
  t.equal(one.bodies.size, 0)
  const two = wrkScript([post('/form', 'text/plain', 'body'), { ...get('/x'), method: 'DELETE' }], 'folder')
  t.match(two.script, /math\.random/)
  t.match(two.script, '["Content-Length"] = "0"')
  t.same([...two.bodies.values()].map(String), ['body'])
  t.end()
})

t.test('figures of processes are read from the files of the kernel, and from ps', (t) => {
  t.equal(parseSchedstat('123456789 42 7\n'), 123_456_789)
  t.equal(parseSchedstat(''), 0)
  t.equal(parseSchedstat('no figures'), 0)
  t.equal(parseResident('Name:\tnode\nVmRSS:\t   51200 kB\nRssAnon:\t 1 kB\n'), 51_200 * KIB)
  t.equal(parseResident('Name:\tkthread\n'), 0)
  t.equal(parsePsTime('00:01:05\n'), 65)
  t.equal(parsePsTime('1:05.50'), 65.5)
  t.equal(parsePsTime('2-01:00:00'), 49 * 3600)
  t.equal(parsePsTime('?'), 0)
  t.end()
})

t.test('this process has used CPU time and memory, and is the root of its tree', (t) => {
  const before = cpuNanoseconds(process.pid)
  let sum = 0
  for (let at = 0; at < 3e7; at++) sum += at % 7
  t.ok(sum > 0 && cpuNanoseconds(process.pid) > before, 'work is counted')
  t.ok(residentBytes(process.pid) > KIB * KIB)
  t.equal(processTree(process.pid)[0], process.pid)
  t.end()
})

function answer(rest: Partial<Answer> = {}): Answer {
  return { status: 200, headers: { 'content-type': 'text/html' }, rawHeaders: [], body: Buffer.from('hello'), ...rest }
}

t.test('answers that differ are told apart, and what may differ is not', (t) => {
  const bytes = scenario('x', 'X', [get('/')])
  const json = scenario('x', 'X', [get('/')], { body: 'json' })
  const text = scenario('x', 'X', [get('/')], { type: 'text', headers: ['x-app'] })
  t.equal(differenceOf(bytes, answer(), answer()), undefined)
  t.match(differenceOf(bytes, answer({ status: 500 }), answer()), 'status 500')
  t.match(differenceOf(bytes, answer({ body: Buffer.from('other') }), answer()), 'body "other" instead of "hello"')
  t.match(differenceOf(bytes, answer({ headers: { 'content-type': 'text/plain' } }), answer()), 'content type')
  t.equal(differenceOf(bytes, answer({ headers: { 'content-type': 'Text/HTML; charset=utf-8' } }), answer()), undefined)
  t.equal(differenceOf(text, answer({ headers: { 'content-type': 'text/plain' } }), answer()), undefined)
  t.match(differenceOf(text, answer({ headers: { 'content-type': 'text/plain', 'x-app': 'a' } }), answer()), 'x-app')
  const spaced = { body: Buffer.from('{ "a": 1 }\n') }
  t.equal(differenceOf(json, answer(spaced), answer({ body: Buffer.from('{"a":1}') })), undefined)
  t.match(differenceOf(json, answer(spaced), answer({ body: Buffer.from('{"a":2}') })), 'body')
  t.end()
})

t.test('cookies are compared by name, value and attributes, whose order and Expires do not matter', (t) => {
  const set = (line: string): Answer => answer({ headers: { 'content-type': 'text/html', 'set-cookie': [line] } })
  const same = scenario('x', 'X', [get('/')], { cookies: 'same' })
  const first = set('a=1; Max-Age=60; Path=/; HttpOnly; Expires=Fri, 01 Jan 2027 00:00:00 GMT')
  t.equal(differenceOf(same, first, set('a=1; httponly; path=/; max-age=60')), undefined)
  t.match(differenceOf(same, first, set('a=1; httponly; path=/; max-age=61')), 'cookies')
  t.match(differenceOf(scenario('x', 'X', []), first, answer()), 'it sets the cookie a')
  t.match(differenceOf(scenario('x', 'X', [], { cookies: 'some' }), answer(), answer()), 'it sets no cookie')
  t.same(parseSetCookie('a=b=c; Secure'), { name: 'a', value: 'b=c', attributes: ['secure'] })
  const two = answer({ headers: { 'set-cookie': ['a=1; Path=/', 'gone=; Max-Age=0', 'a.sig=x'] } })
  t.equal(cookiesOf(two), 'a=1; a.sig=x')
  t.end()
})

t.test('the hand-written server may not send less than Flagon', (t) => {
  const headers = { 'content-type': 'text/html', vary: 'Cookie', date: 'today' }
  t.equal(handWrittenDifference(answer({ headers }), answer({ headers: { ...headers, date: 'tomorrow' } })), undefined)
  t.match(handWrittenDifference(answer(), answer({ headers })), 'instead of content-type, date, vary')
  t.match(handWrittenDifference(answer({ headers: { ...headers, vary: '*' } }), answer({ headers })), 'vary: *')
  t.end()
})

t.test('a conditional request carries the validators of the first answer', (t) => {
  const { headers } = conditionalOn(
    get('/a', { X: 'y' }),
    answer({ headers: { etag: '"1"', 'last-modified': 'then' } }),
  )
  t.same(headers, { X: 'y', 'If-None-Match': '"1"', 'If-Modified-Since': 'then' })
  t.end()
})

t.test('a request is sent over a real connection and its answer read whole', async (t) => {
  const server = createServer((req, res) => {
    res.setHeader('X-Length', req.headers['content-length'] ?? 'none')
    req.pipe(res)
  }).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const posted = await send(port, post('/', 'text/plain', 'hello'))
  t.equal(String(posted.body), 'hello')
  t.equal(posted.headers['x-length'], '5')
  t.equal((await send(port, get('/'))).headers['x-length'], 'none')
})

function result(name: string, cpu: Record<string, number[]>): Result {
  const rows = Object.entries(cpu).map(([contender, figures]) => ({
    contender,
    rounds: figures.map((cpuMicroseconds) => ({ cpuMicroseconds, requestsPerSecond: 1000, p99: 2 })),
    residentBytes: 50 * KIB * KIB,
    problem: undefined,
  }))
  return { scenario: { name, title: name }, rows }
}

t.test('a table shows medians, the ratio with its spread, and why somebody is missing', (t) => {
  const measured = result('plain', { node: [10, 20, 10], flagon: [11, 20, 9] })
  t.equal(spreadText(cpuRatio(measured, 'flagon', 'node')), '1.00 (0.90–1.10)')
  t.equal(spreadText(cpuRatio(measured, 'flagon', 'nobody')), '-')
  const table = scenarioTable(
    {
      ...measured,
      rows: [...measured.rows, { contender: 'koa', rounds: [], residentBytes: 0, problem: 'it\nfailed' }],
    },
    'node',
  )
  t.match(table, '| flagon | 11.0 | 1000 | 2.00 | 50 | 1.00 (0.90–1.10) |')
  t.match(table, '- koa is left out: it failed')
  t.end()
})

t.test('goals that are not reached come first, by the version of Node', (t) => {
  const measured = result('plain', { node: [100], flagon: [102], fastify: [110] })
  const old = verdictText([measured], 20)
  t.notMatch(old, 'not reached')
  t.match(old, '| plain | node | 1.02 (1.02–1.02) | 1.03 |')
  const now = verdictText([measured], 24)
  t.match(
    now,
    /not reached[^#]*\| plain \| node \| 1\.02[^#]*### Goals that are reached[^#]*\| plain \| fastify \| 0\.93/,
  )
  t.end()
})

t.test('the command line has defaults, and a wrong number is refused by its name', (t) => {
  const options = parseOptions(['plain', '--contenders', 'node,flagon', '--rounds', '3', '--dist', 'a', '--dist', 'b'])
  t.match(options, { scenarios: ['plain'], contenders: ['node', 'flagon'], rounds: 3, seconds: 2, baseline: 'node' })
  t.equal(options.dist.length, 2)
  t.throws(() => parseOptions(['--rounds', '0']), /--rounds must be a whole number from 1, not 0/)
  t.throws(() => parseOptions(['--seconds', 'long']), /--seconds/)
  t.throws(() => parseOptions(['--round', '1']), /round/)
  t.end()
})

t.test('a section of a page is replaced between its comments', (t) => {
  const page = 'a\n<!-- x -->\nold\n<!-- /x -->\nb'
  t.equal(withSection(page, 'x', 'new'), 'a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb')
  t.throws(() => withSection(page, 'y', 'new'), /<!-- y -->/)
  const readme = readText('tests/bench/README.md')
  for (const name of ['servers', 'micro', 'growth', 'start']) t.doesNotThrow(() => withSection(readme, name, ''), name)
  t.end()
})

t.test('every scenario is one that bare node:http and Flagon have', (t) => {
  for (const contender of ['node', 'flagon']) {
    const source = readFileSync(new URL(`contenders/${contender}.js`, import.meta.url), 'utf8')
    for (const { name } of SCENARIOS) {
      const key = name.replaceAll('-', '\\-')
      t.match(source, new RegExp(`^  (?:async )?(?:${key}|'${key}')(?:\\(\\)|:)`, 'm'), `${contender}: ${name}`)
    }
  }
  t.equal(SCENARIOS.find(({ name }) => name === 'routes')?.asks.length, 250)
  t.end()
})

t.test('a micro benchmark compares the answers before it times anything', async (t) => {
  const contender = (name: string, value: number) => ({ name, run: () => value, answer: () => value })
  const bench = { group: 'g', title: 'sum' }
  const figures = await measureCase({ ...bench, contenders: [contender('a', 1), contender('b', 1)] }, 1)
  t.same(
    figures.map(({ name }) => name),
    ['a', 'b'],
  )
  t.ok(figures.every(({ nanoseconds, ratio }) => nanoseconds > 0 && ratio.median > 0))
  await t.rejects(
    measureCase({ ...bench, contenders: [contender('a', 1), contender('b', 2)] }, 1),
    /sum: b answers 2, a 1/,
  )
})
