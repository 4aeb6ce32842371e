import t from 'tap'
import { create_app } from '../../demo-app/app.ts'

type Client = ReturnType<ReturnType<typeof create_app>['test_client']>

/** The account that the page shows as logged in; undefined where it shows none. */
async function whoIs(client: Client): Promise<string | undefined> {
  const { text } = await client.get('/signed/')
  return /<b id="who">([^<]*)<\/b>/.exec(text)?.[1]
}

/** Accounts live as long as the process, so that every test takes one of its own. */
let accounts = 0
function newAccount(): string {
  return `账号${++accounts}`
}

t.test('the signature of the account logs in, and leaving logs out', async (t) => {
  const client = create_app().test_client()
  const account = newAccount()
  t.equal(await whoIs(client), undefined)
  await client.post('/signed/login', { data: { account } })
  t.equal(await whoIs(client), account)
  await client.post('/signed/logout')
  t.equal(await whoIs(client), undefined)
})

t.test('forging the cookie fails', async (t) => {
  const client = create_app().test_client()
  await client.post('/signed/login', { data: { account: newAccount() } })
  await client.post('/signed/forge', { data: { account: 'admin' } })
  t.equal(await whoIs(client), undefined)
  t.match((await client.get('/signed/')).text, 'id="forged"')

  const claim = Buffer.from(JSON.stringify({ account: 'admin' })).toString('base64url')
  for (const cookie of ['', 'admin', 'x.y.z', claim, `${claim}.Zx`, `${claim}.ZVO9gA.${'0'.repeat(27)}`, 'é', '%00']) {
    const forger = create_app().test_client()
    forger.set_cookie('account', cookie)
    t.equal(await whoIs(forger), undefined, JSON.stringify(cookie))
  }
})

t.test('a cookie of one app is worth nothing under another secret key, and under another name', async (t) => {
  const app = create_app()
  const one = app.test_client()
  await one.post('/signed/login', { data: { account: newAccount() } })
  const cookie = one.get_cookie('account')?.value ?? ''
  const other = create_app().test_client()
  other.set_cookie('account', cookie)
  t.equal(await whoIs(other), undefined)
  t.match((await one.get('/signed/')).text, cookie.split('.')[2] ?? 'nothing', 'the page shows the signature')
})

t.test('with a password, only the password logs in, and a new one logs the old cookie out', async (t) => {
  const app = create_app()
  const account = newAccount()
  const home = app.test_client()
  const away = app.test_client()
  await home.post('/signed/login-with-password', { data: { account, password: 'first' } })
  t.equal(await whoIs(home), account)

  await away.post('/signed/login-with-password', { data: { account, password: 'wrong' } })
  t.equal(await whoIs(away), undefined)
  await away.post('/signed/login', { data: { account } })
  t.equal(await whoIs(away), undefined, 'the account alone is not enough any more')
  await away.post('/signed/login-with-password', { data: { account, password: 'first' } })
  t.equal(await whoIs(away), account)

  await home.post('/signed/change-password', { data: { password: 'second' } })
  t.equal(await whoIs(home), account, 'who changed it stays logged in')
  t.equal(await whoIs(away), undefined, 'the old cookie is out')
})

t.test('a cookie signed before the account had a password is out once it has one', async (t) => {
  const app = create_app()
  const account = newAccount()
  const early = app.test_client()
  await early.post('/signed/login', { data: { account } })
  await app.test_client().post('/signed/login-with-password', { data: { account, password: 'x' } })
  t.equal(await whoIs(early), undefined)
})

t.test('nobody who is not logged in changes a password', async (t) => {
  const app = create_app()
  const account = newAccount()
  await app.test_client().post('/signed/login-with-password', { data: { account, password: 'mine' } })
  const stranger = app.test_client()
  stranger.set_cookie('account', Buffer.from(JSON.stringify({ account })).toString('base64url'))
  await stranger.post('/signed/change-password', { data: { password: 'stolen' } })
  await stranger.post('/signed/login-with-password', { data: { account, password: 'stolen' } })
  t.equal(await whoIs(stranger), undefined)
})
