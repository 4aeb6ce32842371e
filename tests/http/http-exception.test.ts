import t from 'tap'
import { HTTPException, NotFound } from '../../lib/http/exceptions.ts'
import { preset, StatusException } from '../../lib/http/http-exception.ts'

class Teapot extends HTTPException {
  override code = 418
  override description = 'short and stout'
}

t.test('an exception of an app says its code and description', (t) => {
  const error = new Teapot()
  t.type(error, Error)
  t.equal(error.code, 418)
  t.equal(error.name, "I'm a teapot")
  t.equal(error.description, 'short and stout')
  t.equal(error.message, "418 I'm a teapot: short and stout")
  t.equal(String(error), "418 I'm a teapot: short and stout")
  t.end()
})

t.test('a code that is not registered has a name all the same, and a class can give its own', (t) => {
  class Odd extends HTTPException {
    override code = 499
  }
  t.equal(new Odd().name, 'Unknown Error')
  t.equal(String(new Odd()), '499 Unknown Error: ')
  class Named extends HTTPException {
    override code = 499
    override name = 'Client Left'
  }
  t.equal(new Named().name, 'Client Left')
  const renamed = new Odd()
  renamed.name = 'Odd'
  t.equal(renamed.name, 'Odd')
  t.equal(new Odd().name, 'Unknown Error')
  renamed.message = 'other words'
  t.equal(String(renamed), 'other words')
  t.equal(String(new HTTPException()), '??? Unknown Error: ')
  t.end()
})

t.test('a description, a response, headers and a cause can be given', (t) => {
  t.equal(new HTTPException('why').description, 'why')
  const response = { status: 200 }
  const cause = new TypeError('inner')
  const error = new HTTPException({ description: 'why', response, headers: new Map([['X-A', '1']]), cause })
  t.equal(error.description, 'why')
  t.equal(error.response, response)
  t.equal(error.cause, cause)
  t.same(error.headers, [['X-A', '1']])
  const bare = new HTTPException()
  t.same([bare.code, bare.description, bare.response, bare.cause], [undefined, undefined, undefined, undefined])
  t.same(bare.headers, [])
  t.end()
})

t.test('the default page is HTML with everything escaped', (t) => {
  class Evil extends HTTPException {
    override code = 400
    override name = '<b>'
    override description = `<script>alert("1")</script>\n'&'`
  }
  t.equal(
    new Evil().get_body(),
    '<!doctype html>\n<html lang=en>\n<title>400 &lt;b&gt;</title>\n<h1>&lt;b&gt;</h1>\n' +
      '<p>&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;<br>&#39;&amp;&#39;</p>\n',
  )
  t.match(new HTTPException().get_body(), /<title>\?\?\? Unknown Error<\/title>[\s\S]*<p><\/p>\n$/)
  t.end()
})

t.test('the headers of the default page are its type and those that were given', (t) => {
  const type: [string, string] = ['Content-Type', 'text/html; charset=utf-8']
  t.same(new HTTPException().get_headers(), [type])
  t.same(new HTTPException({ headers: [['X-A', '1']] }).get_headers(), [type, ['X-A', '1']])
  t.same(new HTTPException({ headers: [['content-type', 'text/plain']] }).get_headers(), [
    ['content-type', 'text/plain'],
  ])
  t.end()
})

t.test('a class fixes code and description, and an argument goes before the description', (t) => {
  class Full extends StatusException {
    static {
      preset(Full, 507, 'no room')
    }
  }
  t.equal(new Full().code, 507)
  t.equal(new Full().description, 'no room')
  t.equal(new Full('really').description, 'really')
  t.equal(new Full().description, 'no room')
  t.end()
})

t.test('classes below 500 record no stack unless that is asked for; all others do', (t) => {
  const frames = (error: Error) => (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at ')).length
  class Own extends NotFound {}
  class Full extends StatusException {
    static {
      preset(Full, 507, 'no room')
    }
  }
  t.equal(frames(new NotFound()), 0)
  t.equal(frames(new Own()), 0)
  t.equal(frames(new HTTPException({ response: {} })), 0)
  t.ok(frames(new Full()) > 0)
  t.ok(frames(new Teapot()) > 0)
  t.ok(frames(new HTTPException()) > 0)
  t.ok(frames(new Error('after')) > 0, 'the limit is as it was')

  HTTPException.trace_client_errors = true
  t.teardown(() => {
    HTTPException.trace_client_errors = false
  })
  t.ok(frames(new NotFound()) > 0)
  t.match(new NotFound().stack, /^Not Found: 404 Not Found: /)
  t.end()
})
