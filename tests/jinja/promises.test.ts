import t from 'tap'
import { isAsyncIterable, isPromise } from '../../lib/jinja/promises.ts'

class Thenable {
  // biome-ignore lint/suspicious/noThenProperty: what is like a promise is looked for
  then(resolve: (value: number) => void): void {
    resolve(1)
  }
}

t.test('promises and what is like them are waited for', (t) => {
  t.ok(isPromise(Promise.resolve(1)))
  t.ok(isPromise(new Thenable()))
  // biome-ignore lint/suspicious/noThenProperty: data may have such a key
  for (const value of [{ then: () => 1 }, { then: 1 }, null, undefined, () => 1, 'then']) t.notOk(isPromise(value))
  t.end()
})

t.test('what can only be gone through asynchronously is told apart', (t) => {
  t.ok(isAsyncIterable((async function* () {})()))
  for (const value of [[1], 'a', new Map(), null, (function* () {})()]) t.notOk(isAsyncIterable(value))
  t.end()
})
