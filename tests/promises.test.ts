import t from 'tap'
import { isPromise } from '../lib/promises.ts'

t.test('promises and thenables have to be awaited, nothing else', async (t) => {
  const thenable = { [['th', 'en'].join('')]: () => undefined }
  for (const value of [Promise.resolve(), (async () => 1)(), thenable]) t.ok(isPromise(value))
  for (const value of ['text', 7, null, undefined, {}, [], { ['th'.concat('en')]: 'text' }, () => 1])
    t.notOk(isPromise(value))
})
