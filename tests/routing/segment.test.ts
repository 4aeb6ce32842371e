import t from 'tap'
import {
  AnyConverter,
  BaseConverter,
  FloatConverter,
  IntegerConverter,
  PathConverter,
  UnicodeConverter,
} from '../../lib/routing/converters.ts'
import {
  type Element,
  isAnyText,
  makeTest,
  NO,
  testAnyText,
  testDigits,
  YES,
  YES_BEFORE_SLASH,
} from '../../lib/routing/segment.ts'

const map = { converters: {} }
const any = new UnicodeConverter(map)
const int = new IntegerConverter(map)
const path = new PathConverter(map)
const words = new AnyConverter(map, 'a', 'ab')

function custom(regex: string): BaseConverter {
  return Object.assign(new BaseConverter(map), { regex })
}

/** The texts that the variables take of a whole text, `undefined` when it does not match. */
function take(elements: Element[], text: string, { isSuffixed = false, isLazy = false } = {}): string[] | undefined {
  const captures: string[] = []
  const answer = makeTest(elements, isSuffixed, isLazy)(`/x/${text}`, 3, 3 + text.length, captures, 0)
  return answer === NO ? undefined : captures
}

t.test('a plain variable and a plain integer have tests of their own', (t) => {
  t.equal(makeTest([any], false, false), testAnyText)
  t.equal(makeTest([new BaseConverter(map)], false, true), testAnyText)
  t.equal(makeTest([int], false, false), testDigits)
  t.equal(isAnyText(int), false)
  t.equal(isAnyText('text'), false)
  t.end()
})

t.test('a variable by itself takes what its converter matches whole', (t) => {
  const cases: [element: Element, text: string, isMatch: boolean][] = [
    [any, 'a.b', true],
    [any, '', false],
    [int, '0129', true],
    [int, '', false],
    [int, '1a', false],
    [int, '٣', true],
    [int, '٣x', false],
    [int, 'é', false],
    [words, 'ab', true],
    [words, 'b', false],
    [new FloatConverter(map), '1.5', true],
    [new FloatConverter(map), '1.5x', false],
    [custom('[a-z]+|\\d'), '7', true],
    [custom('[a-z]+|\\d'), 'a7', false],
    [custom('\\-'), '-', true],
    [path, 'a/b', true],
    [path, '/a', false],
    [path, 'a\nb', false],
  ]
  for (const [element, text, isMatch] of cases) t.same(take([element], text), isMatch ? [text] : undefined, text)
  t.end()
})

t.test(
  'several variables of one segment are greedy from the left in rules like Flask, and short in rules like path-to-regexp',
  (t) => {
    const pair: Element[] = [any, '-', any, '.html']
    const cases: [text: string, greedy: string[] | undefined, lazy: string[] | undefined][] = [
      ['x-y.html', ['x', 'y'], ['x', 'y']],
      ['x-y-z.html', ['x-y', 'z'], ['x', 'y-z']],
      ['x--y.html', ['x-', 'y'], ['x', '-y']],
      ['---.html', ['-', '-'], ['-', '-']],
      ['-y.html', undefined, undefined],
      ['x-.html', undefined, undefined],
      ['x.html', undefined, undefined],
      ['x-y.htm', undefined, undefined],
      ['x-y.html.html', ['x', 'y.html'], ['x', 'y.html']],
    ]
    for (const [text, greedy, lazy] of cases) {
      t.same(take(pair, text), greedy, text)
      t.same(take(pair, text, { isLazy: true }), lazy, text)
    }
    t.same(take(['v', any, '--', any], 'v1--2--3'), ['1--2', '3'])
    t.same(take(['v', any, '--', any], 'v1--2--3', { isLazy: true }), ['1', '2--3'])
    t.same(take(['v', any], 'w1'), undefined)
    t.same(take(['v', any], 'v'), undefined)
    t.same(take([any, any], 'abc'), ['ab', 'c'], 'no text between')
    t.same(take([any, any], 'a😀'), ['a', '😀'], 'a character is not cut in two')
    t.end()
  },
)

