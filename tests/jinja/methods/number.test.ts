import t from 'tap'
import { numberAttribute } from '../../../lib/jinja/methods/number.ts'
import { Float } from '../../../lib/jinja/python/containers.ts'
import { renderOf } from '../../support/jinja-answers.ts'

const CASES: [source: string, output: string][] = [
  ['{{ (5).bit_length() }}{{ (0).bit_length() }}{{ (-8).bit_length() }}{{ (2 ** 70).bit_length() }}', '304' + '71'],
  ['{{ (2.0).is_integer() }}{{ (2.5).is_integer() }}', 'TrueFalse'],
  ['{{ (5).conjugate() }}{{ (1.5).conjugate() }}', '51.5'],
  ['{{ (5).real }}{{ (5).imag }}{{ (1.5).real }}{{ (1.5).imag }}{{ true.real }}', '501.50.01'],
  ['{{ (5).numerator }}{{ (5).denominator }}', '51'],
  ['{{ (5).toFixed is undefined }}{{ (1.5).numerator is undefined }}', 'TrueTrue'],
]

t.test("numbers have the methods of Python's", (t) => {
  for (const [source, output] of CASES) t.equal(renderOf(source), output, source)
  t.end()
})

t.test('attributes that are no methods are values', (t) => {
  t.equal(numberAttribute(3, 'real'), 3)
  t.equal(String(numberAttribute(new Float(3), 'real')), '3.0')
  t.equal(numberAttribute(3, 'nope'), undefined)
  t.end()
})
