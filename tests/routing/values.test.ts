import t from 'tap'
import { BaseConverter, ValidationError } from '../../lib/routing/converters.ts'
import type { Capture } from '../../lib/routing/rule.ts'
import { compileReader, makeReader, makeValues, type ValuesReader } from '../../lib/routing/values.ts'

t.test('values inherit nothing, so names of Object.prototype are keys like any other', (t) => {
  const values = makeValues()
  t.equal('constructor' in values, false)
  t.equal('__proto__' in values, false)
  for (const [name, value] of [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ] as const) {
    values[name] = value
  }
  t.same(Object.entries(values), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
  t.equal(({} as Record<string, unknown>)['x'], undefined)
  t.equal('constructor' in makeValues(), false, 'a fresh one is empty')
  t.end()
})

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
    t.equal('constructor' in (read?.(['x', 'y', 'z']) ?? {}), false)
    t.throws(() => read?.(['x', 'refused', 'z']), ValidationError)
    t.end()
  })

  t.test(`the ${kind} reader takes names as they are, whatever is in them`, (t) => {
    const names = [
      '__proto__',
      'constructor',
      '"]; throw 1; values["',
      "it's",
      'a\\',
      '`$' + '{1}`',
      '\u2028',
      'x y',
      '游客',
    ]
    const values = make(captures(...names))?.(names.map(() => 'v')) ?? {}
    t.same(Object.keys(values), names)
    t.equal(Object.getPrototypeOf(Object.getPrototypeOf(values)), null)
    t.end()
  })
}
