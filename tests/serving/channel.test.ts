import t from 'tap'
import { describeFailure, parseMessage } from '../../lib/serving/channel.ts'

t.test('knows its own messages from those of the app', (t) => {
  for (const own of [{ flagon: 'stop' }, { flagon: 'ready', shutdown_timeout: 3 }, { flagon: 'failed', text: 'x' }]) {
    t.equal(parseMessage(own), own)
  }
  for (const other of [undefined, null, 'stop', 7, {}, { flagon: 'else' }, { type: 'stop' }, ['stop']]) {
    t.equal(parseMessage(other), undefined)
  }
  t.end()
})

t.test('describes a failure with its stack and its causes, and what is no error too', (t) => {
  const text = describeFailure(new Error('no pool', { cause: new Error('refused') }))
  t.match(text, /^Error: no pool\n {4}at .*channel\.test\.ts/)
  t.match(text, /\[cause\]: Error: refused/)
  t.equal(describeFailure('text'), "Thrown: 'text'")
  t.end()
})
