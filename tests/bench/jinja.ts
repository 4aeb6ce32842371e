/**
 * Renders per second of CPU, beside nunjucks: `npm run build && npx tsx tests/bench/jinja.ts`.
 * Both answers are compared before anything is timed.
 */
import { DictLoader, Environment } from '../../dist/jinja/index.js'

interface NunjucksTemplate {
  render(context: object): string
}
interface NunjucksEnvironment {
  getTemplate(name: string, eagerCompile?: boolean): NunjucksTemplate
}
interface Nunjucks {
  Environment: new (loader: unknown, options: object) => NunjucksEnvironment
}

interface Bench {
  name: string
  files: Record<string, string>
  context: Record<string, unknown>
}

const ROWS = 100
const rows = Array.from({ length: ROWS }, (_, id) => ({
  id,
  name: `Name ${id}`,
  mail: `user${id}@example.org`,
  note: id % 7 === 0 ? 'R&D <dept>' : 'plain text',
}))

const BENCHES: Bench[] = [
  {
    name: 'escaped table of 100 rows',
    files: {
      main:
        '<table>{% for row in rows %}<tr class="{{ loop.index }}"><td>{{ row.id }}</td><td>{{ row.name }}</td>' +
        '<td>{{ row.mail }}</td><td>{{ row.note }}</td></tr>{% endfor %}</table>',
    },
    context: { rows },
  },
  {
    name: 'page with inheritance',
    files: {
      base:
        '<!doctype html><title>{% block title %}Site{% endblock %}</title><nav>{% for item in nav %}' +
        '<a href="{{ item.url }}"{% if item.url == path %} class="on"{% endif %}>{{ item.label }}</a>{% endfor %}</nav>' +
        '<main>{% block main %}{% endblock %}</main><footer>{% block footer %}&copy; {{ year }} {{ owner }}{% endblock %}</footer>',
      section: "{% extends 'base' %}{% block title %}{{ super() }} - {{ section }}{% endblock %}",
      main:
        "{% extends 'section' %}{% block main %}<h1>{{ title|upper }}</h1>{% for post in posts %}<article><h2>{{ post.title }}</h2>" +
        '<p>{{ post.text }}</p>{% if post.tags %}<ul>{% for tag in post.tags %}<li>{{ tag }}</li>{% endfor %}</ul>{% endif %}' +
        '</article>{% endfor %}{% endblock %}',
    },
    context: {
      nav: ['home', 'blog', 'about', 'contact'].map((label) => ({ label, url: `/${label}` })),
      path: '/blog',
      year: 2026,
      owner: 'Tea & Books',
      section: 'Blog',
      title: 'All posts',
      posts: Array.from({ length: 10 }, (_, id) => ({
        title: `Post ${id}`,
        text: 'Some text with "quotes" & more of it, long enough to matter.',
        tags: ['tea', 'books', 'c++'],
      })),
    },
  },
  {
    name: 'form full of macros',
    files: {
      main:
        '{% macro input(name, value=\'\', type=\'text\', label=\'\') %}<input name="{{ name }}" value="{{ value }}" type="{{ type }}">{% endmacro %}' +
        "{% macro field(name, value='', type='text', label='') %}<p><label>{{ label or name }}</label>{{ input(name, value, type=type) }}</p>{% endmacro %}" +
        "<form>{% for f in fields %}{{ field(f.name, f.value, type=f.type) }}{{ field(f.name + '2', label='Again') }}{% endfor %}</form>",
    },
    context: {
      fields: Array.from({ length: 20 }, (_, id) => ({
        name: `field${id}`,
        value: `<${id}>`,
        type: id % 2 ? 'text' : 'email',
      })),
    },
  },
  {
    name: 'include in a loop',
    files: {
      row: '<tr><td>{{ row.id }}</td><td>{{ row.name }}</td><td>{{ row.note }}</td></tr>',
      main: "<table>{% for row in rows %}{% include 'row' %}{% endfor %}</table>",
    },
    context: { rows: rows.slice(0, 50) },
  },
]

const MEASURE_MICROSECONDS = 400_000
const ROUNDS = 5

/** How often a second of CPU the function runs; the best of a slice. */
function rate(run: () => unknown): number {
  const start = process.cpuUsage()
  let count = 0
  for (;;) {
    for (let step = 0; step < 20; step++) run()
    count += 20
    const { user, system } = process.cpuUsage(start)
    if (user + system > MEASURE_MICROSECONDS) return (count * 1e6) / (user + system)
  }
}

async function loadNunjucks(): Promise<Nunjucks | undefined> {
  try {
    const { default: nunjucks } = (await import('nunjucks' as string)) as { default: Nunjucks }
    return nunjucks
  } catch {
    return undefined
  }
}

function nunjucksEnvironment(nunjucks: Nunjucks, files: Record<string, string>): NunjucksEnvironment {
  const loader = { getSource: (name: string) => ({ src: files[name], path: name, noCache: false }) }
  return new nunjucks.Environment(loader, { autoescape: true })
}

/** nunjucks writes one entity otherwise. */
function sameEntities(html: string): string {
  return html.replaceAll('&quot;', '&#34;')
}

const nunjucks = await loadNunjucks()
if (nunjucks === undefined) console.log('nunjucks is not installed: npm install --no-save nunjucks')
for (const { name, files, context } of BENCHES) {
  const makeOurs = () =>
    new Environment({ autoescape: true, auto_reload: false, loader: new DictLoader(files) }).get_template('main')
  const ours = makeOurs()
  const expected = ours.render(context)
  if (nunjucks === undefined) {
    console.log(`${name}: ${Math.round(rate(() => ours.render(context)))} renders/s`)
    continue
  }
  const makeTheirs = () => nunjucksEnvironment(nunjucks, files).getTemplate('main', true)
  const theirs = makeTheirs()
  if (sameEntities(theirs.render(context)) !== expected) throw new Error(`${name}: the outputs differ`)
  const best = { ours: 0, theirs: 0, oursFirst: 0, theirsFirst: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    best.ours = Math.max(
      best.ours,
      rate(() => ours.render(context)),
    )
    best.theirs = Math.max(
      best.theirs,
      rate(() => theirs.render(context)),
    )
    best.oursFirst = Math.max(
      best.oursFirst,
      rate(() => makeOurs().render(context)),
    )
    best.theirsFirst = Math.max(
      best.theirsFirst,
      rate(() => makeTheirs().render(context)),
    )
  }
  const ratio = (a: number, b: number) => (a / b).toFixed(2)
  console.log(
    `${name}: ${Math.round(best.ours)} renders/s of CPU, nunjucks ${Math.round(best.theirs)}: ${ratio(best.ours, best.theirs)} times; ` +
      `first render ${Math.round(best.oursFirst)}/s, nunjucks ${Math.round(best.theirsFirst)}: ${ratio(best.oursFirst, best.theirsFirst)} times`,
  )
}
