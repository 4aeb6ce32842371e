import t from 'tap'
import { Markup } from '../../../lib/jinja/markup.ts'
import { Float, Tuple } from '../../../lib/jinja/python/containers.ts'
import {
  add,
  div,
  floordiv,
  integer,
  isInteger,
  mod,
  mul,
  neg,
  pos,
  pow,
  sub,
} from '../../../lib/jinja/python/operators.ts'
import { StrictUndefined, Undefined } from '../../../lib/jinja/undefined.ts'
import { answerOf } from '../../support/jinja-answers.ts'

const OPERATORS = { add, sub, mul, div, floordiv, mod, pow }
type Operator = keyof typeof OPERATORS

const NUMBERS = [
  0,
  1,
  7,
  -7,
  -2,
  true,
  new Float(0),
  new Float(3),
  -2.5,
  0.1,
  9007199254740992n,
  -100000000000000000000n,
]

/** What Python answers: one line for each left number, in it one answer for each right one. */
const ANSWERS: Record<Operator, string[]> = {
  add: [
    '0 1 7 -7 -2 1 0.0 3.0 -2.5 0.1 9007199254740992 -100000000000000000000',
    '1 2 8 -6 -1 2 1.0 4.0 -1.5 1.1 9007199254740993 -99999999999999999999',
    '7 8 14 0 5 8 7.0 10.0 4.5 7.1 9007199254740999 -99999999999999999993',
    '-7 -6 0 -14 -9 -6 -7.0 -4.0 -9.5 -6.9 9007199254740985 -100000000000000000007',
    '-2 -1 5 -9 -4 -1 -2.0 1.0 -4.5 -1.9 9007199254740990 -100000000000000000002',
    '1 2 8 -6 -1 2 1.0 4.0 -1.5 1.1 9007199254740993 -99999999999999999999',
    '0.0 1.0 7.0 -7.0 -2.0 1.0 0.0 3.0 -2.5 0.1 9007199254740992.0 -1e+20',
    '3.0 4.0 10.0 -4.0 1.0 4.0 3.0 6.0 0.5 3.1 9007199254740996.0 -1e+20',
    '-2.5 -1.5 4.5 -9.5 -4.5 -1.5 -2.5 0.5 -5.0 -2.4 9007199254740990.0 -1e+20',
    '0.1 1.1 7.1 -6.9 -1.9 1.1 0.1 3.1 -2.4 0.2 9007199254740992.0 -1e+20',
    '9007199254740992 9007199254740993 9007199254740999 9007199254740985 9007199254740990 9007199254740993 9007199254740992.0 9007199254740996.0 9007199254740990.0 9007199254740992.0 18014398509481984 -99990992800745259008',
    '-100000000000000000000 -99999999999999999999 -99999999999999999993 -100000000000000000007 -100000000000000000002 -99999999999999999999 -1e+20 -1e+20 -1e+20 -1e+20 -99990992800745259008 -200000000000000000000',
  ],
  sub: [
    '0 -1 -7 7 2 -1 0.0 -3.0 2.5 -0.1 -9007199254740992 100000000000000000000',
    '1 0 -6 8 3 0 1.0 -2.0 3.5 0.9 -9007199254740991 100000000000000000001',
    '7 6 0 14 9 6 7.0 4.0 9.5 6.9 -9007199254740985 100000000000000000007',
    '-7 -8 -14 0 -5 -8 -7.0 -10.0 -4.5 -7.1 -9007199254740999 99999999999999999993',
    '-2 -3 -9 5 0 -3 -2.0 -5.0 0.5 -2.1 -9007199254740994 99999999999999999998',
    '1 0 -6 8 3 0 1.0 -2.0 3.5 0.9 -9007199254740991 100000000000000000001',
    '0.0 -1.0 -7.0 7.0 2.0 -1.0 0.0 -3.0 2.5 -0.1 -9007199254740992.0 1e+20',
    '3.0 2.0 -4.0 10.0 5.0 2.0 3.0 0.0 5.5 2.9 -9007199254740989.0 1e+20',
    '-2.5 -3.5 -9.5 4.5 -0.5 -3.5 -2.5 -5.5 0.0 -2.6 -9007199254740994.0 1e+20',
    '0.1 -0.9 -6.9 7.1 2.1 -0.9 0.1 -2.9 2.6 0.0 -9007199254740992.0 1e+20',
    '9007199254740992 9007199254740991 9007199254740985 9007199254740999 9007199254740994 9007199254740991 9007199254740992.0 9007199254740989.0 9007199254740994.0 9007199254740992.0 0 100009007199254740992',
    '-100000000000000000000 -100000000000000000001 -100000000000000000007 -99999999999999999993 -99999999999999999998 -100000000000000000001 -1e+20 -1e+20 -1e+20 -1e+20 -100009007199254740992 0',
  ],
  mul: [
    '0 0 0 0 0 0 0.0 0.0 -0.0 0.0 0 0',
    '0 1 7 -7 -2 1 0.0 3.0 -2.5 0.1 9007199254740992 -100000000000000000000',
    '0 7 49 -49 -14 7 0.0 21.0 -17.5 0.7000000000000001 63050394783186944 -700000000000000000000',
    '0 -7 -49 49 14 -7 -0.0 -21.0 17.5 -0.7000000000000001 -63050394783186944 700000000000000000000',
    '0 -2 -14 14 4 -2 -0.0 -6.0 5.0 -0.2 -18014398509481984 200000000000000000000',
    '0 1 7 -7 -2 1 0.0 3.0 -2.5 0.1 9007199254740992 -100000000000000000000',
    '0.0 0.0 0.0 -0.0 -0.0 0.0 0.0 0.0 -0.0 0.0 0.0 -0.0',
    '0.0 3.0 21.0 -21.0 -6.0 3.0 0.0 9.0 -7.5 0.30000000000000004 2.7021597764222976e+16 -3e+20',
    '-0.0 -2.5 -17.5 17.5 5.0 -2.5 -0.0 -7.5 6.25 -0.25 -2.251799813685248e+16 2.5e+20',
    '0.0 0.1 0.7000000000000001 -0.7000000000000001 -0.2 0.1 0.0 0.30000000000000004 -0.25 0.010000000000000002 900719925474099.2 -1e+19',
    '0 9007199254740992 63050394783186944 -63050394783186944 -18014398509481984 9007199254740992 0.0 2.7021597764222976e+16 -2.251799813685248e+16 900719925474099.2 81129638414606681695789005144064 -900719925474099200000000000000000000',
    '0 -100000000000000000000 -700000000000000000000 700000000000000000000 200000000000000000000 -100000000000000000000 -0.0 -3e+20 2.5e+20 -1e+19 -900719925474099200000000000000000000 10000000000000000000000000000000000000000',
  ],
  div: [
    '!ZeroDivisionError 0.0 0.0 -0.0 -0.0 0.0 !ZeroDivisionError 0.0 -0.0 0.0 0.0 -0.0',
    '!ZeroDivisionError 1.0 0.14285714285714285 -0.14285714285714285 -0.5 1.0 !ZeroDivisionError 0.3333333333333333 -0.4 10.0 1.1102230246251565e-16 -1e-20',
    '!ZeroDivisionError 7.0 1.0 -1.0 -3.5 7.0 !ZeroDivisionError 2.3333333333333335 -2.8 70.0 7.771561172376096e-16 -7e-20',
    '!ZeroDivisionError -7.0 -1.0 1.0 3.5 -7.0 !ZeroDivisionError -2.3333333333333335 2.8 -70.0 -7.771561172376096e-16 7e-20',
    '!ZeroDivisionError -2.0 -0.2857142857142857 0.2857142857142857 1.0 -2.0 !ZeroDivisionError -0.6666666666666666 0.8 -20.0 -2.220446049250313e-16 2e-20',
    '!ZeroDivisionError 1.0 0.14285714285714285 -0.14285714285714285 -0.5 1.0 !ZeroDivisionError 0.3333333333333333 -0.4 10.0 1.1102230246251565e-16 -1e-20',
    '!ZeroDivisionError 0.0 0.0 -0.0 -0.0 0.0 !ZeroDivisionError 0.0 -0.0 0.0 0.0 -0.0',
    '!ZeroDivisionError 3.0 0.42857142857142855 -0.42857142857142855 -1.5 3.0 !ZeroDivisionError 1.0 -1.2 30.0 3.3306690738754696e-16 -3e-20',
    '!ZeroDivisionError -2.5 -0.35714285714285715 0.35714285714285715 1.25 -2.5 !ZeroDivisionError -0.8333333333333334 1.0 -25.0 -2.7755575615628914e-16 2.5e-20',
    '!ZeroDivisionError 0.1 0.014285714285714287 -0.014285714285714287 -0.05 0.1 !ZeroDivisionError 0.03333333333333333 -0.04 1.0 1.1102230246251566e-17 -1.0000000000000001e-21',
    '!ZeroDivisionError 9007199254740992.0 1286742750677284.5 -1286742750677284.5 -4503599627370496.0 9007199254740992.0 !ZeroDivisionError 3002399751580330.5 -3602879701896397.0 9.007199254740992e+16 1.0 -9.007199254740992e-05',
    '!ZeroDivisionError -1e+20 -1.4285714285714287e+19 1.4285714285714287e+19 5e+19 -1e+20 !ZeroDivisionError -3.333333333333333e+19 4e+19 -1e+21 -11102.230246251565 1.0',
  ],
  floordiv: [
    '!ZeroDivisionError 0 0 0 0 0 !ZeroDivisionError 0.0 -0.0 0.0 0 0',
    '!ZeroDivisionError 1 0 -1 -1 1 !ZeroDivisionError 0.0 -1.0 9.0 0 -1',
    '!ZeroDivisionError 7 1 -1 -4 7 !ZeroDivisionError 2.0 -3.0 69.0 0 -1',
    '!ZeroDivisionError -7 -1 1 3 -7 !ZeroDivisionError -3.0 2.0 -70.0 -1 0',
    '!ZeroDivisionError -2 -1 0 1 -2 !ZeroDivisionError -1.0 0.0 -20.0 -1 0',
    '!ZeroDivisionError 1 0 -1 -1 1 !ZeroDivisionError 0.0 -1.0 9.0 0 -1',
    '!ZeroDivisionError 0.0 0.0 -0.0 -0.0 0.0 !ZeroDivisionError 0.0 -0.0 0.0 0.0 -0.0',
    '!ZeroDivisionError 3.0 0.0 -1.0 -2.0 3.0 !ZeroDivisionError 1.0 -2.0 29.0 0.0 -1.0',
    '!ZeroDivisionError -3.0 -1.0 0.0 1.0 -3.0 !ZeroDivisionError -1.0 1.0 -25.0 -1.0 0.0',
    '!ZeroDivisionError 0.0 0.0 -1.0 -1.0 0.0 !ZeroDivisionError 0.0 -1.0 1.0 0.0 -1.0',
    '!ZeroDivisionError 9007199254740992 1286742750677284 -1286742750677285 -4503599627370496 9007199254740992 !ZeroDivisionError 3002399751580330.0 -3602879701896397.0 9.007199254740992e+16 1 -1',
    '!ZeroDivisionError -100000000000000000000 -14285714285714285715 14285714285714285714 50000000000000000000 -100000000000000000000 !ZeroDivisionError -3.333333333333333e+19 4e+19 -1e+21 -11103 1',
  ],
  mod: [
    '!ZeroDivisionError 0 0 0 0 0 !ZeroDivisionError 0.0 -0.0 0.0 0 0',
    '!ZeroDivisionError 0 1 -6 -1 0 !ZeroDivisionError 1.0 -1.5 0.09999999999999995 1 -99999999999999999999',
    '!ZeroDivisionError 0 0 0 -1 0 !ZeroDivisionError 1.0 -0.5 0.09999999999999962 7 -99999999999999999993',
    '!ZeroDivisionError 0 0 0 -1 0 !ZeroDivisionError 2.0 -2.0 3.885780586188048e-16 9007199254740985 -7',
    '!ZeroDivisionError 0 5 -2 0 0 !ZeroDivisionError 1.0 -2.0 1.1102230246251565e-16 9007199254740990 -2',
    '!ZeroDivisionError 0 1 -6 -1 0 !ZeroDivisionError 1.0 -1.5 0.09999999999999995 1 -99999999999999999999',
    '!ZeroDivisionError 0.0 0.0 -0.0 -0.0 0.0 !ZeroDivisionError 0.0 -0.0 0.0 0.0 -0.0',
    '!ZeroDivisionError 0.0 3.0 -4.0 -1.0 0.0 !ZeroDivisionError 0.0 -2.0 0.09999999999999984 3.0 -1e+20',
    '!ZeroDivisionError 0.5 4.5 -2.5 -0.5 0.5 !ZeroDivisionError 0.5 -0.0 1.3877787807814457e-16 9007199254740990.0 -2.5',
    '!ZeroDivisionError 0.1 0.1 -6.9 -1.9 0.1 !ZeroDivisionError 0.1 -2.4 0.0 0.1 -1e+20',
    '!ZeroDivisionError 0 4 -3 0 0 !ZeroDivisionError 2.0 -0.5 2.7755575615628914e-17 0 -99990992800745259008',
    '!ZeroDivisionError 0 5 -2 0 0 !ZeroDivisionError 2.0 -0.0 0.01512312578239397 6933325389234176 0',
  ],
  pow: [
    '1 0 0 !ZeroDivisionError !ZeroDivisionError 0 1.0 0.0',
    '1 1 1 1.0 1.0 1 1.0 1.0',
    '1 7 823543 1.2142656789020123e-06 0.02040816326530612 7 1.0 343.0',
    '1 -7 -823543 -1.2142656789020123e-06 0.02040816326530612 -7 1.0 -343.0',
    '1 -2 -128 -0.0078125 0.25 -2 1.0 -8.0',
    '1 1 1 1.0 1.0 1 1.0 1.0',
    '1.0 0.0 0.0 !ZeroDivisionError !ZeroDivisionError 0.0 1.0 0.0',
    '1.0 3.0 2187.0 0.0004572473708276177 0.1111111111111111 3.0 1.0 27.0',
    '1.0 -2.5 -610.3515625 -0.0016384 0.16 -2.5 1.0 -15.625',
    '1.0 0.1 1.0000000000000004e-07 9999999.999999996 99.99999999999999 0.1 1.0 0.0010000000000000002',
    '1 9007199254740992 4809815209520810450717656262224562232065397860164239095208531909697964083434718092213655548692006303809402830848 2.07908195312898e-112 1.232595164407831e-32 9007199254740992 1.0 7.307508186654515e+47',
    '1 -100000000000000000000 -100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 -1e-140 1e-40 -100000000000000000000 1.0 -1e+60',
  ],
}

