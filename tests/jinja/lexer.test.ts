import t from 'tap'
import { answers } from '../support/templates.ts'

t.test('text outside of tags stays as it is', async (t) => {
  answers(t, [
    { source: 'plain { text } % # }} %}', answer: 'plain { text } % # }} %}' },
    { source: 'a\nb\r\nc\rd', answer: 'a\nb\nc\nd' },
    { source: '{ {x} }', answer: '{ {x} }' },
    { source: '', answer: '' },
    { source: '\n', answer: '' },
    { source: 'a\n', answer: 'a' },
    { source: 'a\n\n', answer: 'a\n' },
  ])
})

t.test('dashes and plus signs control the white space around tags', async (t) => {
  answers(t, [
    { source: "a {{- 'x' -}} b", answer: 'axb' },
    { source: 'a\n  {%- if true -%}\n b \n{%- endif -%}\n c', answer: 'abc' },
    { source: 'a\n  {%+ if true %}x{% endif %}', env: { lstrip_blocks: true }, answer: 'a\n  x' },
    { source: '{% if true +%}\nx{% endif %}', env: { trim_blocks: true }, answer: '\nx' },
    { source: 'a {#- c -#} b', answer: 'ab' },
    { source: '{%- raw -%} x {%- endraw -%}', answer: 'x' },
  ])
})

t.test('blocks are trimmed where asked', async (t) => {
  answers(t, [
    {
      source: '  {% if true %}\n  x\n  {% endif %}\n',
      env: { trim_blocks: true, lstrip_blocks: true },
      answer: '  x\n',
    },
    { source: 'a\n', env: { keep_trailing_newline: true }, answer: 'a\n' },
    { source: 'a\n\n', env: { keep_trailing_newline: true }, answer: 'a\n\n' },
    { source: 'a\nb', env: { newline_sequence: '\r\n' }, answer: 'a\r\nb' },
  ])
})

t.test('numbers of all forms are read', async (t) => {
  answers(t, [
    {
      source: '{{ 42 }} {{ 1_000 }} {{ 0x1f }} {{ 0b101 }} {{ 0o17 }} {{ 1.5 }} {{ 1e3 }} {{ 1.5e-3 }} {{ 00 }}',
      answer: '42 1000 31 5 15 1.5 1000.0 0.0015 0',
    },
    { source: '{{ 1__0 }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ 1.}}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ .5 }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
  ])
})

t.test('strings may have escapes and either quote', async (t) => {
  answers(t, [
    {
      source: "{{ 'a\\nb' }}|{{ \"it's\" }}|{{ 'it\\'s' }}|{{ '\\x41\\u0042' }}|{{ '\\\\' }}",
      answer: "a\nb|it's|it's|AB|\\",
    },
    { source: "{{ 'open }}", answer: { error: 'TemplateSyntaxError', line: 1 } },
  ])
})

t.test('line statements and line comments are tags of a whole line', async (t) => {
  answers(t, [
    {
      source: '# for x in xs\n{{ x }}\n# endfor\n',
      context: { xs: [1, 2] },
      env: { line_statement_prefix: '#' },
      answer: '1\n2\n',
    },
    { source: 'a ## note\nb', env: { line_comment_prefix: '##' }, answer: 'a\nb' },
    { source: '% if x:\n  y\n% endif', context: { x: 1 }, env: { line_statement_prefix: '%' }, answer: '  y\n' },
  ])
})

t.test('other marks than those of Jinja may be set', async (t) => {
  answers(t, [
    {
      source: '<% if x %><< x >><# note #><% endif %>{{ x }}',
      context: { x: 3 },
      env: {
        block_start_string: '<%',
        block_end_string: '%>',
        variable_start_string: '<<',
        variable_end_string: '>>',
        comment_start_string: '<#',
        comment_end_string: '#>',
      },
      answer: '3{{ x }}',
    },
    {
      source: '<!-- if x -->${x}<!-- endif -->',
      context: { x: 3 },
      env: {
        block_start_string: '<!--',
        block_end_string: '-->',
        variable_start_string: '${',
        variable_end_string: '}',
      },
      answer: '3',
    },
  ])
})

t.test('what cannot be read is a syntax error with its line', async (t) => {
  answers(t, [
    { source: 'a\n{{ 1 $ 2 }}', answer: { error: 'TemplateSyntaxError', line: 2 } },
    { source: 'a\n\n{% raw %}x', answer: { error: 'TemplateSyntaxError', line: 3 } },
    { source: '{# open', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ (1 }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ [1) }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{{ 1', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: '{% if', answer: { error: 'TemplateSyntaxError', line: 1 } },
    { source: "x\n{{ 'a\nb }}", answer: { error: 'TemplateSyntaxError', line: 2 } },
    { source: '{{ } }}', answer: { error: 'TemplateSyntaxError', line: 1 } },
  ])
})
