import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('a block of the child takes the place of that of the parent', async (t) => {
  answers(t, [
    {
      source: {
        main: "{% extends 'p' %}ignored{% block a %}child{% endblock %}",
        p: '[{% block a %}parent{% endblock %}{% block b %}kept{% endblock %}]',
      },
      answer: '[childkept]',
    },
    {
      source: {
        main: "{% extends 'p' %}{% block a %}{{ super() }}+{% endblock %}",
        p: "{% extends 'g' %}{% block a %}{{ super() }}p{% endblock %}",
        g: '{% block a %}g{% endblock %}',
      },
      answer: 'gp+',
    },
    {
      source: {
        main: "{% extends 'p' %}{% block a %}{{ super.super() }}{% endblock %}",
        p: "{% extends 'g' %}{% block a %}p{% endblock %}",
        g: '{% block a %}g{% endblock %}',
      },
      answer: 'g',
    },
    { source: { main: '{% block a %}x{% endblock %}{{ self.a() }}' }, answer: 'xx' },
  ])
})

t.test('a block sees loop variables only when it is scoped', async (t) => {
  answers(t, [
    { source: { main: '{% for x in [1,2] %}{% block b %}[{{ x }}]{% endblock %}{% endfor %}' }, answer: '[][]' },
    {
      source: { main: '{% for x in [1,2] %}{% block b scoped %}[{{ x }}]{% endblock %}{% endfor %}' },
      answer: '[1][2]',
    },
  ])
})

t.test('a required block must be given', async (t) => {
  answers(t, [
    {
      source: { main: "{% extends 'p' %}", p: '{% block a required %}{% endblock %}' },
      answer: { error: 'TemplateRuntimeError' },
    },
    {
      source: { main: "{% extends 'p' %}{% block a %}x{% endblock %}", p: '{% block a required %}{% endblock %}' },
      answer: 'x',
    },
    { source: { main: '{% block a required %}text{% endblock %}' }, answer: { error: 'TemplateSyntaxError', line: 1 } },
  ])
})

t.test('includes may be optional, and a list is tried in order', async (t) => {
  answers(t, [
    { source: { main: "{% include 'nope' ignore missing %}x" }, answer: 'x' },
    { source: { main: "{% include 'nope' %}" }, answer: { error: 'TemplateNotFound' } },
    { source: { main: "{% include ['nope', 'i'] %}", i: 'i' }, answer: 'i' },
    { source: { main: "{% set a = 1 %}{% include 'i' without context %}", i: '[{{ a }}]' }, answer: '[]' },
  ])
})

t.test('imports give macros and variables', async (t) => {
  answers(t, [
    {
      source: {
        main: "{% import 'f' as f %}{{ f.m(1) }}{{ f.v }}",
        f: '{% macro m(x) %}<{{ x }}>{% endmacro %}{% set v = 2 %}',
      },
      answer: '<1>2',
    },
    {
      source: {
        main: "{% from 'f' import m as n, v %}{{ n(1) }}{{ v }}",
        f: '{% macro m(x) %}<{{ x }}>{% endmacro %}{% set v = 2 %}',
      },
      answer: '<1>2',
    },
    { source: { main: "{% from 'f' import nope %}[{{ nope }}]", f: '' }, answer: '[]' },
    { source: { main: "{% from 'f' import _x %}", f: '' }, answer: { error: 'TemplateAssertionError', line: 1 } },
  ])
})

t.test('what extends twice, or something that is not there, is an error', async (t) => {
  answers(t, [
    { source: { main: "{% extends 'a' %}{% extends 'b' %}", a: '', b: '' }, answer: { error: 'TemplateRuntimeError' } },
    { source: { main: "{% extends 'nope' %}" }, answer: { error: 'TemplateNotFound' } },
    { source: { main: "{% if x %}{% extends 'a' %}{% endif %}own", a: 'A' }, answer: 'own' },
    { source: '{% extends nope %}', answer: { error: 'UndefinedError' } },
  ])
})
