import t from 'tap'
import { defaultFilters } from '../../../lib/jinja/filters/index.ts'
import { renderOf } from '../../support/jinja-answers.ts'

const NAMES =
  'abs attr batch capitalize center count d default dictsort e escape filesizeformat first float forceescape format groupby ' +
  'indent int items join last length list lower map max min random reject rejectattr replace reverse round safe select ' +
  'selectattr slice sort string striptags sum title tojson trim truncate unique upper urlencode urlize wordcount wordwrap xmlattr'

t.test('every filter of Jinja but pprint is there', (t) => {
  t.equal(Object.keys(defaultFilters()).sort().join(' '), NAMES)
  t.not(defaultFilters(), defaultFilters())
  t.end()
})

const CASES: [filtered: string, output: string][] = [
  ['nope|default', ''],
  ['nope|d("x") ~ none|d("x") ~ ""|d("x")', 'xNone'],
  ['none|d("x", true) ~ ""|default("x", boolean=true) ~ 0|d(1, true)', 'xx1'],
  ['nope.x|default("d")', '!UndefinedError'],
]

t.test('default takes the place of what is missing, or with true of what is false', (t) => {
  for (const [filtered, output] of CASES) t.equal(renderOf(`{{ ${filtered} }}`), output, filtered)
  t.end()
})
