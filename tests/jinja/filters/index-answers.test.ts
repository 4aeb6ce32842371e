import t from 'tap'
import { defaultFilters } from '../../../lib/jinja/filters/index.ts'
import { answers } from '../../support/templates.ts'

t.test('default stands in for what is undefined, and for what is false when asked', async (t) => {
  answers(t, [
    { source: '{{ nope|default }}|{{ nope|default("x") }}|{{ nope|d("x") }}', answer: '|x|x' },
    { source: '{{ ""|default("x") }}|{{ ""|default("x", true) }}', answer: '|x' },
    { source: '{{ none|default("x") }} {{ none|default("x", boolean=true) }}', answer: 'None x' },
    { source: '{{ 0|d(1, true) }} {{ []|d([1], true) }} {{ 5|d(1, true) }}', answer: '1 [1] 5' },
    { source: '{{ nope|default(default_value="x") }}', answer: 'x' },
    { source: '{{ nope.deep|default("x") }}', answer: { error: 'UndefinedError' } },
    { source: '{{ {}.a|default("x") }} {{ [1][5]|d("y") }}', answer: 'x y' },
    { source: '{{ nope|default("<") }}{{ nope|default("<"|safe) }}', env: { autoescape: true }, answer: '&lt;<' },
    { source: '{{ nope|default(none) }}', answer: 'None' },
    { source: '{{ nope|default(1, 2, 3) }}', answer: { error: 'TypeError' } },
    { source: '{{ nope|default(nope) is defined }}', answer: 'False' },
    { source: '{{ false|d("x") }}{{ false|d("x", 1) }}', answer: 'Falsex' },
  ])
})

t.test('count and e are other names of length and escape', async (t) => {
  answers(t, [
    { source: '{{ [1, 2]|count }} {{ [1, 2]|length }}', answer: '2 2' },
    { source: '{{ "<"|e }} {{ "<"|escape }}', answer: '&lt; &lt;' },
    { source: '{{ "é😀"|count }}', answer: '2' },
    { source: '{{ nope|count }}', answer: '0' },
    { source: '{{ 5|count }}', answer: { error: 'TypeError' } },
  ])
})

t.test('a filter that is not there is found when the template is compiled', async (t) => {
  answers(t, [
    { source: '{{ 1|nope }}', answer: { error: 'TemplateAssertionError', line: 1 } },
    { source: '{{ 1|constructor }}', answer: { error: 'TemplateAssertionError', line: 1 } },
    { source: '{{ 1|__proto__ }}', answer: { error: 'TemplateAssertionError', line: 1 } },
    { source: '{{ 1|toString }}', answer: { error: 'TemplateAssertionError', line: 1 } },
    { source: '{% if false %}{{ 1|nope }}{% endif %}', answer: '' },
    { source: '\n\n{{ "x"|upper|nope }}', answer: { error: 'TemplateAssertionError', line: 3 } },
    {
      source: '{{ "nope" is filter }} {{ "upper" is filter }} {{ "constructor" is filter }}',
      answer: 'False True False',
    },
    { source: '{% filter nope %}x{% endfilter %}', answer: { error: 'TemplateAssertionError', line: 1 } },
  ])
})

t.test('arguments that a filter does not take are refused', async (t) => {
  answers(t, [
    { source: '{{ "x"|upper(1) }}', answer: { error: 'TypeError' } },
    { source: '{{ "x"|center(1, 2) }}', answer: { error: 'TypeError' } },
    { source: '{{ "x"|center(size=2) }}', answer: { error: 'TypeError' } },
    { source: '{{ "x"|center(2, width=2) }}', answer: { error: 'TypeError' } },
    { source: '{{ "x"|replace("a") }}', answer: { error: 'TypeError' } },
    { source: '{{ [1]|batch }}', answer: { error: 'TypeError' } },
    { source: '{{ [1]|join(**{"d": "x", "q": 1}) }}', answer: { error: 'TypeError' } },
    { source: '{{ "x"|center(*[3]) }}|', answer: ' x |' },
    { source: '{{ "x"|center(**{"width": 3}) }}|', answer: ' x |' },
  ])
})

t.test('filters follow each other, and blocks are filtered', async (t) => {
  answers(t, [
    { source: '{{ " a,b "|trim|upper|replace(",", "-") }}', answer: 'A-B' },
    { source: '{% filter upper|replace("A", "<") %}abc{% endfilter %}', answer: '<BC' },
    { source: '{{ ["b", "a"]|sort|join|upper }}', answer: 'AB' },
    { source: '{{ -1|abs }} {{ (-1)|abs }}', answer: '1 1' },
    { source: '{{ 1 + 2|string|length }}', answer: '2' },
    { source: '{% set x|upper|trim %} a {% endset %}[{{ x }}]', answer: '[A]' },
    { source: '{% filter upper %}<b>{{ "<" }}</b>{% endfilter %}', env: { autoescape: true }, answer: '<B>&LT;</B>' },
    { source: '{% set x %}<b>{{ "<" }}{% endset %}{{ x }}', env: { autoescape: true }, answer: '<b>&lt;' },
  ])
})

t.test('each environment has its own table of them', async (t) => {
  const one = defaultFilters()
  t.not(one, defaultFilters())
  t.same(
    Object.keys(one).sort(),
    (
      'abs attr batch capitalize center count d default dictsort e escape filesizeformat first float forceescape format ' +
      'groupby indent int items join last length list lower map max min random reject rejectattr replace reverse round ' +
      'safe select selectattr slice sort string striptags sum title tojson trim truncate unique upper urlencode urlize ' +
      'wordcount wordwrap xmlattr'
    ).split(' '),
  )
})
