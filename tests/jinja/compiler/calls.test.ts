import t from 'tap'
import { Environment } from '../../../lib/jinja/index.ts'
import { renderOf } from '../../support/jinja-answers.ts'

const CASES: [source: string, output: string][] = [
  ['{{ f() }}{{ f(1) }}{{ f(1, k=2) }}{{ f(*[1, 2], **{"k": 3}) }}', '[][1][1,k=2][1,2,k=3]'],
  ['{{ f(*"ab") }}{{ f(*nope) }}{{ f(**{}) }}', '[a,b][][]'],
  ['{{ f(*1) }}', '!TypeError'],
  ['{{ f(**1) }}', '!TypeError'],
  ['{{ f(**{1: 2}) }}', '!TypeError'],
  ['{{ f(k=1, **{"k": 2}) }}', '!TypeError'],
  [
    '{{ "aXb"|replace("X", "-") }}{{ "aXb"|replace(new="-", old="X") }}{{ "aXb"|replace(*["X"], **{"new": "-"}) }}',
    'a-ba-ba-b',
  ],
  ['{{ "a"|replace("a") }}', '!TypeError'],
  ['{{ "a"|replace("a", "b", 1, 2) }}', '!TypeError'],
  ['{{ "a"|replace("a", "b", nope=1) }}', '!TypeError'],
  ['{{ 6 is divisibleby(num=3) }}{{ 6 is divisibleby(*[4]) }}', 'TrueFalse'],
  ['{{ "a"|own(1, k=2) }}{{ "a" is owned(1, k=2) }}', '[a,1,k=2]True'],
  ['{% if 0 %}{{ 1|nope }}{{ 1 is nope }}{% endif %}ok', 'ok'],
  ['{{ 1|nope if 0 else "ok" }}', 'ok'],
  ['{% if 1 %}{{ 1|nope }}{% endif %}', '!TemplateRuntimeError'],
  ['{{ "y" if 1 is nope }}', '!TemplateRuntimeError'],
  ['{{ 1|nope }}', '!TemplateAssertionError'],
  ['{{ 1 is nope }}', '!TemplateAssertionError'],
  ['{% if 0 %}{% for x in y %}{{ 1|nope }}{% endfor %}{% endif %}', '!TemplateAssertionError'],
  ['{{ 0 and 1|nope }}', '0'],
]

/** What a function was called with, as text. */
function show(...args: unknown[]): string {
  const parts = args.map((arg) =>
    typeof arg === 'object' && arg !== null
      ? Object.entries(arg)
          .map(([key, value]) => `${key}=${value}`)
          .join(',')
      : String(arg),
  )
  return `[${parts.join(',')}]`
}

t.test('functions, filters and tests are called as in Jinja', (t) => {
  const options = { filters: { own: show }, tests: { owned: () => true } }
  for (const [source, output] of CASES) t.equal(renderOf(source, { f: show }, options), output, source)
  t.end()
})

t.test("one of the engine's own filters is called directly, with its arguments in place", (t) => {
  const code = new Environment({ filters: { own: show } })
    .from_string('{{ x|truncate(end="", length=5) }}{{ x|own(1) }}')
    .code('render')
  t.match(code, /f1\(env, .*, 5, undefined, ""\)/)
  t.match(code, /filterCall\(ctx, false, f2, /)
  t.end()
})
