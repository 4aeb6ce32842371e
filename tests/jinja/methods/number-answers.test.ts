import t from 'tap'
import { Environment } from '../../../lib/jinja/index.ts'
import { answers } from '../../support/templates.ts'

t.test('integers tell how many bits they have', async (t) => {
  answers(t, [
    {
      source:
        '{{ (0).bit_length() }} {{ (1).bit_length() }} {{ (255).bit_length() }} {{ (-256).bit_length() }} {{ true.bit_length() }} {{ 9007199254740991 .bit_length() }}',
      answer: '0 1 8 9 1 53',
    },
    { source: '{{ (1).bit_length(1) }}', answer: { error: 'TypeError' } },
    { source: '{{ (1.5).bit_length() }}', answer: { error: 'UndefinedError' } },
  ])
})

t.test('floats tell whether they are whole', async (t) => {
  answers(t, [
    {
      source:
        '{{ (1.5).is_integer() }} {{ (2.0).is_integer() }} {{ (-0.0).is_integer() }} {{ (1e300).is_integer() }} {{ (0.1).is_integer() }}',
      answer: 'False True True True False',
    },
    { source: '{{ (1.5).is_integer(1) }}', answer: { error: 'TypeError' } },
  ])
})

t.test('numbers have their conjugate and parts', async (t) => {
  answers(t, [
    { source: '{{ (5).conjugate() }} {{ (1.5).conjugate() }} {{ true.conjugate() }}', answer: '5 1.5 1' },
    {
      source:
        '{{ (5).real }} {{ (5).imag }} {{ (5).numerator }} {{ (5).denominator }} {{ true.real }} {{ true.numerator }}',
      answer: '5 0 5 1 1 1',
    },
    {
      source: '{{ (1.5).real }} {{ (1.5).imag }} {{ (2.0).real }} {{ (1.5).numerator is defined }}',
      answer: '1.5 0.0 2.0 False',
    },
    {
      source: '{{ x.real }} {{ x.imag }} {{ y.imag }} {{ y.denominator }}',
      context: { x: 2.5, y: -3 },
      answer: '2.5 0.0 0 1',
    },
  ])
})

t.test('methods of JavaScript are not there', async (t) => {
  answers(t, [
    {
      source:
        '{{ (1).toFixed is defined }} {{ (1).toString is defined }} {{ (1.5).valueOf is defined }} {{ (1).constructor is defined }} {{ (1).nope is defined }}',
      answer: 'False False False False False',
    },
    { source: '{{ (1).toFixed(2) }}', answer: { error: 'UndefinedError' } },
    { source: '{{ (1).nope }}|', answer: '|' },
  ])
})

t.test('a BigInt has the methods of integers', async (t) => {
  const env = new Environment()
  t.equal(
    env.from_string('{{ x.bit_length() }} {{ x.real }} {{ x.denominator }}').render({ x: 2n ** 70n }),
    '71 1180591620717411303424 1',
  )
})
