import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import t from 'tap'
import { Flagon, flash, render_template_string } from '../lib/index.ts'
import { Namespace, Signal } from '../lib/signals.ts'

t.test('receivers run in the order of their connection and get sender and payload', async (t) => {
  const signal = new Signal('saved')
  const seen: unknown[] = []
  signal.connect((sender, payload) => seen.push(['first', sender, payload['id']]))
  signal.connect((sender) => seen.push(['second', sender]))
  const sender = {}
  signal.send(sender, { id: 1 })
  t.same(seen, [
    ['first', sender, 1],
    ['second', sender],
  ])
})

t.test('a receiver connected for one sender hears only that sender', async (t) => {
  const signal = new Signal('saved')
  const [mine, other] = [{}, {}]
  let calls = 0
  signal.connect(() => calls++, mine)
  signal.send(other)
  t.equal(calls, 0)
  signal.send(mine)
  t.equal(calls, 1)
})

t.test('send gives each receiver with what it returned', async (t) => {
  const signal = new Signal('ask')
  const receiver = signal.connect(() => 'answer')
  t.same(signal.send(undefined), [[receiver, 'answer']])
})

t.test('a receiver may disconnect itself while the signal is being sent', async (t) => {
  const signal = new Signal('once')
  let calls = 0
  const once = signal.connect(() => {
    calls++
    signal.disconnect(once)
  })
  signal.connect(() => calls++)
  signal.send(undefined)
  signal.send(undefined)
  t.equal(calls, 3)
})

t.test('connected_to disconnects after the scope, when it throws, and when its promise settles', async (t) => {
  const signal = new Signal('scoped')
  const receiver = () => undefined
  t.equal(
    signal.connected_to(receiver, () => signal.has_receivers),
    true,
  )
  t.notOk(signal.has_receivers)
  t.throws(() =>
    signal.connected_to(receiver, () => {
      throw new Error('scope')
    }),
  )
  t.notOk(signal.has_receivers)
  const pending = signal.connected_to(receiver, async () => signal.has_receivers)
  t.ok(signal.has_receivers)
  t.equal(await pending, true)
  t.notOk(signal.has_receivers)
})

t.test('a receiver that is no function is refused by name', async (t) => {
  t.throws(() => new Signal('saved').connect('x' as never), { message: /saved/ })
})

t.test('a namespace gives the same signal for the same name', async (t) => {
  const names = new Namespace()
  t.equal(names.signal('a'), names.signal('a'))
  t.not(names.signal('a'), names.signal('b'))
})

t.test('what a request does is published on diagnostics channels, with the request', async (t) => {
  const published: [name: string, message: Record<string, unknown>][] = []
  const names = [
    ...['request.start', 'request.response', 'request.error', 'request.end', 'template.start', 'template.end'],
    ...['message.flashed', 'session.open', 'session.save'],
  ].map((name) => `flagon.${name}`)
  const note = (message: unknown, name: string | symbol) =>
    void published.push([String(name), message as Record<string, unknown>])
  for (const name of names) subscribe(name, note)
  t.teardown(() => names.map((name) => unsubscribe(name, note)))
  const app = new Flagon(import.meta.url)
  app.config.SECRET_KEY = 'a key of thirty-two bytes at least'
  app.logger = { debug() {}, info() {}, warn() {}, error() {} }
  app.get('/', () => {
    flash('saved')
    return render_template_string('{{ 1 }}')
  })
  const failure = new Error('boom')
  app.get('/boom', () => {
    throw failure
  })
  const client = app.test_client()
  await client.get('/')
  t.same(
    published.map(([name]) => name.slice('flagon.'.length)),
    [
      ...['request.start', 'session.open', 'message.flashed', 'template.start', 'template.end', 'session.save'],
      ...['request.response', 'request.end'],
    ],
  )
  for (const [name, { app: sender, request }] of published) {
    t.equal(sender, app, name)
    t.match(request, { path: '/', endpoint: '/' }, name)
  }
  t.match(published.at(-1), ['flagon.request.end', { exc: undefined, res: { statusCode: 200 } }])
  published.length = 0
  await client.get('/boom')
  const told = new Map(published)
  t.equal(told.get('flagon.request.error')?.['exception'], failure)
  t.match(told.get('flagon.request.end'), { exc: failure, res: { statusCode: 500 } })
})

t.test('a signal has receivers while its channel has subscribers, and none after', async (t) => {
  const signal = new Signal('counted', 'flagon.test.counted')
  const receiver = () => undefined
  t.equal(signal.has_receivers, false)
  subscribe('flagon.test.counted', receiver)
  t.equal(signal.has_receivers, true)
  unsubscribe('flagon.test.counted', receiver)
  t.equal(signal.has_receivers, false)
})