t.test('two numbers give what Python gives, integers exactly', (t) => {
  for (const [name, lines] of Object.entries(ANSWERS)) {
    const operate = OPERATORS[name as Operator]
    lines.forEach((line, row) => {
      const right = NUMBERS.slice(0, line.split(' ').length)
      const found = right.map((number) => answerOf(() => operate(NUMBERS[row], number))).join(' ')
      t.equal(found, line, `${String(NUMBERS[row])} ${name} each`)
    })
  }
  t.end()
})

const OTHERS: [operator: Operator, left: unknown, right: unknown, answer: string][] = [
  ['add', 'a', 'b', "'ab'"],
  ['add', 'a', new Markup('<b>'), "Markup('a<b>')"],
  ['add', new Markup('<i>'), '<', "Markup('<i>&lt;')"],
  ['add', new Markup('&'), new Markup('<'), "Markup('&<')"],
  ['add', new Markup('a'), 1, '!TypeError'],
  ['add', 1, 'a', '!TypeError'],
  ['add', 'a', 1, '!TypeError'],
  ['add', 'a', null, '!TypeError'],
  ['add', [1], [2, 'x'], "[1, 2, 'x']"],
  ['add', Tuple.make([1]), Tuple.make([2]), '(1, 2)'],
  ['add', [1], Tuple.make([2]), '!TypeError'],
  ['add', Tuple.make([1]), [2], '!TypeError'],
  ['add', {}, {}, '!TypeError'],
  ['add', null, null, '!TypeError'],
  ['add', [1], 'a', '!TypeError'],
  ['add', 1, [1], '!TypeError'],
  ['add', 9007199254740991, 1, '9007199254740992'],
  ['add', 9007199254740991, 2, '9007199254740993'],
  ['add', 0.1, 0.2, '0.30000000000000004'],
  ['add', 1e308, 1e308, 'inf'],
  ['sub', new Set([1, 2, 3]), new Set([2]), '{1, 3}'],
  ['sub', 'a', 'b', '!TypeError'],
  ['sub', [1], [1], '!TypeError'],
  ['sub', null, 1, '!TypeError'],
  ['sub', -9007199254740991, 2, '-9007199254740993'],
  ['mul', 'ab', 3, "'ababab'"],
  ['mul', 3, 'ab', "'ababab'"],
  ['mul', 'ab', 0, "''"],
  ['mul', 'ab', -1, "''"],
  ['mul', 'ab', true, "'ab'"],
  ['mul', [1, 2], 2, '[1, 2, 1, 2]'],
  ['mul', 2, [0], '[0, 0]'],
  ['mul', Tuple.make([1]), 3, '(1, 1, 1)'],
  ['mul', new Markup('<'), 2, "Markup('<<')"],
  ['mul', 'a', 'b', '!TypeError'],
  ['mul', 'a', 1.5, '!TypeError'],
  ['mul', [], 3, '[]'],
  ['mul', null, 2, '!TypeError'],
  ['mul', {}, 2, '!TypeError'],
  ['mul', 94906267, 94906267, '9007199515875289'],
  ['mul', 1e308, new Float(10), 'inf'],
  ['mul', [], 2147483648, '[]'],
  ['div', 1, 'a', '!TypeError'],
  ['div', 'a', 1, '!TypeError'],
  [
    'div',
    1606938044258990275541962092341162602522202993782792835301376n,
    803469022129495137770981046170581301261101496891396417650688n,
    '2.0',
  ],
  ['div', 1, 3, '0.3333333333333333'],
  ['div', 1000000000000000000000000000000n, 3, '3.333333333333333e+29'],
  ['div', -1, 1000000000000000000000000000000n, '-1e-30'],
  ['div', true, 2, '0.5'],
  ['div', null, 1, '!TypeError'],
  ['floordiv', 7, new Float(0), '!ZeroDivisionError'],
  ['floordiv', -7, new Float(0), '!ZeroDivisionError'],
  ['floordiv', 'a', 2, '!TypeError'],
  ['floordiv', 1000000000000000000000000000000n, 7, '142857142857142857142857142857'],
  ['floordiv', -1000000000000000000000000000000n, 7, '-142857142857142857142857142858'],
  ['floordiv', 1e300, 1e-10, 'inf'],
  ['floordiv', 0.7, 0.1, '6.0'],
  ['floordiv', -1, new Float(3), '-1.0'],
  ['floordiv', new Float(5), -0.5, '-10.0'],
  ['floordiv', Number.POSITIVE_INFINITY, 2, 'nan'],
  ['mod', 5.5, 2, '1.5'],
  ['mod', -5.5, 2, '0.5'],
  ['mod', 5, -3.5, '-2.0'],
  ['mod', 1000000000000000000000000000000n, 7, '1'],
  ['mod', '%s!', 1, "'1!'"],
  ['mod', '%d', Tuple.make([1]), "'1'"],
  ['mod', new Markup('%s'), '<', "Markup('&lt;')"],
  ['mod', 1, 'a', '!TypeError'],
  ['mod', null, 1, '!TypeError'],
  ['mod', new Float(-1), Number.POSITIVE_INFINITY, 'inf'],
  ['mod', new Float(1), Number.NEGATIVE_INFINITY, '-inf'],
  ['mod', new Float(-0), 2, '0.0'],
  ['pow', 2, -1, '0.5'],
  ['pow', 2, -2, '0.25'],
  ['pow', 0, -1, '!ZeroDivisionError'],
  ['pow', new Float(0), -1, '!ZeroDivisionError'],
  ['pow', 10, 15, '1000000000000000'],
  ['pow', 10, 16, '10000000000000000'],
  ['pow', 10, 20, '100000000000000000000'],
  ['pow', 7, 77, '118181386580595879976868414312001964434038548836769923458287039207'],
  ['pow', -2, 63, '-9223372036854775808'],
  ['pow', 2, 0.5, '1.4142135623730951'],
  ['pow', -8, 0.5, '!TypeError'],
  ['pow', 1.1, 10, '2.5937424601000023'],
  ['pow', 3.3, 7, '4261.844297699999'],
  ['pow', 0.1, 3, '0.0010000000000000002'],
  ['pow', new Float(10000000000), -3, '1e-30'],
  ['pow', new Float(10), 400, '!OverflowError'],
  ['pow', 10, new Float(400), '!OverflowError'],
  ['pow', 2, 'a', '!TypeError'],
  ['pow', 'a', 2, '!TypeError'],
  ['pow', 1, 1000000000000000000000000000000n, '1'],
  ['pow', 0, 1000000000000000000000000000000n, '0'],
  ['pow', -1, 1000000000000000000000000000000n, '1'],
  ['pow', 0, 0, '1'],
  ['pow', 9, 0.5, '3.0'],
  ['pow', new Float(2), 1023, '8.98846567431158e+307'],
  ['pow', 1.7, -5, '0.07042962777237427'],
  ['pow', 1e-5, 60, '1.0000000000000048e-300'],
  ['pow', 5e-324, 1, '5e-324'],
  ['pow', 0.3, 13, '1.5943229999999992e-07'],
  ['pow', 2, -1074, '5e-324'],
  ['pow', 2, -1075, '0.0'],
]

