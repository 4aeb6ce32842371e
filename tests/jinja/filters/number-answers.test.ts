import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('abs takes the sign away', async (t) => {
  answers(t, [
    { source: '{{ (-0.0)|abs }} {{ (0.0)|abs }} {{ (-2.0)|abs }} {{ false|abs }}', answer: '0.0 0.0 2.0 0' },
    { source: '{{ x|abs }} {{ y|abs }}', context: { x: -2.5, y: -3 }, answer: '2.5 3' },
    { source: '{{ (-4.0)|abs }}', answer: '4.0' },
    { source: '{{ true|abs }}', answer: '1' },
    { source: '{{ "x"|abs }}', answer: { error: 'TypeError' } },
    { source: '{{ none|abs }}', answer: { error: 'TypeError' } },
    { source: '{{ nope|abs }}', answer: { error: 'TypeError' } },
    { source: '{{ [1]|abs }}', answer: { error: 'TypeError' } },
  ])
})

t.test('int reads whole numbers, or gives its default', async (t) => {
  answers(t, [
    {
      source: '{{ "42"|int }} {{ " 42 "|int }} {{ "-7"|int }} {{ "+7"|int }} {{ "1_000"|int }}',
      answer: '42 42 -7 7 1000',
    },
    { source: '{{ "42.9"|int }} {{ 42.9|int }} {{ -42.9|int }} {{ "1e3"|int }}', answer: '42 42 -42 1000' },
    { source: '{{ "x"|int }} {{ "x"|int(5) }} {{ "x"|int(default=none) }} {{ ""|int }}', answer: '0 5 None 0' },
    {
      source:
        '{{ "ff"|int(0, 16) }} {{ "0xff"|int(base=16) }} {{ "0b101"|int(0, 2) }} {{ "0o17"|int(0, 8) }} {{ "z"|int(base=36) }}',
      answer: '255 255 5 15 35',
    },
    { source: '{{ "0x1f"|int(base=0) }} {{ "010"|int(base=0) }} {{ "010"|int }}', answer: '31 10 10' },
    { source: '{{ "9"|int(7, base=8) }}', answer: '9' },
    { source: '{{ none|int }} {{ none|int(3) }} {{ true|int }} {{ []|int }}', answer: '0 3 1 0' },
    { source: '{{ nope|int }}', answer: { error: 'UndefinedError' } },
    { source: '{{ "٣٤"|int }}', answer: '34' },
    { source: '{{ "1__0"|int }} {{ "_1"|int }} {{ "1_"|int }}', answer: '0 0 0' },
    { source: '{{ "nan"|int(4) }} {{ "inf"|int(4) }}', answer: '4 4' },
    { source: '{{ "1"|int(base=1) }}', answer: '1' },
    { source: '{{ "1"|int(base=37) }}', answer: '1' },
    { source: '{{ 5|int(base=16) }}', answer: '5' },
    { source: '{{ "12345678901234567890"|int }}', answer: '12345678901234567890' },
    { source: '{{ "- 1"|int }}', answer: '0' },
    { source: '{{ "0b2"|int(9, 2) }}', answer: '9' },
  ])
})

t.test('float reads numbers, or gives its default', async (t) => {
  answers(t, [
    {
      source:
        '{{ "1.5"|float }} {{ "2"|float }} {{ 3|float }} {{ " 1e3 "|float }} {{ "1_0.5"|float }} {{ ".5"|float }} {{ "5."|float }}',
      answer: '1.5 2.0 3.0 1000.0 10.5 0.5 5.0',
    },
    {
      source: '{{ "x"|float }} {{ "x"|float(2.5) }} {{ "x"|float(default="d") }} {{ ""|float }}',
      answer: '0.0 2.5 d 0.0',
    },
    { source: '{{ "inf"|float }} {{ "-Infinity"|float }} {{ "nan"|float }}', answer: 'inf -inf nan' },
    { source: '{{ none|float }} {{ []|float(1) }} {{ true|float }}', answer: '0.0 1 1.0' },
    { source: '{{ nope|float }}', answer: { error: 'UndefinedError' } },
    { source: '{{ "0x10"|float }}', answer: '0.0' },
    { source: '{{ "1e"|float }} {{ "e1"|float }}', answer: '0.0 0.0' },
    {
      source: '{{ 1e22|float }} {{ 1e-5|float }} {{ 123456789012345678|float }}',
      answer: '1e+22 1e-05 1.2345678901234568e+17',
    },
  ])
})

