import t from 'tap'
import { FlagonGroup } from '../../../lib/cli/flagon-group.ts'
import { Flagon } from '../../../lib/index.ts'

t.test('what comes from stdin is run with the app at hand', async (t) => {
  const app = new Flagon('shop')
  const group = new FlagonGroup({ create_app: () => app })
  const { stdout, exit_code } = await app.test_cli_runner().invoke(group, 'shell', { input: 'app.name\n' })
  t.equal(exit_code, 0)
  t.match(stdout, "'shop'")
})
