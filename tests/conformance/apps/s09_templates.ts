import {
  Blueprint,
  Flagon,
  flash,
  g,
  get_flashed_messages,
  get_template_attribute,
  jsonify,
  Markup,
  render_template,
  render_template_string,
  request,
  session,
  stream_template_string,
} from '../../../lib/index.ts'
import { DictLoader } from '../../../lib/jinja/index.ts'

const FILES: Record<string, string> = {
  'base.html': '<title>{% block title %}base{% endblock %}</title><body>{% block body %}{% endblock %}</body>',
  'child.html':
    "{% extends 'base.html' %}{% block title %}child - {{ super() }}{% endblock %}{% block body %}<p>{{ name }}</p>{% endblock %}",
  'grandchild.html': "{% extends 'child.html' %}{% block body %}{{ super() }}<i>more</i>{% endblock %}",
  'partial.html': '[{{ name }}]',
  'include.html': "{% include 'partial.html' %}{% include 'missing.html' ignore missing %}",
  'macros.html':
    '{% macro field(name, value=\'\', type=\'text\') %}<input name="{{ name }}" value="{{ value }}" type="{{ type }}">{% endmacro %}{% macro wrap(tag) %}<{{ tag }}>{{ caller() }}</{{ tag }}>{% endmacro %}',
  'import.html':
    "{% import 'macros.html' as forms %}{{ forms.field('a', '<x>') }}{% from 'macros.html' import field, wrap %}{{ field('b', type='email') }}{% call wrap('b') %}bold{% endcall %}",
  'plain.txt': '{{ name }}',
  'page.xml': '<n>{{ name }}</n>',
  'icon.svg': '<t>{{ name }}</t>',
  'welcome.html': '<h1>欢迎{{ name }}光临red romance</h1>',
  'mail.txt': "Hello {{ name }}, {{ '<b>' }}",
}
const STRINGS: Record<string, string> = {
  escape: '{{ html }}|{{ html|safe }}|{{ markup }}|{{ html|e }}|{{ html|escape }}|{{ quote }}',
  autoescape: '{% autoescape false %}{{ html }}{% endautoescape %}{{ html }}',
  if: "{% if items %}yes{% elif name %}name{% else %}no{% endif %}{{ 'a' if not items else 'b' }}",
  for: '{% for x in items %}{{ loop.index }}/{{ loop.length }}:{{ x }}{% if not loop.last %},{% endif %}{% else %}none{% endfor %}',
  for_else: '{% for x in [] %}x{% else %}none{% endfor %}',
  for_dict: '{% for k, v in table.items() %}{{ k }}={{ v }};{% endfor %}',
  for_dictsort: '{% for k, v in table|dictsort %}{{ k }}={{ v }};{% endfor %}',
  for_if: '{% for x in items if x > 1 %}{{ x }} {% endfor %}',
  loop_vars:
    "{% for x in items %}{{ loop.index0 }}{{ loop.revindex }}{{ 'F' if loop.first }}{{ 'L' if loop.last }}{{ loop.cycle('a', 'b') }}{{ loop.depth }}{{ loop.previtem }}{{ loop.nextitem }} {% endfor %}",
  set: '{% set a = 1 %}{% set b = a + 2 %}{{ b }}{% set c %}<i>{{ name }}</i>{% endset %}{{ c }}',
  filters:
    "{{ name|upper }} {{ name|capitalize }} {{ items|join('-') }} {{ items|length }} {{ items|first }} {{ items|last }} {{ nope|default('d') }} {{ ''|default('e', true) }} {{ '  x '|trim }}",
  filters2:
    "{{ 'hello world'|title }} {{ 'abc'|replace('b', 'x') }} {{ 3.14159|round(2) }} {{ 'a,b'.split(',') | length }} {{ items|sum }} {{ items|reverse|join }} {{ 'hello'|truncate(3, true, '') }}",
  filters3:
    "{{ items|sort(reverse=true)|join }} {{ ['a','A','b']|unique|join }} {{ 42|string }} {{ '42'|int + 1 }} {{ '1.5'|float }} {{ -3|abs }} {{ [1,2,3,4]|batch(2)|list|length }}",
  filters4:
    "{{ 'a b&c'|urlencode }} {{ '<p>hi</p>'|striptags }} {{ 'x'|center(5) }} {{ 'one two'|wordcount }} {{ 'a\nb'|indent(2) }} {{ table|length }}",
  select:
    "{{ items|select('odd')|list|length }} {{ items|reject('odd')|list|length }} {{ people|map(attribute='name')|join(',') }} {{ people|selectattr('on')|map(attribute='name')|join }}",
  groupby:
    "{% for key, rows in people|groupby('on') %}{{ 'on' if key else 'off' }}:{% for r in rows %}{{ r.name }}{% endfor %};{% endfor %}",
  tojson: "<script>var x = {{ data|tojson|replace(' ', '') }};</script><a data-x='{{ data|tojson|replace(' ', '') }}'>",
  tests:
    "{{ 'y' if name is defined else 'n' }} {{ 'y' if nope is defined else 'n' }} {{ 'y' if nope is undefined else 'n' }} {{ 'y' if none is none else 'n' }} {{ 'y' if 3 is odd else 'n' }} {{ 'y' if 4 is even else 'n' }} {{ 'y' if 6 is divisibleby 3 else 'n' }} {{ 'y' if 'a' is string else 'n' }} {{ 'y' if 1 is number else 'n' }} {{ 'y' if items is iterable else 'n' }} {{ 'y' if table is mapping else 'n' }}",
  in: "{{ 'y' if 2 in items else 'n' }} {{ 'y' if 9 in items else 'n' }} {{ 'y' if 'a' in table else 'n' }} {{ 'y' if 'z' not in table else 'n' }} {{ 'y' if 'an' in name else 'n' }}",
  math: "{{ 7 // 2 }} {{ 7 % 2 }} {{ 2 ** 3 }} {{ 7 / 2 }} {{ 1 + 2 * 3 }} {{ -2 }} {{ 'a' ~ 1 ~ 'b' }}",
  compare:
    "{{ 'y' if 1 < 2 and 2 >= 2 or false else 'n' }} {{ 'y' if not true else 'n' }} {{ 'y' if 1 == 1.0 else 'n' }} {{ 'y' if 'a' != 'b' else 'n' }} {{ 'y' if 1 < 2 < 3 else 'n' }}",
  literals:
    "{{ [1, 2][0] }} {{ {'a': 1}['a'] }} {{ {'a': 1}.a }} {{ (1, 2)|length }} {{ 'T' if true }} {{ 'x' if False }} {{ 'n' if none is none }} {{ 'T' if True }} {{ 'N' if None is none }} {{ 1.50 }} {{ 1_000 }}",
  attr: "{{ person.name }} {{ person['name'] }} {{ person.nope }} {{ person.nope|default('x') }} {{ nope }}",
  undefined_deep: '{{ nope.deep }}',
  methods:
    "{{ name.upper() }} {{ items.index(2) }} {{ table.get('a') }} {{ table.get('q', 'd') }} {{ table.keys()|join }} {{ 'a-b'.split('-')|join('+') }} {{ 'y' if name.startswith('a') }} {{ '%s is %d'|format('x', 3) }}",
  slice: '{{ items[0:2]|join }} {{ items[-1] }} {{ name[:2] }} {{ items[1:]|join }} {{ name[::-1] }}',
  comment: 'a{# hidden #}b',
  raw: '{% raw %}{{ name }}{% endraw %}',
  whitespace: 'a {%- if true -%} b {%- endif -%} c',
  macro: '{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, b=3) }}',
  with: '{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a }}',
  filter_block: '{% filter upper %}hello {{ name }}{% endfilter %}',
  globals:
    "{{ request.path }} {{ g.user }} {{ session.user }} {{ config.SESSION_COOKIE_NAME }} {{ url_for('index') }} {{ range(3)|list|length }} {{ range(1, 4)|join }}",
  context: '{{ injected }} {{ name }} {{ double(4) }}',
  custom: "{{ 'abc'|backwards }} {{ 'y' if 4 is big else 'n' }} {{ 'y' if 400 is big else 'n' }} {{ shout('x') }}",
  namespace: '{% set ns = namespace(n=0) %}{% for x in items %}{% set ns.n = ns.n + x %}{% endfor %}{{ ns.n }}',
  scope: '{% set n = 0 %}{% for x in items %}{% set n = x %}{% endfor %}{{ n }}',
  newline: 'a\n{% if true %}\nb\n{% endif %}\nc\n',
  unicode: "欢迎{{ '游客' }}光临",
  multiline: "{{ {\n'a': 1,\n'b': 2\n}|length }}",
  dict_loop: '{% for k in table %}{{ k }}{% endfor %}',
  recursive: '{% for n in tree recursive %}{{ n.v }}{% if n.kids %}({{ loop(n.kids) }}){% endif %}{% endfor %}',
  xmlattr: "<a{{ {'href': '/x', 'title': '<t>', 'no': none}|xmlattr }}>",
  joiner: "{% set c = joiner(', ') %}{% for x in items %}{{ c() }}{{ x }}{% endfor %}",
  bad_syntax: '{% if %}',
  bad_filter: '{{ name|nofilter }}',
  raise: '{{ boom() }}',
}

