import t from 'tap'
import { renderOf } from '../../support/jinja-answers.ts'

const CASES: [filtered: string, output: string][] = [
  ['-3|abs ~ " " ~ (-2.5)|abs ~ " " ~ 2.0|abs', '3 2.5 2.0'],
  ['"a"|abs', '!TypeError'],
  [
    '0|filesizeformat ~ " " ~ 1|filesizeformat ~ " " ~ 1300|filesizeformat ~ " " ~ "12345"|filesizeformat',
    '0 Bytes 1 Byte 1.3 kB 12.3 kB',
  ],
  ['1024|filesizeformat(true) ~ " " ~ 1000|filesizeformat(binary=true)', '1.0 KiB 1000 Bytes'],
  ['1e30|filesizeformat', '1000000.0 YB'],
  ['"x"|filesizeformat', '!ValueError'],
  ['none|filesizeformat', '!TypeError'],
  ['nope|filesizeformat', '!UndefinedError'],
  ['"1.5"|float ~ " " ~ 3|float ~ " " ~ "x"|float ~ " " ~ "x"|float(7) ~ " " ~ "-inf"|float', '1.5 3.0 0.0 7 -inf'],
  ['nope|float', '!UndefinedError'],
  ['"42"|int ~ " " ~ 3.9|int ~ " " ~ "3.9"|int ~ " " ~ "x"|int(5) ~ " " ~ none|int ~ " " ~ true|int', '42 3 3 5 0 1'],
  ['"ff"|int(base=16) ~ " " ~ "0b11"|int(0, 0) ~ " " ~ "zz"|int(0, 36)', '255 3 1295'],
  ['"12345678901234567890"|int', '12345678901234567890'],
  ['nope|int', '!UndefinedError'],
  [
    '2.5|round ~ " " ~ 3.5|round ~ " " ~ 2.675|round(2) ~ " " ~ 5|round ~ " " ~ 1250|round(-2) ~ " " ~ 1350|round(-2)',
    '2.0 4.0 2.67 5 1200 1400',
  ],
  ['2.1|round(0, "ceil") ~ " " ~ 2.19|round(1, "floor") ~ " " ~ -2.5|round(method="floor")', '3.0 2.1 -3.0'],
  ['1|round(0, "x")', '!FilterArgumentError'],
  ['"a"|round', '!TypeError'],
  ['"a"|round(0, "ceil")', '!TypeError'],
  ['1e400|round', 'inf'],
  ['15.5|round(-1)', '20.0'],
  ['[1, 2.5]|sum ~ " " ~ [1]|sum(start=10) ~ " " ~ []|sum', '3.5 11 0'],
  ['[{"a": 1}, {"a": 2}]|sum("a")', '3'],
  ['[[1], [2]]|sum(start=[])', '[1, 2]'],
  ['["a"]|sum', '!TypeError'],
  ['["a"]|sum(start="")', '!TypeError'],
  ['[true, true]|sum', '2'],
]

t.test('numbers are filtered as in Jinja', (t) => {
  for (const [filtered, output] of CASES) t.equal(renderOf(`{{ ${filtered} }}`), output, filtered)
  t.end()
})
