import t from 'tap'
import { findAttribute, isRefused, readFunctionProperty, readMember } from '../../lib/jinja/attributes.ts'

class Animal {
  name = 'cat'
  #secret = 1
  get legs(): number {
    return 3 + this.#secret
  }
  speak(): string {
    return 'meow'
  }
}
class Kitten extends Animal {
  __hidden = 1
}

t.test('own properties, getters and methods of every class below Object are members', (t) => {
  const kitten = new Kitten()
  t.equal(readMember(kitten, 'name'), 'cat')
  t.equal(readMember(kitten, 'legs'), 4)
  t.equal(readMember(kitten, 'speak'), Animal.prototype.speak)
  t.equal(readMember(kitten, 'nope'), undefined)
  t.end()
})

t.test('what leads to the class of an object, or is inherited from Object, is no member', (t) => {
  const kitten = new Kitten()
  for (const name of ['constructor', '__proto__', 'prototype', '__hidden', 'toString', 'hasOwnProperty', 'valueOf']) {
    t.equal(readMember(kitten, name), undefined, name)
  }
  t.ok(isRefused('constructor'))
  t.ok(isRefused('__defineGetter__'))
  t.notOk(isRefused('construct'))
  t.end()
})

t.test('of a function only what its author put there is read', (t) => {
  const fn = Object.assign(() => 1, { version: 3 })
  t.equal(readFunctionProperty(fn, 'version'), 3)
  for (const name of ['name', 'length', 'prototype', 'call', 'bind', 'constructor', 'caller']) {
    t.equal(readFunctionProperty(fn, name), undefined, name)
  }
  t.end()
})

t.test('str.format finds attributes of objects with a class, and none of lists, dicts and texts', (t) => {
  t.equal(findAttribute(new Animal(), 'name'), 'cat')
  for (const value of [[1], { name: 'x' }, new Map([['name', 1]]), 'name', null, 3]) {
    t.equal(findAttribute(value, 'name'), undefined)
  }
  t.end()
})
