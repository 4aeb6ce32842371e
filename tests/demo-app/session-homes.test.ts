import t, { type Test } from 'tap'
import { create_app } from '../../demo-app/app.ts'
import { RedisServer, skipWithoutRedis } from '../support/redis-server.ts'

type Client = ReturnType<ReturnType<typeof create_app>['test_client']>

/** The demo, which lets go of Redis when the test ends. */
function demo(t: Test) {
  const app = create_app()
  app.logger.disabled = true
  t.teardown(() => app.session_interface.close())
  return app
}

/** The text of the element with an id; undefined where the page has none. */
async function shown(client: Client, id: string): Promise<string | undefined> {
  const { text } = await client.get('/homes/')
  return new RegExp(`id="${id}">([^<]*)<`).exec(text)?.[1]?.replaceAll('&#34;', '"')
}

async function moveTo(client: Client, home: string): Promise<void> {
  await client.post('/homes/choose', { data: { home } })
}

async function logIn(client: Client, username: string): Promise<void> {
  await client.post('/login', { data: { username } })
  await client.get('/center')
}

t.test('a signed session can be read by anybody, an encrypted one by nobody', async (t) => {
  const client = demo(t).test_client()
  await logIn(client, '张三')
  t.match(await shown(client, 'text'), /"username":"\\u5f20\\u4e09"/)
  await moveTo(client, 'encrypted')
  t.equal(await shown(client, 'text'), undefined)
  t.equal((await client.get('/center')).status_code, 302, 'the signed cookie is worth nothing here')
  await logIn(client, '李四')
  t.match((await client.get('/center')).text, '李四的会员中心')
  t.not(await shown(client, 'cookie'), '（还没有）')
  t.equal(await shown(client, 'text'), undefined)
})

t.test('an unknown home is the signed one', async (t) => {
  const client = demo(t).test_client()
  await moveTo(client, 'constructor')
  await logIn(client, '张三')
  t.match(await shown(client, 'text'), /username/)
})

t.test('without Redis the page says how to start one, and nobody moves there', async (t) => {
  process.env['REDIS_URL'] = 'redis://127.0.0.1:1'
  t.teardown(() => delete process.env['REDIS_URL'])
  const app = demo(t)
  const client = app.test_client()
  t.match((await client.get('/homes/')).text, 'apt install redis-server')
  await moveTo(client, 'redis')
  t.equal(client.get_cookie('home'), undefined)
  client.set_cookie('home', 'redis')
  t.equal((await client.get('/homes/')).status_code, 200, 'also for who lived there')
})

t.test(
  'in Redis the key and its time are shown, and other logins can be ended',
  { skip: skipWithoutRedis() },
  async (t) => {
    const redis = await RedisServer.start()
    process.env['REDIS_URL'] = redis.url
    t.teardown(() => delete process.env['REDIS_URL'])
    const app = create_app()
    t.teardown(async () => {
      await app.session_interface.close()
      await redis.stop()
    })
    const [here, there] = [app.test_client(), app.test_client()]
    for (const client of [here, there]) {
      await moveTo(client, 'redis')
      t.equal((await client.get('/homes/')).text.includes('session:'), false, 'nothing is kept of a guest')
      await logIn(client, '张三')
    }
    const key = (await shown(here, 'key')) ?? ''
    t.equal(key, `session:${here.get_cookie('session')?.value}`)
    t.equal(redis.cli('TTL', key), await shown(here, 'ttl'))
    t.match(await shown(here, 'text'), /"username":"张三"/)

    const { text } = await here.get('/homes/')
    t.equal(text.match(/来过会员中心 1 次/g)?.length, 2)
    const other = /name="id" value="([^"]+)"/.exec(text)?.[1] ?? ''
    await here.post('/homes/end', { data: { id: other } })
    t.equal((await there.get('/center')).status_code, 302, 'the other browser is a guest again')
    t.equal((await here.get('/center')).status_code, 200)
    await here.get('/logout')
    t.equal(redis.cli('EXISTS', key), '0')
  },
)
