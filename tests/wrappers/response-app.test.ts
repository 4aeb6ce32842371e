import t from 'tap'
import { Flagon, make_response, Response } from '../../lib/index.ts'
import { responseApp } from '../../lib/wrappers/response-app.ts'

/** The warnings about cookies that `work` gives rise to. */
async function cookieWarnings(work: () => Promise<unknown>): Promise<string[]> {
  const warnings: string[] = []
  const listen = (warning: Error): void => {
    if (warning.name === 'CookieSizeWarning') warnings.push(warning.message)
  }
  process.on('warning', listen)
  await work()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', listen)
  return warnings
}

t.test('MAX_COOKIE_SIZE of the app counts for every response that is made in it', async (t) => {
  const app = new Flagon(import.meta.url)
  const large = 'x'.repeat(200)
  app.get('/view', () => {
    const response = new Response('made by hand')
    response.set_cookie('view', large)
    return response
  })
  app.get('/make', () => {
    const response = make_response('made')
    response.set_cookie('make', large)
    return response
  })
  app.after_request((response) => {
    response.set_cookie('hook', large)
    return response
  })
  app.config.MAX_COOKIE_SIZE = 100
  const client = app.test_client()
  t.match(await cookieWarnings(() => client.get('/view')), [/'view'.*where 100 are safe/, /'hook'/])
  t.match(await cookieWarnings(() => client.get('/make')), [/'make'/, /'hook'/])
  app.config.MAX_COOKIE_SIZE = 0
  t.same(await cookieWarnings(() => client.get('/view')), [])
})

t.test('outside of an app a response goes by what browsers keep', async (t) => {
  t.equal(responseApp(), undefined)
  t.equal(new Response('x').max_cookie_size, 4093)
  const app = new Flagon(import.meta.url)
  app.config.MAX_COOKIE_SIZE = 50
  app.app_context().run(() => {
    t.equal(responseApp(), app)
    t.equal(new Response('x').max_cookie_size, 50)
  })
  t.equal(responseApp(), undefined)
})
