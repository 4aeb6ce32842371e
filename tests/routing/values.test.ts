import { execFileSync } from 'node:child_process'
import t from 'tap'
import { BaseConverter, ValidationError } from '../../lib/routing/converters.ts'
import type { Capture } from '../../lib/routing/rule.ts'
import { compileReader, makeReader, makeValues, type ValuesReader } from '../../lib/routing/values.ts'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'

class Upper extends BaseConverter {
  override to_python(value: string): string {
    if (value === 'refused') throw new ValidationError()
    return value.toUpperCase()
  }
}

const converter = new Upper({ converters: {} })

function captures(...names: string[]): Capture[] {
  return names.map((name, index) => ({ name, converter, isText: index % 2 === 0 }))
}

t.test('empty values have no prototype', (t) => {
  t.equal(Object.getPrototypeOf(makeValues()), null)
  t.end()
})

const READERS: Record<string, (captures: readonly Capture[]) => ValuesReader | undefined> = {
  plain: makeReader,
  compiled: compileReader,
}

for (const [kind, make] of Object.entries(READERS)) {
  t.test(`the ${kind} reader gives texts as they are and converts the others`, (t) => {
    const read = make(captures('a', 'b', 'c'))
    t.same(Object.entries(read?.(['x', 'y', 'z', 'left over']) ?? {}), [
      ['a', 'x'],
      ['b', 'Y'],
      ['c', 'z'],
    ])
    t.throws(() => read?.(['x', 'refused', 'z']), ValidationError)
    t.end()
  })

  t.test(`the ${kind} reader takes names as they are, and its values inherit nothing`, (t) => {
    const names = ['"]; throw 1; values["', "it's", 'a\\', '`', '\u2028', 'x y', '游客']
    const values = make(captures(...names))?.(names.map(() => 'v')) ?? {}
    t.same(Object.keys(values), names)
    for (const name of ['constructor', '__proto__', 'toString']) t.equal(name in values, false)
    t.end()
  })
}

t.test('names that every object has are left to the plain reader, whose values have no prototype', (t) => {
  const names = ['__proto__', 'constructor', 'toString']
  for (const name of names) t.equal(compileReader(captures(name)), undefined)
  const values = makeReader(captures(...names))(['x', 'y', 'z'])
  t.same(Object.entries(values), [
    ['__proto__', 'x'],
    ['constructor', 'Y'],
    ['toString', 'z'],
  ])
  t.equal(Object.getPrototypeOf(values), null)
  t.end()
})

t.test('a process that forbids to compile code routes all the same', (t) => {
  const script = `
    const { Map, Rule } = await import(${JSON.stringify(new URL('../../lib/routing/index.ts', import.meta.url).href)})
    const map = new Map([new Rule('/user/<int:id>', { endpoint: 'user' })])
    let values
    for (let call = 0; call < 200; call++) ({ values } = map.lookup('', 'GET', '/user/7'))
    console.log(JSON.stringify(values))`
  const flags = ['--disallow-code-generation-from-strings', TYPESCRIPT_LOADER, '--input-type=module', '--eval', script]
  t.equal(execFileSync(process.execPath, flags, { encoding: 'utf8' }).trim(), '{"id":7}')
  t.end()
})
