import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import t from 'tap'
import { FlagonError } from '../../lib/errors.ts'
import { HTTPException, NotFound, UnsupportedMediaType } from '../../lib/http/exceptions.ts'
import { makeIncoming } from '../../lib/wrappers/incoming.ts'
import { Request } from '../../lib/wrappers/request.ts'
import {
  appOf,
  codeOf,
  LAST_BOUNDARY,
  MULTIPART_TYPE,
  part,
  type RequestParts,
  requestOf,
  thrownBy,
} from '../support/requests.ts'

const streamOf = (bytes: Uint8Array): Readable => Readable.from([bytes], { objectMode: false })

const URLENCODED = 'application/x-www-form-urlencoded'

function posted(type: string | undefined, body: string | Uint8Array, parts: RequestParts = {}): Request {
  const headers = type === undefined ? [] : [['Content-Type', type] as const]
  return requestOf({ method: 'POST', headers, body, ...parts })
}

t.test('a form is read as its content type says', (t) => {
  t.same(
    [...posted(URLENCODED, 'a=1&a=2').form],
    [
      ['a', '1'],
      ['a', '2'],
    ],
  )
  t.same([...posted('Application/X-WWW-Form-URLencoded; charset=utf-8', 'a=1').form], [['a', '1']])
  const multipart = posted(MULTIPART_TYPE, part('name="a"', '1') + part('name="f"; filename="f"', 'x') + LAST_BOUNDARY)
  t.same([...multipart.form], [['a', '1']])
  t.equal(multipart.files.require('f').read().toString(), 'x')
  t.equal(multipart.form, multipart.form, 'parsed once')
  for (const type of ['text/plain', '', ';;', undefined, 'multipart/mixed; boundary=XbX']) {
    t.equal(posted(type, 'a=1').form.size, 0, String(type))
    t.equal(posted(type, 'a=1').files.size, 0)
  }
  t.end()
})

t.test('a body that is too large is refused also where it is no form after all', (t) => {
  const config = { MAX_CONTENT_LENGTH: 6 }
  for (const type of ['application/json', 'text/plain']) {
    const large = posted(type, '{"a":1}', { config })
    t.equal(
      codeOf(() => large.form),
      413,
      type,
    )
    t.equal(
      codeOf(() => large.files),
      413,
    )
    t.equal(posted(type, '{"a":}', { config }).form.size, 0, 'within the limit there is just no form')
  }
  t.equal(posted(undefined, 'of no type', { config }).form.size, 0, 'what has no type is not looked at')
  t.end()
})

t.test('values are the arguments and then the form, but for GET', (t) => {
  const url = '/?a=1'
  t.same(
    [...posted(URLENCODED, 'b=2&a=9', { url }).values],
    [
      ['a', '1'],
      ['b', '2'],
      ['a', '9'],
    ],
  )
  const get = posted(URLENCODED, 'b=2', { url, method: 'GET' })
  t.same([...get.values], [['a', '1']])
  t.same([...get.form], [['b', '2']])
  t.equal(get.values, get.values, 'made once')
  t.end()
})

t.test('data is the bytes of what is no form', (t) => {
  t.equal(posted('text/plain', '游客').data.toString(), '游客')
  t.equal(posted(undefined, 'x').data.toString(), 'x')
  t.equal(posted(URLENCODED, 'a=1').data.length, 0)
  t.equal(posted(MULTIPART_TYPE, LAST_BOUNDARY).data.length, 0)
  t.equal(requestOf().data.length, 0)
  const asked = posted(URLENCODED, 'a=1')
  t.equal(asked.get_data().toString(), 'a=1')
  t.equal(asked.data.toString(), 'a=1', 'as in Flask, once it was asked for')
  t.end()
})

t.test('get_data gives the bytes or the text of any body', (t) => {
  t.equal(posted(URLENCODED, 'a=1').get_data({ as_text: true }), 'a=1')
  t.equal(posted(MULTIPART_TYPE, 'x').get_data({ as_text: true }), 'x')
  t.equal(posted('text/plain', Buffer.of(0x61, 0xff)).get_data({ as_text: true }), 'a\ufffd')
  t.equal(posted(URLENCODED, 'a=1').get_data({ parse_form_data: true, as_text: true }), '')
  const form = posted(URLENCODED, 'a=1')
  t.equal(form.form.get('a'), '1')
  t.equal(form.get_data({ as_text: true }), 'a=1', 'after the form too, unlike Flask')
  const once = posted('text/plain', 'x')
  t.equal(once.get_data({ cache: false, as_text: true }), 'x')
  t.equal(once.get_data({ as_text: true }), '')
  t.end()
})

t.test('the stream gives the body once', async (t) => {
  const request = posted('text/plain', 'hello')
  t.equal(request.stream, request.stream)
  t.equal(await text(request.stream), 'hello')
  t.equal(await text(requestOf().stream), '')
  t.equal(
    codeOf(() => posted('text/plain', 'hello', { config: { MAX_CONTENT_LENGTH: 4 } }).stream),
    413,
  )
})

