import t from 'tap'
import { create_app } from '../../demo-app/app.ts'

t.test('each option of the form becomes the attribute of its name', async (t) => {
  const cases: [options: Record<string, string>, header: string][] = [
    [{}, 'taste=sweet; Path=/'],
    [{ max_age: '60' }, 'taste=sweet; Expires=<in 60 s>; Max-Age=60; Path=/'],
    [{ expires: '2030-01-02T03:04Z' }, 'taste=sweet; Expires=Wed, 02 Jan 2030 03:04:00 GMT; Path=/'],
    [{ domain: 'example.com' }, 'taste=sweet; Domain=example.com; Path=/'],
    [{ path: '/workshop' }, 'taste=sweet; Path=/workshop'],
    [{ httponly: '1' }, 'taste=sweet; HttpOnly; Path=/'],
    [{ secure: '1' }, 'taste=sweet; Secure; Path=/'],
    [{ samesite: 'Strict' }, 'taste=sweet; Path=/; SameSite=Strict'],
    [{ samesite: 'None', secure: '1' }, 'taste=sweet; Secure; Path=/; SameSite=None'],
    [{ max_age: 'soon', expires: 'never', samesite: 'Odd' }, 'taste=sweet; Path=/'],
  ]
  for (const [options, header] of cases) {
    const data = { name: 'taste', value: 'sweet', max_age: '', expires: '', domain: '', samesite: '', ...options }
    const response = await create_app().test_client().post('/workshop/set', { data })
    t.equal(response.location, '/workshop/')
    t.equal(response.headers.get('Set-Cookie')?.replace(/Expires=[^;]*(?=; Max-Age=60)/, 'Expires=<in 60 s>'), header)
  }
})

t.test('the page shows the header that was sent and the cookies that came back', async (t) => {
  const client = create_app().test_client()
  const data = { name: 'taste', value: '<甜>' }
  const { text } = await client.post('/workshop/set', { data, follow_redirects: true })
  t.match(text, 'Set-Cookie: taste=')
  t.match(text, '<td class="value" title="&lt;甜&gt;">&lt;甜&gt;</td>')
})

t.test('deleting takes the cookie away', async (t) => {
  const client = create_app().test_client()
  await client.post('/workshop/set', { data: { name: 'taste', value: 'sweet' } })
  t.ok(client.get_cookie('taste'))
  await client.post('/workshop/delete', { data: { name: 'taste' } })
  t.equal(client.get_cookie('taste'), undefined)
})

t.test('what no browser would take is refused in words, not with a broken page', async (t) => {
  const cases = [
    { name: 'a b' },
    { name: '' },
    { name: 'a', samesite: 'None' },
    { name: '__Host-a' },
    { name: 'a', path: '/;x' },
  ]
  for (const fields of cases) {
    const client = create_app().test_client()
    const response = await client.post('/workshop/set', { data: { value: 'x', ...fields }, follow_redirects: true })
    t.equal(response.status_code, 200)
    t.match(response.text, /class="flash (error|header)"/, JSON.stringify(fields))
  }
})
