import t from 'tap'
import { type BaseConverter, defaultConverters } from '../../lib/routing/converters.ts'
import { compareWeights, makeParts, type Part, type Weight } from '../../lib/routing/part.ts'
import { parseRule } from '../../lib/routing/pattern.ts'

const map = { converters: defaultConverters() }

function partsOf(rule: string): Part[] {
  const { variants, calls, isFlask } = parseRule(rule)
  const tokens = variants[0] ?? []
  const converters = new Map(
    tokens.flatMap((token) => {
      if (token.type === 'text') return []
      const call = calls.get(token.name)
      const Converter = map.converters[call?.converter ?? 'default']!
      const converter: BaseConverter = Reflect.construct(Converter, [map, ...(call?.positional ?? [])])
      return [[token.name, converter] as const]
    }),
  )
  return makeParts(tokens, converters, !isFlask)
}

/** Parts as text: static ones as they are, dynamic ones as the number of their variables, with `…` when final. */
function shown(rule: string): string {
  return partsOf(rule)
    .map(({ content, test, variables, isFinal }) =>
      test === undefined ? content : `<${variables}${isFinal ? '…' : ''}>`,
    )
    .join('|')
}

t.test('a rule is cut at its slashes, but not behind a variable that takes slashes', (t) => {
  const cases: [rule: string, parts: string][] = [
    ['/', '|'],
    ['/about', '|about'],
    ['/about/', '|about|'],
    ['/user/<name>', '|user|<1>'],
    ['/user/<name>/', '|user|<1>|'],
    ['/<a>-<b>.html/x', '|<2>|x'],
    ['/files/<path:p>', '|files|<1…>'],
    ['/files/<path:p>/', '|files|<1…>|'],
    ['/files/<path:p>/edit', '|files|<1…>'],
    ['/files/x<path:p>/<int:n>/', '|files|<2…>|'],
    ['/files/*path', '|files|<1…>'],
  ]
  for (const [rule, parts] of cases) t.equal(shown(rule), parts, rule)
  t.end()
})

t.test('equal dynamic parts have equal content, others differ', (t) => {
  const last = (rule: string): string | undefined => partsOf(rule).at(-1)?.content
  t.equal(last('/a/<x>'), last('/b/<string:y>'))
  t.equal(last('/a/<x>'), last('/a/:y'))
  t.equal(last('/<path:p>'), last('/*q'))
  t.not(last('/<x>'), last('/<int:x>'))
  t.not(last('/<x>-<y>'), last('/:x-:y'), 'greedy and short')
  t.not(last('/<path:x>'), partsOf('/<path:x>/').at(-2)?.content)
  t.end()
})

t.test('parts are ranked by static texts, their lengths, variables, then weights of converters', (t) => {
  // Heaviest last.
  const ranked = ['/a<x>b<y>', '/abc<x>', '/a<x>', '/a<path:x>', '/<int:x><int:y>', '/<int:x>', '/<x>', '/<path:x>']
  const weights = ranked.map((rule) => partsOf(rule).at(-1)?.weight) as Weight[]
  for (let index = 1; index < weights.length; index++) {
    t.ok(compareWeights(weights[index - 1]!, weights[index]!) < 0, `${ranked[index - 1]} before ${ranked[index]}`)
    t.ok(compareWeights(weights[index]!, weights[index - 1]!) > 0)
  }
  t.equal(compareWeights(weights[0]!, weights[0]!), 0)
  const a: Weight = { staticCount: -1, staticLengths: [-1], variableCount: -1, converterWeights: [100] }
  t.ok(compareWeights(a, { ...a, staticLengths: [-1, -1] }) < 0, 'a shorter list comes first')
  t.end()
})