t.test('round rounds ties to even, up or down, to any digit', async (t) => {
  answers(t, [
    { source: '{{ 42.55|round }} {{ 2.5|round }} {{ 3.5|round }} {{ -2.5|round }}', answer: '43.0 2.0 4.0 -2.0' },
    { source: '{{ 42.55|round(1) }} {{ 2.675|round(2) }} {{ 1.005|round(2) }}', answer: '42.5 2.67 1.0' },
    {
      source: '{{ 42.55|round(1, "floor") }} {{ 42.51|round(1, "ceil") }} {{ 42.55|round(method="ceil") }}',
      answer: '42.5 42.6 43.0',
    },
    {
      source:
        '{{ 1234|round(-2) }} {{ 1250|round(-2) }} {{ 1350|round(-2) }} {{ 1234.5|round(-2) }} {{ -1250|round(-2) }}',
      answer: '1200 1200 1400 1200.0 -1200',
    },
    {
      source: '{{ 5|round }} {{ 5|round(2) }} {{ 5|round(0, "floor") }} {{ 5|round(method="common") }}',
      answer: '5 5 5.0 5',
    },
    { source: '{{ true|round }}', answer: '1' },
    { source: '{{ 42.55|round(1, "up") }}', answer: { error: 'FilterArgumentError' } },
    { source: '{{ "x"|round }}', answer: { error: 'TypeError' } },
    { source: '{{ nope|round }}', answer: { error: 'TypeError' } },
    { source: '{{ none|round }}', answer: { error: 'TypeError' } },
    {
      source: '{{ -42.55|round(1, "floor") }} {{ -42.55|round(1, "ceil") }} {{ -0.4|round }}',
      answer: '-42.6 -42.5 -0.0',
    },
    { source: '{{ 42.55|round|int }}', answer: '43' },
    { source: '{{ 1234|round(-2, "floor") }} {{ 1234|round(-2, "ceil") }}', answer: '1200.0 1300.0' },
    { source: '{{ 2.5|round(1.5) }}', answer: { error: 'TypeError' } },
    { source: '{{ 0.5|round }} {{ 1.5|round }} {{ 1e300|round }} {{ 1e22|round(2) }}', answer: '0.0 2.0 1e+300 1e+22' },
  ])
})

t.test('filesizeformat gives bytes in decimal or binary units', async (t) => {
  answers(t, [
    {
      source:
        '{{ 1e12|filesizeformat }} {{ 1e15|filesizeformat }} {{ 1e18|filesizeformat }} {{ 1e21|filesizeformat }} {{ 1e24|filesizeformat }} {{ 1e30|filesizeformat }}',
      answer: '1.0 TB 1.0 PB 1.0 EB 1.0 ZB 1000.0 ZB 1000000.0 YB',
    },
    {
      source:
        '{{ 0|filesizeformat }} {{ 1|filesizeformat }} {{ 2|filesizeformat }} {{ 999|filesizeformat }} {{ 1000|filesizeformat }} {{ 1023|filesizeformat(true) }} {{ 1024|filesizeformat(true) }}',
      answer: '0 Bytes 1 Byte 2 Bytes 999 Bytes 1.0 kB 1023 Bytes 1.0 KiB',
    },
    {
      source:
        '{{ 1048576|filesizeformat(binary=true) }} {{ 1073741824|filesizeformat(true) }} {{ 1e30|filesizeformat(true) }}',
      answer: '1.0 MiB 1.0 GiB 827180.6 YiB',
    },
    {
      source: '{{ "100"|filesizeformat }} {{ "1e3"|filesizeformat }} {{ 1.9|filesizeformat }} {{ 1.0|filesizeformat }}',
      answer: '100 Bytes 1.0 kB 1 Bytes 1 Byte',
    },
    { source: '{{ -5|filesizeformat }} {{ -5000|filesizeformat }}', answer: '-5 Bytes -5000 Bytes' },
    { source: '{{ "x"|filesizeformat }}', answer: { error: 'ValueError' } },
    { source: '{{ none|filesizeformat }}', answer: { error: 'TypeError' } },
    { source: '{{ nope|filesizeformat }}', answer: { error: 'UndefinedError' } },
    { source: '{{ 999999|filesizeformat }} {{ 999949|filesizeformat }}', answer: '1000.0 kB 999.9 kB' },
    {
      source: '{{ 1e999|filesizeformat }} {{ n|filesizeformat(true) }} {{ "9e999"|filesizeformat }}',
      context: { n: Number.NaN },
      answer: 'inf YB nan YiB inf YB',
    },
    { source: '{{ -1e999|filesizeformat }}', answer: { error: 'OverflowError' } },
    { source: '{{ -1e30|filesizeformat }}', answer: '-1000000000000000019884624838656 Bytes' },
  ])
})

