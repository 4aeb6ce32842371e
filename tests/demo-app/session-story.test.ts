import t from 'tap'
import { create_app } from '../../demo-app/app.ts'

t.test('the guard sends a visitor to the login, and the login back to where the visitor was going', async (t) => {
  const client = create_app().test_client()
  for (const target of ['/center', '/center/letters/2', '/center?tab=1&x=%20']) {
    await client.get('/logout')
    const sent = await client.get(target)
    t.equal(sent.status_code, 302)
    t.match(sent.location, /^\/login\?next=/)
    const back = await client.post(sent.location ?? '', { data: { username: '张三' } })
    t.equal(back.location, target)
    t.equal((await client.get(target)).status_code, 200)
  }
})

t.test('a target on another site is not followed', async (t) => {
  const targets = [
    '//evil.test',
    '/\\evil.test',
    'https://evil.test/',
    'javascript:alert(1)',
    '\t//evil.test',
    'center',
    '',
  ]
  for (const next of targets) {
    const client = create_app().test_client()
    const response = await client.post('/login', { query_string: { next }, data: { username: 'ann' } })
    t.equal(response.location, '/center', JSON.stringify(next))
  }
})

t.test('the center greets by name and counts visits; logging out closes it again', async (t) => {
  const client = create_app().test_client()
  await client.post('/login', { data: { username: '<b>ann' } })
  t.match((await client.get('/center')).text, '&lt;b&gt;ann的会员中心')
  t.match((await client.get('/center')).text, '第 <b>2</b> 次')
  await client.get('/logout')
  t.equal((await client.get('/center')).status_code, 302)
})

t.test('the session ends with the browser, or stays for 31 days when the visitor is to be remembered', async (t) => {
  const client = create_app().test_client()
  const brief = await client.post('/login', { data: { username: 'ann' } })
  t.notMatch(brief.headers.get('Set-Cookie'), /Expires/)
  t.match(brief.headers.get('Set-Cookie'), /HttpOnly.*SameSite=Lax/)
  const long = await client.post('/login', { data: { username: 'ann', remember: '1' } })
  t.match(long.headers.get('Set-Cookie'), /Expires=/)
})

t.test('logging in starts a new session: what an earlier visitor kept is gone', async (t) => {
  const client = create_app().test_client()
  await client.post('/login', { data: { username: 'ann' } })
  await client.get('/center')
  await client.post('/login', { data: { username: 'bob' } })
  await client.session_transaction((session) => {
    t.equal(session.username, 'bob')
    t.equal(session.visits, undefined)
  })
})

t.test('an empty name does not log in, a letter that is not there is not found', async (t) => {
  const client = create_app().test_client()
  t.match((await client.post('/login', { data: { username: ' ' } })).text, '请填写用户名')
  await client.post('/login', { data: { username: 'ann' } })
  t.match((await client.get('/center/letters/1')).text, '欢迎来到会员中心')
  for (const number of [0, 4, 99]) t.equal((await client.get(`/center/letters/${number}`)).status_code, 404)
})