t.test('texts, lists and numbers at the edges give what Python gives', (t) => {
  for (const [name, left, right, answer] of OTHERS) {
    t.equal(
      answerOf(() => OPERATORS[name](left, right)),
      answer,
      `${name} ${String(left)} ${String(right)}`,
    )
  }
  t.end()
})

const SIGNS: [value: unknown, negative: string, positive: string][] = [
  [0, '0', '0'],
  [5, '-5', '5'],
  [-5, '5', '-5'],
  [true, '-1', '1'],
  [2.5, '-2.5', '2.5'],
  [new Float(3), '-3.0', '3.0'],
  [new Float(0), '-0.0', '0.0'],
  [new Float(-0), '0.0', '-0.0'],
  [100000000000000000000n, '-100000000000000000000', '100000000000000000000'],
  ['a', '!TypeError', '!TypeError'],
  [null, '!TypeError', '!TypeError'],
  [[], '!TypeError', '!TypeError'],
]

t.test('a sign before a value gives what Python gives', (t) => {
  for (const [value, negative, positive] of SIGNS) {
    t.equal(
      answerOf(() => neg(value)),
      negative,
      `-${String(value)}`,
    )
    t.equal(
      answerOf(() => pos(value)),
      positive,
      `+${String(value)}`,
    )
  }
  t.end()
})