// security.md 1.8, "SSTI": one number in a template cannot keep the process busy.
t.test('round takes decimals beyond those that a number has', async (t) => {
  answers(t, [
    {
      source: '{{ 5|round(400) }} {{ 5|round(-400) }} {{ -5|round(-400) }} {{ 5.5|round(400) }} {{ 5.5|round(-400) }}',
      answer: '5 0 0 5.5 0.0',
    },
    { source: '{{ 5|round(10**9) }} {{ 5|round(-(10**9)) }} {{ 5.5|round(10**9) }}', answer: '5 0 5.5' },
    { source: '{{ 5|round(400, "ceil") }} {{ 5|round(10**9, "floor") }}', answer: '5.0 5.0' },
    { source: '{{ 5.5|round(400, "ceil") }}', answer: { error: 'OverflowError' } },
    { source: '{{ 5.5|round(-400, "ceil") }}', answer: { error: 'ZeroDivisionError' } },
    { source: '{{ 1e999|round(2) }} {{ n|round(2) }}', context: { n: Number.NaN }, answer: 'inf nan' },
    { source: '{{ 1e999|round(0, "ceil") }}', answer: { error: 'OverflowError' } },
    { source: '{{ n|round(0, "floor") }}', context: { n: Number.NaN }, answer: { error: 'ValueError' } },
    { source: '{{ 950|round(-3) }} {{ 499|round(-3) }} {{ 9|round(-1) }} {{ -9|round(-2) }}', answer: '1000 0 10 0' },
  ])
})

t.test('sum adds items or their attributes to a start', async (t) => {
  answers(t, [
    {
      source: '{{ [1, 2, 3]|sum }} {{ []|sum }} {{ [1.5, 2]|sum }} {{ [0.1, 0.2]|sum }}',
      answer: '6 0 3.5 0.30000000000000004',
    },
    {
      source: '{{ us|sum(attribute="v") }} {{ us|sum("v", 10) }} {{ us|sum(attribute="v", start=0.5) }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: '5 15 5.5',
    },
    { source: '{{ [[1], [2]]|sum(start=[]) }}', answer: '[1, 2]' },
    { source: '{{ ["a"]|sum }}', answer: { error: 'TypeError' } },
    { source: '{{ ["a"]|sum(start="") }}', answer: { error: 'TypeError' } },
    {
      source: '{{ us|sum("nope") }}',
      context: {
        us: [
          { n: 'b', v: 2, o: { k: [1, 2] } },
          { n: 'A', v: 1, o: { k: [3, 4] } },
          { n: 'c', v: 2 },
        ],
      },
      answer: { error: 'UndefinedError' },
    },
    { source: '{{ nope|sum }}', answer: '0' },
    { source: '{{ none|sum }}', answer: { error: 'TypeError' } },
    { source: '{{ [[1, 2], [3, 4]]|sum(attribute=0) }} {{ [[1, 2], [3, 4]]|sum(attribute="1") }}', answer: '4 6' },
    { source: '{{ [true, true]|sum }}', answer: '2' },
    { source: '{{ (1, 2)|sum }} {{ range(4)|sum }} {{ {1: 2, 3: 4}|sum }}', answer: '3 6 4' },
    { source: '{{ []|sum(start=5) }}', answer: '5' },
  ])
})
