import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { create_app } from '../../demo-app/app.ts'
import { openBrowser, reasonToSkipBrowser } from '../support/browser.ts'
import { RedisServer, skipWithoutRedis } from '../support/redis-server.ts'

/** Folder of the screenshots. Default: one that goes away with the test. */
const screenshots = process.env['FLAGON_SCREENSHOTS'] ?? t.testdir()

t.test('the demo in Chromium', { skip: reasonToSkipBrowser() }, async (t) => {
  mkdirSync(screenshots, { recursive: true })
  const redis = skipWithoutRedis() ? undefined : await RedisServer.start()
  process.env['REDIS_URL'] = redis?.url
  const app = create_app()
  const server = await app.run({ host: '127.0.0.1', port: 0, signals: false })
  const { context, close } = await openBrowser()
  t.teardown(async () => {
    await close()
    server.closeAllConnections()
    server.close()
    await app.session_interface.close()
    await redis?.stop()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const page = await context.newPage()
  const pageErrors: string[] = []
  page.on('pageerror', (error) => pageErrors.push(error.message))
  page.on('dialog', (dialog) => {
    pageErrors.push(`a dialog opened: ${dialog.message()}`)
    return dialog.dismiss()
  })
  const open = (path: string) => page.goto(origin + path)
  const shoot = (name: string) => page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })
  const path = () => page.url().slice(origin.length)
  const submit = (selector: string) => Promise.all([page.waitForNavigation(), page.click(selector)])
  const heading = () => page.textContent('h1')

  t.test('the first page leads to every story', async (t) => {
    await open('/')
    t.equal(await page.locator('.cards a').count(), 6)
    await shoot('home')
  })

  t.test('张三 logs in by cookie, is greeted, and leaves', async (t) => {
    await open('/welcomecookie/')
    t.equal(await heading(), '欢迎游客光临')
    await shoot('welcomecookie-guest')
    await open('/tologincookie/')
    await shoot('logincookie')
    await page.fill('input[name=name]', '张三')
    await submit('main button')
    t.equal(path(), '/welcomecookie/')
    t.equal(await heading(), '欢迎张三光临')
    await shoot('welcomecookie')
    await submit('text=退出')
    t.equal(await heading(), '欢迎游客光临')
    t.same(await context.cookies(), [], 'the cookie is gone from the browser')
  })

  t.test('a name that is a script is shown and does not run', async (t) => {
    await open('/tologincookie/')
    await page.fill('input[name=name]', '<script>alert(1)</script>')
    await submit('main button')
    t.equal(await heading(), '欢迎<script>alert(1)</script>光临')
    await shoot('welcomecookie-script')
    await submit('text=退出')
  })

  t.test('the guard sends to the login and back; a target on another site is not followed', async (t) => {
    await open('/center/letters/2')
    t.match(path(), /^\/login\?next=/)
    await shoot('login')
    await page.fill('input[name=username]', '张三')
    await submit('main button')
    t.equal(path(), '/center/letters/2')
    await shoot('letter')
    await open('/center')
    t.equal(await heading(), '张三的会员中心')
    await shoot('center')
    t.equal(await cookieExpiry(page, 'session'), -1, 'the session ends with the browser')
    await submit('text=退出')

    await open('/login?next=//evil.test')
    await page.fill('input[name=username]', '张三')
    await page.check('input[name=remember]')
    await submit('main button')
    t.equal(path(), '/center')
    t.ok((await cookieExpiry(page, 'session')) > Date.now() / 1000, 'the session outlives the browser')
    await open('/logout')
    await open('/center')
    t.match(path(), /^\/login/, 'logged out')
  })

  t.test('an HttpOnly cookie of the workshop is hidden from JavaScript alone', async (t) => {
    await open('/workshop/')
    await page.fill('#by-script input', 'colour=red; path=/')
    await page.click('#by-script button:not(.plain)')
    await setInWorkshop(page, 'open', false)
    await setInWorkshop(page, 'secret', true)
    t.equal(await page.textContent('[data-name=secret] .sight'), '看不见')
    t.equal(await page.textContent('[data-name=open] .sight'), '看得见')
    t.equal(await page.textContent('[data-name=colour] .sight'), '看得见')
    const seen = await page.evaluate('document.cookie')
    t.match(seen, /open=1/)
    t.match(seen, /colour=red/)
    t.notMatch(seen, /secret/)
    await shoot('workshop')
    for (const name of ['secret', 'open', 'colour']) {
      await submit(`[data-name=${name}] button`)
      t.equal(await page.locator(`[data-name=${name}]`).count(), 0, `${name} is gone`)
    }
    t.notMatch((await context.cookies()).map(({ name }) => name).join(), /secret|open|colour/)
  })

  t.test('a signed login cannot be forged', async (t) => {
    await open('/signed/')
    await shoot('signed-guest')
    await page.fill('form[action$="/signed/login"] input', '张三')
    await submit('form[action$="/signed/login"] button')
    t.equal(await page.textContent('#who'), '张三')
    await shoot('signed-member')
    const cookies = await context.cookies()
    await page.fill('form[action$="/forge"] input', 'admin')
    await submit('form[action$="/forge"] button')
    t.equal(await page.locator('#who').count(), 0)
    t.equal(await page.locator('#forged').count(), 1)
    await shoot('signed-forged')

    const account = cookies.find(({ name }) => name === 'account')
    if (!account) return t.fail('the cookie was set')
    const dot = account.value.lastIndexOf('.') + 1
    const other = account.value[dot] === 'A' ? 'B' : 'A'
    await context.addCookies([
      { ...account, value: account.value.slice(0, dot) + other + account.value.slice(dot + 1) },
    ])
    await open('/signed/')
    t.equal(await page.locator('#who').count(), 0, 'a changed signature is refused')
    await context.addCookies([account])
    await open('/signed/')
    t.equal(await page.textContent('#who'), '张三', 'the right one still counts')
  })

  t.test('a session moves house, and another login is ended', { skip: skipWithoutRedis() }, async (t) => {
    for (const home of ['signed', 'encrypted', 'redis']) {
      await open('/homes/')
      if (home !== 'signed') await submit(`#${home} button`)
      t.equal(await page.locator(`#${home} #here`).count(), 1)
      await open('/login')
      await page.fill('input[name=username]', '张三')
      await submit('main button')
      t.equal(await heading(), '张三的会员中心')
      await open('/homes/')
      await shoot(`homes-${home}`)
    }
    t.match(await page.textContent('#key'), /^session:/)
    t.equal(await page.textContent('#ttl'), '2678400')

    const elsewhere = app.test_client()
    elsewhere.set_cookie('home', 'redis')
    await elsewhere.post('/login', { data: { username: '张三' } })
    await open('/homes/')
    t.equal(await page.locator('#sessions tr').count(), 2)
    await shoot('homes-two-logins')
    await submit('#sessions button')
    t.equal(await page.locator('#sessions tr').count(), 1)
    t.equal((await elsewhere.get('/center')).status_code, 302, 'who was ended is a guest')
    await open('/center')
    t.equal(await heading(), '张三的会员中心')
  })

  t.test('the page of a life draws its hooks', async (t) => {
    await open('/life/')
    await open('/life/')
    t.ok((await page.locator('ol.life li').count()) > 10)
    await shoot('life')
  })

  t.test('no page threw an error or opened a dialog', (t) => {
    t.same(pageErrors, [])
    t.end()
  })
})

/** When a cookie expires, in seconds since 1970; -1 for a cookie that ends with the browser. */
async function cookieExpiry(page: Page, name: string): Promise<number> {
  const cookies = await page.context().cookies()
  return cookies.find((cookie) => cookie.name === name)?.expires ?? Number.NaN
}

async function setInWorkshop(page: Page, name: string, httponly: boolean): Promise<void> {
  const form = page.locator('form[action$="/workshop/set"]')
  await form.locator('input[name=name]').fill(name)
  await form.locator('input[name=value]').fill('1')
  await form.locator('input[name=httponly]').setChecked(httponly)
  await Promise.all([page.waitForNavigation(), form.locator('button').click()])
}
