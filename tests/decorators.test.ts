import t from 'tap'
import { describe, type MethodContext, register } from '../lib/decorators.ts'

const collect = () => {
  const added: ((...args: never[]) => unknown)[] = []
  const decorate = <F extends (...args: never[]) => unknown>(value: F, context?: MethodContext): F =>
    register('a hook', value, context, (fn) => added.push(fn))
  return { added, decorate }
}

t.test('a function is added at once and given back', async (t) => {
  const { added, decorate } = collect()
  const hook = () => 1
  t.equal(decorate(hook), hook)
  t.same(added, [hook])
})

t.test('a static method is added when its class is made, bound to the class, with its name', async (t) => {
  const { added, decorate } = collect()
  class Pages {
    static title = 'pages'
    @decorate static center() {
      return this.title
    }
  }
  t.equal(Pages.center(), 'pages')
  t.equal(added.length, 1)
  t.equal(added[0]?.name, 'center')
  t.equal(added[0]?.(), 'pages')
})

t.test('a method is added when an object is made, bound to the object', async (t) => {
  const { added, decorate } = collect()
  class Pages {
    title: string
    constructor(title: string) {
      this.title = title
    }
    @decorate center() {
      return this.title
    }
  }
  t.equal(added.length, 0)
  new Pages('one')
  new Pages('two')
  t.same(
    added.map((fn) => fn()),
    ['one', 'two'],
  )
})

t.test('what is no function is refused and described', async (t) => {
  const { decorate } = collect()
  t.throws(() => decorate('center' as never), {
    code: 'VIEW_INVALID',
    message: /a hook must be a function, not "center"/,
  })
  t.equal(describe(null), 'null')
  t.equal(describe([]), 'a Array')
  t.equal(describe(Object.create(null)), 'a null-prototype object')
  t.equal(describe(7), 'the number 7')
  t.equal(
    describe(() => 1),
    'a nameless function',
  )
})
