import t from 'tap'
import { timedelta } from '../../lib/http/dates.ts'
import { Response } from '../../lib/wrappers/response.ts'

/** Properties that are the text of their header. */
const TEXTS = {
  content_type: 'Content-Type',
  location: 'Location',
  content_location: 'Content-Location',
  content_encoding: 'Content-Encoding',
  content_md5: 'Content-MD5',
  accept_ranges: 'Accept-Ranges',
} as const

for (const [property, header] of Object.entries(TEXTS) as [keyof typeof TEXTS, string][]) {
  t.test(`${property} is the text of ${header}, and undefined removes it`, (t) => {
    const response = new Response()
    response[property] = 'x/y'
    t.equal(response.headers.get(header), 'x/y')
    response.headers.set(header, 'z')
    t.equal(response[property], 'z')
    response[property] = undefined
    t.equal(response.headers.has(header), false)
    t.equal(response[property], undefined)
    t.end()
  })
}

/** Properties that are the date of their header. */
const DATES = { date: 'Date', expires: 'Expires', last_modified: 'Last-Modified' } as const

for (const [property, header] of Object.entries(DATES) as [keyof typeof DATES, string][]) {
  t.test(`${property} is the date of ${header}, in whole seconds`, (t) => {
    const response = new Response()
    t.equal(response[property], undefined)
    response[property] = new Date('2024-01-02T03:04:05.678Z')
    t.equal(response.headers.get(header), 'Tue, 02 Jan 2024 03:04:05 GMT')
    t.same(response[property], new Date('2024-01-02T03:04:05Z'))
    response[property] = 1_700_000_000
    t.equal(response.headers.get(header), 'Tue, 14 Nov 2023 22:13:20 GMT')
    response.headers.set(header, 'nonsense')
    t.equal(response[property], undefined)
    response[property] = undefined
    t.equal(response.headers.has(header), false)
    t.end()
  })
}

t.test('content_length is a number, or undefined when it is not one', (t) => {
  const response = new Response('abc')
  t.equal(response.content_length, 3)
  response.content_length = 5
  t.equal(response.headers.get('Content-Length'), '5')
  for (const text of ['abc', '', '-1', '1.5', '0x10', '+1']) {
    response.headers.set('Content-Length', text)
    t.equal(response.content_length, undefined, text)
  }
  response.content_length = undefined
  t.equal(response.headers.has('Content-Length'), false)
  t.end()
})

t.test('age is a time span of whole seconds, never negative', (t) => {
  const response = new Response()
  t.equal(response.age, undefined)
  response.age = timedelta({ minutes: 2 })
  t.equal(response.headers.get('Age'), '120')
  t.equal(response.age?.total_seconds(), 120)
  response.age = 7.9
  t.equal(response.headers.get('Age'), '7')
  t.throws(() => {
    response.age = -1
  }, RangeError)
  t.throws(() => {
    response.age = Number.NaN
  }, RangeError)
  response.age = undefined
  t.equal(response.headers.has('Age'), false)
  t.end()
})

t.test('retry_after is read as a date, and written as a date, seconds or text', (t) => {
  const response = new Response()
  t.equal(response.retry_after, undefined)
  response.retry_after = 60
  t.equal(response.headers.get('Retry-After'), '60')
  const inSeconds = ((response.retry_after as Date | undefined)?.getTime() ?? 0) - Date.now()
  t.ok(inSeconds > 55_000 && inSeconds <= 60_000, 'seconds count from now')
  response.retry_after = new Date('2024-01-02T03:04:05Z')
  t.equal(response.headers.get('Retry-After'), 'Tue, 02 Jan 2024 03:04:05 GMT')
  t.same(response.retry_after, new Date('2024-01-02T03:04:05Z'))
  response.retry_after = '5'
  t.equal(response.headers.get('Retry-After'), '5')
  response.retry_after = undefined
  t.equal(response.headers.has('Retry-After'), false)
  t.end()
})

// security: redirect targets and header values with CR, LF or NUL
t.test('no property can add a header', (t) => {
  const response = new Response()
  for (const bad of ['a\r\nX: y', 'a\nb', 'a\rb', 'a\0b']) {
    t.throws(() => {
      response.location = bad
    }, TypeError)
    t.throws(() => {
      response.content_type = bad
    }, TypeError)
    t.throws(() => new Response('', { content_type: bad }), TypeError)
    t.throws(() => new Response('', { mimetype: bad }), TypeError)
    t.throws(() => new Response('', { headers: { 'X-A': bad } }), TypeError)
  }
  t.same(response.headers.to_list(), [['Content-Type', 'text/html; charset=utf-8']])
  t.end()
})
