import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test(
  'unknown filters and tests fail when the template is compiled, but not where a condition asks for them',
  async (t) => {
    answers(t, [
      { source: '{{ 1|nope }}', answer: { error: 'TemplateAssertionError', line: 1 } },
      { source: '{{ 1 is nope }}', answer: { error: 'TemplateAssertionError', line: 1 } },
      { source: '{% if false %}{{ 1|nope }}{% endif %}x', answer: 'x' },
      { source: "{% if 'nope' is filter %}{{ 1|nope }}{% else %}no{% endif %}", answer: 'no' },
    ])
  },
)

t.test('a block defined twice fails when compiled', async (t) => {
  answers(t, [
    {
      source: '{% block a %}{% endblock %}{% block a %}{% endblock %}',
      answer: { error: 'TemplateAssertionError', line: 1 },
    },
  ])
})
