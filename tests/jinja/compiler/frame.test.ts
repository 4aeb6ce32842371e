import t from 'tap'
import { Frame, FunctionState } from '../../../lib/jinja/compiler/frame.ts'
import { Scope } from '../../../lib/jinja/compiler/scope.ts'

t.test('a frame inside of another takes over what holds there too', (t) => {
  const outer = new Frame(new Scope(), new FunctionState(false, false), true)
  outer.out = 'o'
  outer.dropsAfterExtends = outer.isInLoop = outer.isTopLevel = outer.isRoot = outer.isSoft = true
  const inner = outer.inner(new Scope(outer.scope))
  t.match(inner, { out: 'o', dropsAfterExtends: true, isInLoop: true, escaping: true, knownEscaping: true })
  t.match(inner, { isTopLevel: false, isRoot: false, isSoft: false })
  t.equal(
    outer.inner(new Scope(), new FunctionState(false, false)).isInLoop,
    false,
    'a function of its own is in no loop',
  )
  t.end()
})

t.test('a soft frame differs only in that unknown filters may stay', (t) => {
  const frame = new Frame(new Scope(), new FunctionState(true, false), 'e1')
  frame.isTopLevel = true
  const soft = frame.soft()
  t.match(soft, { isSoft: true, isTopLevel: true, escaping: 'e1', knownEscaping: false })
  t.equal(frame.isSoft, false)
  t.equal(soft.fn, frame.fn)
  t.end()
})

t.test('temporaries of a function are unlike each other', (t) => {
  const fn = new FunctionState(false, true)
  t.same([fn.temporary(), fn.temporary()], ['t1', 't2'])
  t.equal(fn.temporaries, 2)
  t.end()
})