t.test('JSON is parsed where the content type says so, and only once', (t) => {
  const request = posted('application/json', '{"a": [1, 2.5, null, true, "游客"]}')
  t.same(request.json, { a: [1, 2.5, null, true, '游客'] })
  t.equal(request.json, request.json)
  t.equal(request.get_json({ silent: true }), request.json)
  t.not(request.get_json({ cache: false }), undefined)
  t.same(posted('application/vnd.api+json', '[1]').json, [1])
  t.equal(posted('application/json', 'null').json, null)
  t.equal(posted('application/json', '"text"').json, 'text')
  t.same(posted('text/plain', '[1]').get_json({ force: true }), [1])
  t.end()
})

t.test('a body that is not JSON by its type is a 415, and by its text a 400', (t) => {
  for (const type of ['text/plain', '', undefined]) {
    const error = thrownBy(() => posted(type, '{}').json)
    t.ok(error instanceof UnsupportedMediaType)
    t.match(error.description, /not JSON by its Content-Type/)
  }
  const bad = [
    '{bad',
    '',
    ' ',
    '[1]x',
    '{"a":1,}',
    'NaN',
    '[1e',
    '"\\x"',
    "{'a':1}",
    '{"__proto__":{"x":1}}',
    '['.repeat(100_000),
  ]
  for (const body of bad)
    t.equal(
      codeOf(() => posted('application/json', body).json),
      400,
      body.slice(0, 40),
    )
  t.equal(
    codeOf(() => posted('application/json', Buffer.of(0x22, 0xff, 0x22)).json),
    400,
  )
  t.equal(
    codeOf(() => requestOf().json),
    415,
  )
  t.equal(
    codeOf(() => posted('application/json; charset=utf-16', '[1]').json),
    415,
  )
  t.equal(Reflect.get({}, 'x'), undefined)
  t.end()
})

t.test('what was wrong with the JSON is told while debugging only', (t) => {
  const plain = thrownBy(() => posted('application/json', '{bad').json)
  t.notMatch(plain.description, /JSON/)
  t.ok(plain.cause instanceof SyntaxError)
  t.match(
    thrownBy(() => posted('application/json', '{bad', { debug: true }).json).description,
    /^The body is not valid JSON: /,
  )
  t.match(thrownBy(() => posted('application/json', '{"__proto__":1}', { debug: true }).json).description, /__proto__/)
  t.end()
})

t.test('silent JSON is undefined where there is none', (t) => {
  t.equal(posted('application/json', '{bad').get_json({ silent: true }), undefined)
  t.equal(posted('text/plain', '{}').get_json({ silent: true }), undefined)
  const request = posted('application/json', '{bad')
  request.get_json({ silent: true })
  t.equal(request.get_json({ silent: true }), undefined)
  t.equal(
    codeOf(() => request.json),
    400,
    'which says nothing about the loud one',
  )
  t.equal(
    codeOf(() => posted('application/json', '{}', { config: { MAX_CONTENT_LENGTH: 1 } }).get_json({ silent: true })),
    413,
  )
  t.end()
})

t.test('an override of on_json_loading_failed gives the value', (t) => {
  class Lenient extends Request {
    override on_json_loading_failed(error: Error | undefined): unknown {
      return { failed: error?.name ?? 'no JSON' }
    }
  }
  const lenient = (type: string): Lenient => {
    const { req, app } = posted(type, '{bad')
    return new Lenient(req, app)
  }
  t.same(lenient('application/json').json, { failed: 'SyntaxError' })
  t.same(lenient('text/plain').json, { failed: 'no JSON' })
  t.end()
})

t.test('limits come from the config, and each request can have its own', (t) => {
  const config = { MAX_CONTENT_LENGTH: 10, MAX_FORM_MEMORY_SIZE: 20, MAX_FORM_PARTS: 30 }
  const request = posted(URLENCODED, 'a=1234567890', { config })
  t.match(request, { max_content_length: 10, max_form_memory_size: 20, max_form_parts: 30 })
  t.equal(
    codeOf(() => request.form),
    413,
  )
  t.equal(
    codeOf(() => request.data),
    413,
  )
  request.max_content_length = 12
  t.equal(request.form.get('a'), '1234567890')
  const strict = posted(URLENCODED, 'a=1&b=2')
  strict.max_form_memory_size = 6
  t.equal(
    codeOf(() => strict.form),
    413,
  )
  t.equal(strict.get_data().length, 7, 'the bytes are not a form')
  const parts = posted(MULTIPART_TYPE, part('name="a"', '').repeat(3) + LAST_BOUNDARY)
  parts.max_form_parts = 2
  t.equal(
    codeOf(() => parts.form),
    413,
  )
  t.equal(
    codeOf(() => parts.files),
    413,
    'again',
  )
  parts.max_form_parts = 3
  t.equal(parts.form.getlist('a').length, 3)
  t.equal(posted(undefined, 'x', { config: { MAX_CONTENT_LENGTH: null } }).data.length, 1)
  t.match(requestOf({ config: {} }).max_content_length, undefined)
  t.end()
})

