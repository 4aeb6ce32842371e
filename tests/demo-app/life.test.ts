import t from 'tap'
import { create_app } from '../../demo-app/app.ts'

/** The hooks that a drawing of the page lists, as `owner hook`; the first drawing is the page's own request. */
function drawings(text: string): string[][] {
  return [...text.matchAll(/<ol class="life">(.*?)<\/ol>/gs)].map(([, list = '']) =>
    [...list.matchAll(/<b>([^<]+)<\/b><code>([^<]+)<\/code>/g)].map(([, owner, hook]) => `${owner} ${hook}`),
  )
}

const OWN = [
  'app url_value_preprocessor',
  'life url_value_preprocessor',
  'app before_request',
  'life before_request',
  '视图 life.page',
  'app context_processor',
  'life context_processor',
  '视图 after_this_request',
  'life after_request',
  'app after_request',
]

t.test('the page draws its own hooks in the order in which they ran, the first request with its own', async (t) => {
  const client = create_app().test_client()
  t.same(drawings((await client.get('/life/')).text)[0], ['app before_first_request', ...OWN])
  t.same(drawings((await client.get('/life/')).text)[0], OWN)
})

t.test('the page shows what g held and what the context processors injected', async (t) => {
  const { text } = await create_app().test_client().get('/life/')
  t.match(text, /g：ticket = \d+</, 'after the hook of the app')
  t.match(text, /g：ticket = \d+，weather = 晴</, 'after the hook of the blueprint')
  t.match(text, '「酒壶」')
  t.match(text, '「葡萄美酒夜光杯」')
})

t.test('teardown comes after the page was sent, so the next page shows it', async (t) => {
  const client = create_app().test_client()
  await client.get('/life/')
  await client.get('/')
  const [, teardown] = drawings((await client.get('/life/')).text)
  t.same(teardown, ['life teardown_request', 'app teardown_request', 'app teardown_appcontext'])
})

t.test('other pages are not drawn', async (t) => {
  const { text } = await create_app().test_client().get('/')
  t.same(drawings(text), [])
})
