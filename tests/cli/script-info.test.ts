import t from 'tap'
import { ScriptInfo } from '../../lib/cli/script-info.ts'
import { Flagon } from '../../lib/index.ts'
import { FLAGON_MODULE } from '../support/flagon-command.ts'

t.beforeEach((t) => {
  const kept = { ...process.env }
  t.teardown(() => {
    process.env = kept
  })
  for (const name of ['FLAGON_APP', 'FLAGON_DEBUG']) delete process.env[name]
})

t.test('the app is made once, and its debug mode is what the environment says', async (t) => {
  let count = 0
  const info = new ScriptInfo({
    create_app: () => {
      count += 1
      const app = new Flagon('x')
      app.debug = true
      return app
    },
  })
  t.equal(info.loaded_app, undefined)
  const [one, two] = await Promise.all([info.load_app(), info.load_app()])
  t.equal(one, two)
  t.equal(info.loaded_app, one)
  t.equal(count, 1)
  t.equal(one.debug, false, 'as in Flask: FLAGON_DEBUG and --debug decide')
})

t.test('options go before variables', async (t) => {
  process.env['FLAGON_APP'] = 'by_variable'
  process.env['FLAGON_DEBUG'] = '1'
  const info = new ScriptInfo({ create_app: () => new Flagon('x') })
  info.choose({})
  t.equal(info.app_import_path, 'by_variable')
  info.choose({ app: 'by_option', debug: false })
  t.equal(info.app_import_path, 'by_option')
  t.equal((await info.load_app()).debug, false)
  info.choose({ debug: null })
  t.equal(process.env['FLAGON_DEBUG'], '0', 'what was chosen before stays')
})

t.test('set_debug_flag: false leaves the debug mode to the app', async (t) => {
  const app = new Flagon('x')
  app.debug = true
  t.equal((await new ScriptInfo({ create_app: () => app, set_debug_flag: false }).load_app()).debug, true)
})

t.test('while the command line loads a module, app.run() in it is ignored', async (t) => {
  const folder = t.testdir({
    'app.ts': `import { Flagon } from ${FLAGON_MODULE}\nexport const app = new Flagon('runs')\nexport const server = await app.run({ port: 0 })\napp.config.update({ LISTENS: server.listening })`,
  })
  const written: string[] = []
  t.capture(process.stderr, 'write', (text: string) => written.push(text))
  const info = new ScriptInfo()
  info.choose({ app: `${folder}/app.ts` })
  const app = await info.load_app()
  t.equal(app.config.get('LISTENS'), false)
  t.match(written.join(''), /Ignoring a call to 'app\.run\(\)'/)
})