t.test('an undefined operand fails with its own sentence', (t) => {
  const missing = new Undefined({ name: 'price' })
  for (const operate of Object.values(OPERATORS)) {
    for (const value of [1, 2.5, [1], null]) {
      t.throws(() => operate(missing, value), { name: 'UndefinedError', message: "'price' is undefined" })
      t.throws(() => operate(value, missing), { name: 'UndefinedError', message: "'price' is undefined" })
    }
    t.throws(() => operate(new StrictUndefined({ name: 'x' }), 'text'), { name: 'UndefinedError' })
  }
  t.throws(() => neg(missing), { name: 'UndefinedError' })
  t.throws(() => pos(missing), { name: 'UndefinedError' })
  t.end()
})

t.test('operands without the operator are named by their Python types', (t) => {
  t.throws(() => add(1, 'a'), { name: 'TypeError', message: /\+.*'int' and 'str'/ })
  t.throws(() => sub({}, []), { name: 'TypeError', message: /-.*'dict' and 'list'/ })
  t.throws(() => neg('a'), { name: 'TypeError', message: /-.*'str'/ })
  t.end()
})

t.test('a sum leaves its operands alone', (t) => {
  const left = [1]
  const both = add(left, [2])
  t.same(both, [1, 2])
  t.same(left, [1])
  t.not(mul(left, 1), left)
  t.end()
})

