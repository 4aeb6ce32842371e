import t from 'tap'
import { create_app } from '../../demo-app/app.ts'

t.test('a guest is greeted as a guest, also on a direct visit, and has no link to leave by', async (t) => {
  const response = await create_app().test_client().get('/welcomecookie/')
  t.equal(response.status_code, 200)
  t.match(response.text, '欢迎游客光临')
  t.notMatch(response.text, '退出')
})

t.test('the login page has a form with a field for the name, which posts to the login', async (t) => {
  const { text } = await create_app().test_client().get('/tologincookie/')
  t.match(text, /<form[^>]* action="\/logincookie\/" method="post"/)
  t.match(text, /<input name="name"/)
})

t.test('logging in sets the cookie and leads to the welcome; leaving deletes it', async (t) => {
  const client = create_app().test_client()
  const login = await client.post('/logincookie/', { data: { name: '张三' } })
  t.equal(login.status_code, 302)
  t.equal(login.location, '/welcomecookie/')
  t.equal(
    login.headers.get('Set-Cookie'),
    'name="\\345\\274\\240\\344\\270\\211"; Path=/',
    'octal, as Werkzeug writes it',
  )

  const welcome = await client.get('/welcomecookie/')
  t.match(welcome.text, '欢迎张三光临')
  t.match(welcome.text, /<a [^>]*href="\/logoutcookie\/"[^>]*>退出<\/a>/)

  const logout = await client.get('/logoutcookie/', { follow_redirects: true })
  t.match(logout.text, '欢迎游客光临')
  t.equal(client.get_cookie('name'), undefined)
})

t.test('a name that is markup is shown as text', async (t) => {
  const client = create_app().test_client()
  await client.post('/logincookie/', { data: { name: '<script>alert(1)</script>' } })
  const { text } = await client.get('/welcomecookie/')
  t.match(text, '欢迎&lt;script&gt;alert(1)&lt;/script&gt;光临')
  t.notMatch(text, '<script>alert')
})

t.test('a name that is empty, too long or missing sets no cookie', async (t) => {
  const client = create_app().test_client()
  for (const name of ['', '   ', '长'.repeat(41)]) {
    const response = await client.post('/logincookie/', { data: { name }, follow_redirects: true })
    t.match(response.text, '名字要有 1 到 40 个字')
    t.equal(client.get_cookie('name'), undefined, JSON.stringify(name))
  }
  t.equal((await client.post('/logincookie/', { data: {} })).status_code, 400)
})