t.test('other converters in one segment take what a backtracking expression gives them', (t) => {
  t.same(take([int, '-', int], '12-7'), ['12', '7'])
  t.same(take([int, '-', int], '12-x'), undefined)
  t.same(take([int, int], '123'), ['12', '3'])
  t.same(take([words, words], 'aba'), ['ab', 'a'], 'the first word leaves "ba", which is none')
  t.same(take([any, int], 'a12'), ['a1', '2'])
  t.same(take([custom('[a-z]+'), int], 'ab12'), ['ab', '12'])
  t.same(take([custom('(x)(y)'), '-', custom('(z|w)')], 'xy-w'), ['xy', 'w'], 'groups of their own do not count')
  t.same(take([custom('a(?=b)'), any], 'abc'), ['a', 'bc'])
  t.end()
})

t.test('a path is as short as the rest of the rule permits', (t) => {
  t.same(take([path, '/edit'], 'a/b/edit'), ['a/b'])
  t.same(take([path, '/edit'], 'edit'), undefined)
  t.same(take([path, '/edit'], '/edit'), undefined)
  t.same(take([path, '/x/', path], 'a/x/b/x/c'), ['a', 'b/x/c'])
  t.same(take([path, '/', int], 'a/b/7'), ['a/b', '7'])
  t.same(take([path, '/', any], 'a/b/c'), ['a/b', 'c'])
  t.end()
})

t.test('the slash behind a path may be missing, and the test says which it was', (t) => {
  const ask = (elements: Element[], text: string): [number, string | undefined] => {
    const captures: string[] = []
    return [makeTest(elements, true, false)(text, 0, text.length, captures, 0), captures[0]]
  }
  for (const elements of [[path], [path, '.d'], ['v', path]] as Element[][]) {
    const text = elements.map((element) => (typeof element === 'string' ? element : 'a/b')).join('')
    t.same(ask(elements, text), [YES, 'a/b'])
    t.same(ask(elements, `${text}/`), [YES_BEFORE_SLASH, 'a/b'])
    t.equal(ask(elements, `${text}//`)[0], NO)
  }
  t.equal(ask([path], '/')[0], NO)
  t.equal(ask([path], '')[0], NO)
  t.same(ask([custom('(a|b)/?c')], 'a/c/'), [YES_BEFORE_SLASH, 'a/c'])
  t.end()
})

t.test('a regex that is none is a SyntaxError', (t) => {
  t.throws(() => makeTest([custom('(')], false, false), { name: 'SyntaxError' })
  t.end()
})

// Row "route ReDoS" of the catalogue: each shape against 16 KB of what it is made of.
t.test('no shape of a part takes more than linear time', (t) => {
  const LENGTH = 16_384
  const LIMIT_MS = 500
  const shapes: [elements: Element[], isSuffixed: boolean][] = [
    [[any, '-', any], false],
    [[any, '-', any, '-', any, '-', any, '!'], false],
    [[any, '.', any], false],
    [[any, any, any, '!'], false],
    [[int, int, int, '!'], false],
    [[any, int, any, int], false],
    [[path, '/x/', path], true],
    [[path, '/', path, '/', path, '!'], false],
    [[path], true],
    [[words, words, '-', words], false],
  ]
  for (const [elements, isSuffixed] of shapes) {
    for (const isLazy of [false, true]) {
      const test = makeTest(elements, isSuffixed, isLazy)
      for (const unit of ['-', '.', '1', '/', 'a', '/x', 'a-', 'é', '1-']) {
        const text = unit.repeat(LENGTH / unit.length)
        const start = performance.now()
        test(text, 0, text.length, [], 0)
        const spent = performance.now() - start
        if (spent > LIMIT_MS) t.fail(`${unit} took ${spent} ms`)
      }
    }
  }
  t.end()
})