// security.md 1.8, "SSTI": a template cannot make the process compute or keep what is beyond all use.
t.test('results too large to be of use are refused at once', (t) => {
  const huge: [operator: Operator, left: unknown, right: unknown][] = [
    ['pow', 10, 10 ** 9],
    ['pow', -7, 2n ** 70n],
    ['pow', 2n ** 64n, 2 ** 40],
    ['mul', 'x', 10 ** 15],
    ['mul', new Markup('<br>'), 2 ** 40],
    ['mul', 2 ** 40, 'x'],
    ['mul', [0], 10 ** 12],
    ['mul', Tuple.make([0]), 10 ** 12],
    ['mul', 'x', 10n ** 30n],
  ]
  const started = performance.now()
  for (const [name, left, right] of huge) {
    t.throws(() => OPERATORS[name](left, right), { name: 'OverflowError' }, `${name} ${String(right)}`)
  }
  t.ok(performance.now() - started < 1_000, 'without computing them')
  t.end()
})

t.test('long lists are repeated and joined without running out of stack', (t) => {
  const long = Array.from({ length: 200_000 }, (_, index) => index)
  t.equal((add(long, long) as unknown[]).length, 400_000)
  t.equal((mul(long, 2) as unknown[]).length, 400_000)
  t.equal((mul(Tuple.make(long), 2) as unknown[]).length, 400_000)
  t.end()
})

t.test('an integer is a whole number outside of a box, of any size', (t) => {
  for (const value of [0, -5, 2 ** 53 - 1, 2n ** 80n, true]) t.ok(isInteger(value), String(value))
  for (const value of [1.5, 2 ** 53, Number.NaN, new Float(1), '1', null, undefined]) {
    t.notOk(isInteger(value), String(value))
  }
  t.equal(integer(2n ** 53n - 1n), 2 ** 53 - 1)
  t.equal(integer(2n ** 53n), 2n ** 53n)
  t.equal(integer(-(2n ** 53n)), -(2n ** 53n))
  t.end()
})
