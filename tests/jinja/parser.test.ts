import t from 'tap'
import { answers } from '../support/templates.ts'

t.test('every statement is closed by its own end', async (t) => {
  answers(t, [
    { source: '{% if x %}a{% elif y %}b{% else %}c{% endif %}', answer: 'c' },
    { source: '{% for x in [] %}a{% else %}b{% endfor %}', answer: 'b' },
    { source: '{% with a = 1 %}{{ a }}{% endwith %}', answer: '1' },
    { source: '{% set a %}b{% endset %}{{ a }}', answer: 'b' },
    { source: '{% filter upper %}a{% endfilter %}', answer: 'A' },
    { source: "{% autoescape true %}{{ '<' }}{% endautoescape %}", answer: '&lt;' },
    { source: '{% block b %}x{% endblock b %}', answer: 'x' },
    { source: '{% macro m() %}x{% endmacro m %}{{ m() }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% call(x) caller2() %}{% endcall %}', answer: { error: 'UndefinedError' } },
  ])
})

t.test('unknown, unclosed and wrongly nested tags are syntax errors', async (t) => {
  answers(t, [
    { source: '{% nope %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% if x %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% if x %}{% endfor %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% for x in y %}{% endif %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% endif %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% else %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% block a %}{% endblock b %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% block a-b %}{% endblock %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    {
      source: '{% block a %}{% block a %}{% endblock %}{% endblock %}',
      answer: { error: 'TemplateAssertionError', line: 1 },
    },
    {
      source: '{% block a %}{% endblock %}\n{% block a %}{% endblock %}',
      answer: { error: 'TemplateAssertionError', line: 2 },
    },
    { source: '\n\n{% if x %}{% for y in z %}{% endif %}', answer: { error: 'TemplateSyntaxError', line: 3 } },
  ])
})

t.test('targets must be names', async (t) => {
  answers(t, [
    { source: '{% set 1 = 2 %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% set a.b = 2 %}', answer: { error: 'TemplateRuntimeError' } },
    { source: '{% set true = 2 %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% for 1 in x %}{% endfor %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% for x, 1 in y %}{% endfor %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% macro m(1) %}{% endmacro %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% with 1 = 2 %}{% endwith %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
  ])
})

t.test('defaults of a macro come last', async (t) => {
  answers(t, [
    { source: '{% macro m(a=1, b) %}{% endmacro %}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(3) }}', answer: '33' },
  ])
})

t.test('the extensions add their tags', async (t) => {
  answers(t, [
    { source: '{% set xs = [] %}{% do xs.append(1) %}{{ xs }}', answer: '[1]' },
    { source: '{% for x in [1,2,3] %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% endfor %}', answer: '13' },
    { source: '{% for x in [1,2,3] %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% endfor %}', answer: '1' },
  ])
})