/** What Python raises for a division by zero. */
class ZeroDivisionError extends Error {}

/** Templates: escaping, context, filters, tests, inheritance, macros, includes, loops, flash and template errors. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.update({ SECRET_KEY: '110', PROPAGATE_EXCEPTIONS: false, SESSION_COOKIE_SAMESITE: null })
  app.logger.disabled = true
  app.jinja_loader = new DictLoader(FILES)
  const values = {
    name: 'ann',
    html: '<b>&"\'',
    markup: new Markup('<i>ok</i>'),
    quote: "it's",
    items: [1, 2, 3],
    none: null,
    table: { b: 2, a: 1 },
    person: { name: 'li' },
    people: [
      { name: 'x', on: true },
      { name: 'y', on: false },
      { name: 'z', on: true },
    ],
    data: { k: "</script>&'<", n: [1, null, true] },
    tree: [{ v: 1, kids: [{ v: 2 }, { v: 3, kids: [{ v: 4 }] }] }],
  }

  app.context_processor(function inject() {
    return { injected: 'from app', name: 'overridden', double: (n: number) => n * 2 }
  })

  app.template_filter('backwards')(function backwards(s: string) {
    return [...s].reverse().join('')
  })

  app.template_test('big')(function big(n: number) {
    return n > 100
  })

  app.template_global('shout')(function shout(s: string) {
    return `${s.toUpperCase()}!`
  })

  function boom(): never {
    throw new ZeroDivisionError('boom')
  }

  app.route('/')(function index() {
    return 'index'
  })

  app.route('/string/<name>')(function string({ name }) {
    g['user'] = 'gu'
    session['user'] = 'su'
    return render_template_string(STRINGS[name] ?? '', { boom, ...values })
  })

  app.route('/file/<path:name>')(function file({ name }) {
    return render_template(name, { name: request.args.get('name', '<ann>') })
  })

  app.route('/first-of')(function first_of() {
    return render_template(['missing.html', 'partial.html'], { name: 'x' })
  })

  app.route('/attribute')(function attribute() {
    const field = get_template_attribute('macros.html', 'field') as (...args: unknown[]) => object
    return field('a', '<b>')
  })

  app.route('/stream')(function stream() {
    return stream_template_string('{% for x in items %}{{ x }}{% endfor %}', { items: [1, 2, 3] })
  })

  app.route('/flash/<category>/<message>')(function flash_one({ category, message }) {
    flash(message, category)
    flash('second')
    return 'flashed'
  })

  app.route('/flashed')(function flashed() {
    return render_template_string('{% for m in get_flashed_messages() %}{{ m }};{% endfor %}')
  })

  app.route('/flashed-categories')(function flashed_categories() {
    return jsonify(get_flashed_messages({ with_categories: true }), get_flashed_messages({ with_categories: true }))
  })

  app.route('/flashed-filter')(function flashed_filter() {
    return jsonify(get_flashed_messages({ category_filter: ['error'] }))
  })

  const bp = new Blueprint('bp', import.meta.url, { url_prefix: '/bp' })

  bp.context_processor(function bp_inject() {
    return { injected: 'from bp' }
  })

  bp.app_context_processor(function bp_app_inject() {
    return { everywhere: 'everywhere' }
  })

  bp.route('/context')(function bp_context() {
    return render_template_string('{{ injected }} {{ everywhere }}')
  })

  app.route('/everywhere')(function everywhere() {
    return render_template_string('{{ injected }} {{ everywhere }}')
  })

  app.register_blueprint(bp)
  return app
}
