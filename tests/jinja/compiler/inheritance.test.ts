import t from 'tap'
import { DictLoader, Environment } from '../../../lib/jinja/index.ts'
import { renderOf } from '../../support/jinja-answers.ts'

const FILES = {
  base: '<{% block a %}base{% endblock %}|{% block b %}{% endblock %}>',
  mid: "{% extends 'base' %}{% block a %}mid({{ super() }}){% endblock %}",
  loop: '{% for x in xs %}{% block item scoped %}{{ x }}{% endblock %}{% endfor %}',
  required: '{% block a required %}{% endblock %}',
  part: '[{{ x }}]',
  lib: '{% macro m(a) %}{{ a }}{{ x }}{% endmacro %}{% set v = 1 %}',
}

const CASES: [source: string, output: string][] = [
  ["{% extends 'base' %}", '<base|>'],
  [
    "{% extends 'mid' %}{% block a %}top({{ super() }}){% endblock %}{% block b %}B{% endblock %}",
    '<top(mid(base))|B>',
  ],
  ["text{% extends 'base' %}dropped{{ f() }}{% block b %}B{% endblock %}", 'text<base|B>'],
  ["{% extends 'base' %}{% set x = 5 %}{% block b %}{{ x }}{% endblock %}", '<base|5>'],
  ["{% extends 'base' %}{% set y %}kept{% endset %}{% block b %}{{ y }}{% endblock %}", '<base|kept>'],
  [
    "{% extends 'base' %}{% filter upper %}x{% endfilter %}{% for q in [1] %}q{% endfor %}{% if 1 %}r{% endif %}",
    '<base|>',
  ],
  ["{% extends 'base' %}{% include 'part' %}", '[X]<base|>'],
  ["{% if flag %}{% extends 'base' %}{% endif %}plain{% block b %}B{% endblock %}", 'plainB'],
  ["{% if x %}{% extends 'base' %}{% endif %}plain{% block b %}B{% endblock %}", '<base|B>'],
  ["{% extends 'base' %}{% extends 'base' %}", '!TemplateRuntimeError'],
  ["{% for x in [1] %}{% extends 'base' %}{% endfor %}", '!TemplateAssertionError'],
  ["{% extends 'nope' %}", '!TemplateNotFound'],
  ['{% extends nope %}', '!UndefinedError'],
  ["{% extends 'loop' %}{% block item %}<{{ super() }}{{ loop.index }}>{% endblock %}", '<11><22>'],
  ["{% extends 'required' %}", '!TemplateRuntimeError'],
  ["{% extends 'required' %}{% block a %}given{% endblock %}", 'given'],
  ['{% block a %}A{% endblock %}{{ self.a() }}{{ self.a()|lower }}', 'AAa'],
  ['{{ self.nope() }}', '!UndefinedError'],
  ["{% include 'part' %}{% include ['nope', 'part'] %}{% include 'nope' ignore missing %}", '[X][X]'],
  ["{% include 'part' without context %}{% with x = 1 %}{% include 'part' %}{% endwith %}", '[][1]'],
  ["{% include 'nope' %}", '!TemplateNotFound'],
  ['{% include [] %}', '!TemplatesNotFound'],
  ['{% include nope ignore missing %}', '!UndefinedError'],
  ['{% include 5 %}', '!TypeError'],
  ["{% import 'lib' as l %}{{ l.m(1) }}{{ l.v }}", '11'],
  ["{% from 'lib' import m, v as w with context %}{{ m(1) }}{{ w }}", '1X1'],
  ["{% set x = 9 %}{% import 'lib' as l with context %}{{ l.m(1) }}", '19'],
  ["{% from 'lib' import nope %}{{ nope is undefined }}", 'True'],
]

t.test('templates extend, include and import each other as in Jinja', (t) => {
  for (const [source, output] of CASES) {
    t.equal(renderOf(source, { x: 'X', xs: [1, 2], f: () => 'called' }, { files: FILES }), output, source)
  }
  t.end()
})

t.test('what is not printed is not evaluated', (t) => {
  let calls = 0
  const environment = new Environment({ loader: new DictLoader(FILES) })
  const template = environment.from_string(
    "{% extends 'base' %}{{ f() }}{% for x in [1] %}{{ f() }}{% endfor %}{% if f() %}{% endif %}",
  )
  template.render({ f: () => ++calls })
  t.equal(calls, 1, 'but for conditions')
  t.end()
})