t.test('a malformed multipart body is a 400 where the form or the files are asked for', (t) => {
  const bad: [type: string, body: string][] = [
    [MULTIPART_TYPE, part('name="a"', '1')],
    [MULTIPART_TYPE, ''],
    ['multipart/form-data', part('name="a"', '1') + LAST_BOUNDARY],
    ['multipart/form-data; boundary=other', part('name="a"', '1') + LAST_BOUNDARY],
    [`${MULTIPART_TYPE}; boundary=b`, part('name="a"', '1') + LAST_BOUNDARY],
  ]
  for (const [type, body] of bad) {
    const request = posted(type, body)
    t.equal(
      codeOf(() => request.form),
      400,
    )
    t.equal(
      codeOf(() => request.files),
      400,
    )
    t.equal(
      codeOf(() => request.data),
      400,
    )
    t.equal(request.get_data({ as_text: true }), body, 'the bytes are there all the same')
  }
  const bodyless = requestOf({ headers: [['Content-Type', MULTIPART_TYPE]] })
  t.equal(bodyless.form.size, 0, 'no body is no form')
  t.end()
})

// Security row 1.6 "decompression".
t.test('a compressed body is a 415, unless it is read as a stream', async (t) => {
  const headers = [
    ['Content-Encoding', 'gzip'],
    ['Content-Type', 'application/json'],
  ] as const
  const request = posted(undefined, '[1]', { headers })
  for (const read of [() => request.data, () => request.json, () => request.get_data()]) t.equal(codeOf(read), 415)
  t.equal(posted(undefined, 'x', { headers: [['Content-Encoding', 'Identity']] }).data.length, 1)
  t.equal(requestOf({ headers }).data.length, 0, 'where there is no body, there is nothing to refuse')
})

t.test('a form in a charset that is no superset of ASCII is a 415', (t) => {
  t.equal(
    codeOf(() => posted(`${URLENCODED}; charset=utf-16`, 'a=1').form),
    415,
  )
  t.same([...posted(`${URLENCODED}; charset=iso-8859-1`, 'a=1').form], [['a', '1']])
  t.end()
})

t.test('a missing file says why while debugging', (t) => {
  const missing = (key: string, debug: boolean): HTTPException =>
    thrownBy(() => posted(URLENCODED, 'f=x.txt', { debug }).files.require(key))
  t.match(missing('f', true), { code: 400, description: /"x\.txt" as "f".*enctype="multipart\/form-data"/ })
  t.notMatch(missing('g', true).description, /enctype/)
  t.notMatch(missing('f', false).description, /enctype/)
  t.equal(posted(URLENCODED, 'f=x.txt', { debug: true }).files.get('f'), undefined)
  t.end()
})

t.test('a body that was left alone says how to read it', async (t) => {
  const stream = readFileSync(import.meta.filename)
  const unread = (): Request =>
    new Request(
      makeIncoming({ rawHeaders: ['Content-Length', String(stream.length)], body: streamOf(stream) }),
      appOf(),
    )
  for (const read of [(r: Request) => r.data, (r: Request) => r.get_json({ force: true })]) {
    t.throws(() => read(unread()), { code: 'BODY_UNREAD', message: /await request\.load_body\(\)/ })
    t.throws(() => read(unread()), FlagonError)
  }
  const loaded = unread()
  await loaded.load_body()
  t.equal(loaded.load_body(), undefined)
  t.same(loaded.data, stream)
  const streamed = unread()
  t.equal((await text(streamed.stream)).length, stream.toString().length)
  t.equal(streamed.data.length, 0, 'the stream took it')
  const unmatched = unread()
  unmatched.routing_exception = new NotFound()
  t.equal(unmatched.data.length, 0, 'where no route matched, nothing was read')
})

t.test('whatever the content type and the body are, only HTTP exceptions come', (t) => {
  const types = fc.oneof(
    fc.constantFrom(URLENCODED, MULTIPART_TYPE, 'application/json', 'text/plain', ';;', 'application/json;charset="'),
    fc.string(),
  )
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '__proto__',
    '\\u',
    '&',
    '=',
    '%',
    '\r\n',
    '--XbX',
    '\xff',
    '1',
  )
  fc.assert(
    fc.property(types, fc.array(pieces), (type, texts) => {
      const request = posted(undefined, Buffer.from(texts.join(''), 'latin1'), { headers: [['Content-Type', type]] })
      for (const read of [
        () => request.form,
        () => request.files,
        () => request.values,
        () => request.data,
        () => request.json,
      ]) {
        try {
          read()
        } catch (error) {
          if (!(error instanceof HTTPException)) throw error
        }
      }
    }),
    { numRuns: 1000 },
  )
  t.pass('1,000 bodies')
  t.end()
})
