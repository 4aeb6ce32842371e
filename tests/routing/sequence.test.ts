import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { type Atom, codePoints, isDeterministic, makeSequence, readAtoms } from '../../lib/routing/sequence.ts'

/** The atoms of several expressions, each a group. */
function grouped(sources: readonly string[]): Atom[] {
  return sources.flatMap((source, index): Atom[] => [
    { kind: 'open', index },
    ...(readAtoms(source) ?? []),
    { kind: 'close', index },
  ])
}

t.test('classes, escapes, literals, words and quantifiers are read', (t) => {
  for (const source of [
    '[^/]+',
    '\\d{4}',
    '-?\\p{Nd}+',
    '[a-z]{2,}',
    '\\w*?',
    'a.b',
    '(?:red|light blue|a\\.b)',
    '[\\]/]?',
    'é{1,3}',
    '',
  ]) {
    t.ok(readAtoms(source), source)
  }
  t.end()
})

t.test('anything else is left to a regular expression', (t) => {
  for (const source of [
    '(a)',
    'a|b',
    '^a',
    'a$',
    '\\bx',
    '(?=a)',
    '(?:a|b)+',
    '(?:a+)',
    '(?:[ab])',
    '\\1',
    '[',
    '+',
    'a{',
    '\\',
    '(?:a',
  ]) {
    t.equal(readAtoms(source), undefined, source)
  }
  t.end()
})

t.test('the groups are those that a backtracking regular expression finds', (t) => {
  const atom = fc.constantFrom(
    '[^/]+',
    '[ab]+',
    '[ab]*',
    '[ab]{1,2}',
    '[^-]*?',
    '.+?',
    'a',
    '-',
    '-?',
    '(?:a|ab|b)',
    '(?:ab|a)',
    '[ab]{2}',
    '\\w{2,}?',
  )
  fc.assert(
    fc.property(
      fc.array(atom, { minLength: 1, maxLength: 5 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '-', 'c', '😀'), maxLength: 9 }),
      (sources, text) => {
        const wanted = new RegExp(`^${sources.map((source) => `(${source})`).join('')}$`, 'u').exec(text)
        return isDeepStrictEqual(
          makeSequence(grouped(sources))(text),
          wanted === null ? undefined : [...wanted].slice(1),
        )
      },
    ),
    { numRuns: 3000 },
  )
  t.end()
})

t.test('a position can be held to have no slash before it', (t) => {
  const match = makeSequence([...grouped(['[^\\n]+?']), { kind: 'notAfterSlash' }, ...grouped(['[^\\n]*'])])
  t.same(match('a/'), ['/'], 'both groups have the index 0: the later one stays')
  t.equal(makeSequence([...grouped(['/']), { kind: 'notAfterSlash' }])('/'), undefined)
  t.end()
})

t.test('a sequence of which nothing has to be tried twice is told', (t) => {
  const cases: [sources: string[], isSafe: boolean][] = [
    [['\\d+', '-', '\\d+'], true],
    [['-?', '\\p{Nd}+'], true],
    [['[a-z]+', '\\.', '[^/]+'], true],
    [['(?:red|green)', '-', '\\d+'], true],
    [['[^/]+'], true],
    [['[^/]+', '-', '\\d+'], false],
    [['\\d+', '\\d+'], false],
    [['[a-z]+', '-?', '[a-z]+'], false],
    [['[ab]+', '(?:c|a)'], false],
    [['\\d{4}', '\\d{2}'], true],
  ]
  for (const [sources, isSafe] of cases) t.equal(isDeterministic(grouped(sources)), isSafe, sources.join(' '))
  t.end()
})

t.test('a text is read by code points', (t) => {
  t.same([...codePoints('a😀é')], [0x61, 0x1f600, 0xe9])
  t.same([...codePoints('')], [])
  t.end()
})

// Row "route ReDoS" of the catalogue.
t.test('time grows with the text, not with its square', (t) => {
  const match = makeSequence(grouped(['[^/]+', '-', '[^/]+', '-', '[^/]+', '-', 'x']))
  const LENGTH = 16_384
  const LIMIT_MS = 50
  match('-'.repeat(LENGTH))
  const start = performance.now()
  t.equal(match('-'.repeat(LENGTH)), undefined)
  t.ok(performance.now() - start < LIMIT_MS)
  t.end()
})
