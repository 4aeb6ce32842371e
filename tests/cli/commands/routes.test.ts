import t from 'tap'
import { FlagonGroup } from '../../../lib/cli/flagon-group.ts'
import { Flagon } from '../../../lib/index.ts'
import type { CliResult } from '../../../lib/testing/cli-runner.ts'

function makeApp(): Flagon {
  const app = new Flagon('shop', { static_folder: null })
  app.get('/user/<int:id>', function user() {
    return ''
  })
  app.post('/user/<name>', function rename() {
    return ''
  })
  return app
}

function routes(args: string, app: Flagon = makeApp()): Promise<CliResult> {
  return app.test_cli_runner().invoke(new FlagonGroup({ create_app: () => app }), `routes ${args}`)
}

t.test('the routes are a table, or JSON', async (t) => {
  t.equal(
    (await routes('')).stdout,
    'Endpoint  Methods  Rule\n--------  -------  --------------\nrename    POST     /user/<name>\nuser      GET      /user/<int:id>\n',
  )
  t.same(JSON.parse((await routes('--json --sort match')).stdout), [
    { endpoint: 'user', methods: ['GET'], rule: '/user/<int:id>' },
    { endpoint: 'rename', methods: ['POST'], rule: '/user/<name>' },
  ])
  t.match((await routes('--all-methods')).stdout, 'GET, HEAD, OPTIONS')
  t.equal((await routes('', new Flagon('none', { static_folder: null }))).stdout, 'No routes were registered.\n')
})

t.test('an order that there is none of is refused', async (t) => {
  const { exit_code, stderr } = await routes('--sort size')
  t.equal(exit_code, 2)
  t.match(stderr, 'endpoint, methods, domain, rule, match')
})

t.test('--match says which rule takes a path', async (t) => {
  t.equal(
    (await routes('--match /user/ann --method post')).stdout,
    "  not /user/<int:id> (user): 'ann' is not '<int:id>'\nPOST /user/ann is taken by /user/<name> (rename), with name = 'ann'\n",
  )
  t.match(JSON.parse((await routes('--match /user/7 --json')).stdout), {
    endpoint: 'user',
    arguments: { id: 7 },
    passed: [],
  })
})
