import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { AsyncLoopContext, collect, openLoop } from '../../lib/jinja/async-loop.ts'
import { Environment } from '../../lib/jinja/index.ts'
import { LoopContext } from '../../lib/jinja/loop.ts'
import { Undefined } from '../../lib/jinja/undefined.ts'

async function* rows(count: number): AsyncGenerator<number> {
  for (let row = 1; row <= count; row++) {
    await sleep(1)
    yield row
  }
}

const FIELDS = 'index index0 revindex revindex0 first last length depth depth0'.split(' ')

t.test('every field of loop is right for what comes later', async (t) => {
  const source = `{% for x in xs %}${FIELDS.map((name) => `{{ loop.${name} }}`).join(' ')};{% endfor %}`
  const expected = '1 0 3 2 True False 3 1 0;2 1 2 1 False False 3 1 0;3 2 1 0 False True 3 1 0;'
  t.equal(await new Environment().from_string(source).render_async({ xs: rows(3) }), expected)
})

const CASES: [source: string, output: string][] = [
  ['{% for x in xs %}{{ x }}{% else %}none{% endfor %}', '123'],
  [
    '{% for x in xs %}{{ loop.previtem|default("-") }}<{{ x }}>{{ loop.nextitem|default("-") }} {% endfor %}',
    '-<1>2 1<2>3 2<3>- ',
  ],
  ['{% for x in xs if x != 2 %}{{ loop.index }}:{{ x }} {% endfor %}', '1:1 2:3 '],
  ['{% for x in xs if x != 2 %}{{ x }}{% endfor %}', '13'],
  ['{% for x in xs %}{{ loop.cycle("a", "b") }}{{ loop.changed(x // 2) }} {% endfor %}', 'aTrue bTrue aFalse '],
  ['{% for x in xs recursive %}{{ x }}{{ loop([9]) if x == 1 }}{% endfor %}', '1923'],
  ['{{ xs|sum }}', '6'],
  ['{{ xs|map("string")|join("-") }}', '1-2-3'],
  ['{% for x in xs %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% endfor %}', '1'],
]

t.test('asynchronous iterables work where lists do', async (t) => {
  const environment = new Environment({ extensions: ['loopcontrols'] })
  for (const [source, output] of CASES) {
    t.equal(await environment.from_string(source).render_async({ xs: rows(3) }), output, source)
  }
  t.rejects(
    environment.from_string('{% for x in xs %}{{ loop.cycle() }}{% endfor %}').render_async({ xs: rows(1) }),
    TypeError,
  )
  t.rejects(
    environment.from_string('{% for x in xs %}{{ loop([]) }}{% endfor %}').render_async({ xs: rows(1) }),
    TypeError,
  )
  t.throws(() => environment.from_string('{% for x in xs %}{% endfor %}').render({ xs: rows(1) }), /use render_async/)
})

t.test('rows are rendered as they come', async (t) => {
  const template = new Environment().from_string('{% for x in xs %}{{ loop.index }}{% endfor %}')
  let given = 0
  async function* counting(): AsyncGenerator<number> {
    for (;;) yield ++given
  }
  for await (const piece of template.generate_async({ xs: counting() })) if (piece === '3') break
  t.ok(given <= 4, `${given} rows were asked for`)
})

t.test('promises in a list are waited for', async (t) => {
  const later = (value: unknown) => sleep(1).then(() => value)
  const context = { xs: [later(1), 2, later(3)] }
  const environment = new Environment()
  t.equal(await environment.from_string('{% for x in xs %}{{ x }}{% endfor %}').render_async(context), '123')
  t.equal(
    await environment.from_string('{% for x in xs %}{{ loop.index }}{{ x }}{% endfor %}').render_async(context),
    '112233',
  )
  t.equal(await environment.from_string('{{ xs|sum }}').render_async(context), '6')
})

t.test('what has nothing to wait for is given at once', async (t) => {
  const xs = [1, 2]
  t.equal(collect(xs), xs)
  t.equal(collect('a'), 'a')
  t.equal(collect(null), null)
  t.same(await collect([Promise.resolve(1), 2]), [1, 2])
  t.same(await collect(rows(2)), [1, 2])
  t.notOk(Array.isArray(collect([1].values())), 'a generator stays one')
  t.type(openLoop([1], Undefined), LoopContext)
  t.type(openLoop(rows(1), Undefined), AsyncLoopContext)
})
