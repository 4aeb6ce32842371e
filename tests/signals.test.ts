import t from 'tap'
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
