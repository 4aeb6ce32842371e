import { Flagon, jsonify, request } from '../../../lib/index.ts'
import { form, json, type Question, withHeader } from './questions.ts'

/** What Python's int makes of a text. */
function int(text: string): number {
  return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN
}

/** What a view reads of a request: bodies, headers, dates, credentials, and the JSON made of it. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.MAX_CONTENT_LENGTH = 60
  const methods = ['GET', 'POST', 'PUT']

  app.route('/fields', { methods })(function fields() {
    const { form, args, values } = request
    return jsonify({ form: [...form], args, values: values.to_dict() })
  })

  app.route('/form', { methods })(function form() {
    return request.form
  })

  app.route('/need', { methods })(function need() {
    const { form } = request
    return jsonify(form.require('a'), form.getlist('a'), form.get('n', -1, int))
  })

  app.route('/json', { methods })(function json() {
    return jsonify({ got: request.json })
  })

  app.route('/silent', { methods })(function silent() {
    return jsonify(request.get_json({ silent: true }), request.is_json, request.mimetype)
  })

  app.route('/force', { methods })(function force() {
    return jsonify(request.get_json({ force: true }))
  })

  app.route('/data', { methods })(function data() {
    const { data, content_length, content_type, mimetype_params } = request
    return jsonify(data.toString(), content_length, content_type, mimetype_params)
  })

  app.route('/credentials')(function credentials() {
    const found = request.authorization
    if (found === undefined) return jsonify(null)
    const { type, username, password, token } = found
    return jsonify(type, username, password, token, found.get('realm'), found.to_header())
  })

  app.route('/accepted')(function accepted() {
    const { accept_mimetypes: types, accept_languages: languages } = request
    return jsonify(
      [...types],
      types.best_match(['text/html', 'application/json']),
      types.accept_json,
      types.quality('text/plain'),
      [...languages],
      languages.best_match(['en', 'de-AT', 'zh']),
    )
  })

  app.route('/conditions')(function conditions() {
    const { if_none_match: tags, if_modified_since: since, range, cache_control: control } = request
    return jsonify(
      tags.to_header(),
      tags.contains_weak('a'),
      since === undefined ? null : since.getTime() / 1000,
      range === undefined ? null : [range.to_header(), range.range_for_length(100)],
      [control.max_age, control.no_cache, control.to_header()],
    )
  })

  function url({ rest }: { rest?: string }) {
    const parts = [request.url, request.base_url, request.url_root, request.host, request.path, request.full_path]
    return jsonify([...parts, request.query_string.toString('latin1'), rest, [...request.args]])
  }
  app.route('/url', { methods })(url)
  app.route('/url/<path:rest>', { methods })(url)

  return app
}

const FORMS = [
  ...[
    'a=1&b=2&a=3',
    'a',
    'a=&=b&&',
    'a=1;b=2',
    'a=%41%20+b',
    'a=%&b=%zz',
    'a=%FF',
    'a=b=c',
    'a=游客',
    'n=5&a=1',
    'n=x&a=1',
  ],
  ...['', `a=${'x'.repeat(70)}`],
]
const JSON_TEXTS = [
  ...[
    '{"a":1}',
    '',
    ' ',
    '{',
    '[1,2',
    'null',
    '"x"',
    '1e5',
    '{"a":1,"a":2}',
    '[1,]',
    "{'a':1}",
    '"\\ud83d\\ude00"',
    '01',
  ],
  ...['\n[1]\n', '{"x":{"y":[1,{"z":null}]}}', `"${'x'.repeat(70)}"`],
]
const TYPES = [
  ...['application/json; charset=utf-8', 'application/vnd.api+json', 'APPLICATION/JSON', 'text/json', 'text/plain'],
  'application/x-www-form-urlencoded; charset=utf-8',
]
const CREDENTIALS = [
  ...[
    'Basic dXNlcjpwYTpzcw==',
    'basic dXNlcg==',
    'Basic',
    'Basic !!!',
    'Basic 5ri45a6iOuWvhueggQ==',
    'Bearer abc.def',
    'X',
  ],
  ...['Bearer a b', 'Digest username="u", realm="r", nonce="n"', 'Token token="x"'],
]
const ACCEPTED = [
  ...[
    '*/*',
    'text/html;q=0.5, application/json',
    'text/*;q=0.5, text/html;q=0.1',
    'text/html;q=0',
    'text/html;q=x',
    ',',
  ],
  ...['text/html;level=1;q=0.3, text/html', 'application/*', 'TEXT/HTML', 'a;b="c,d";q=0.3'],
]
const LANGUAGES = ['en-US,en;q=0.9', 'de', 'zh-Hans-CN', '*', 'en;q=0', 'de_AT, en;q=0.5', 'fr']
const DATES = [
  ...['Tue, 14 Nov 2023 22:13:20 GMT', 'Tuesday, 14-Nov-23 22:13:20 GMT', 'Tue Nov 14 22:13:20 2023', 'nonsense', '0'],
  ...['Tue, 32 Nov 2023 22:13:20 GMT', 'Tue, 14 Nov 2023 22:13:20 +0200'],
]
const RANGES = [
  'bytes=0-9',
  'bytes=5-',
  'bytes=-5',
  'bytes=0-0,5-9',
  'bytes=9-5',
  'bytes=a-b',
  'bytes',
  'items=0-9',
  'bytes=200-',
]
const TARGETS =
  '/url /url? /url?a=1&b=%20&a=+ /url?%E6%B8%B8=%E5%AE%A2 /url?a=%ff /url/%E6%B8%B8 /url/a%20b%3Fc%23d /url/%25 /url/%ff /url/a;b ' +
  '/url/a%2Fb /url/a+b /url/%7Ea~ /url?a=1?b=2 /url?a=%26%3D%2B%23 /url?a&&b /url?= /url/%5B%40%21%24%27%28%29%2A%2C%3B%3D%3A%5D'

/** What both apps are asked. */
export const questions: readonly Question[] = [
  ...FORMS.flatMap((body) =>
    ['/fields?z=1&a=9', '/form', '/need', '/data', '/json'].map((path) => form(`POST ${path}`, body)),
  ),
  ...JSON_TEXTS.flatMap((body) =>
    ['/json', '/silent', '/force', '/data', '/fields'].map((path) => json(`POST ${path}`, body)),
  ),
  ...TYPES.flatMap((type) =>
    ['/json', '/silent', '/force', '/data', '/fields'].map((path): Question => {
      return { line: `PUT ${path}`, headers: [['Content-Type', type]], body: '{"a":1}' }
    }),
  ),
  form('GET /fields?z=1', 'a=1'),
  'POST /json',
  'POST /need',
  ...withHeader('/credentials', 'Authorization', CREDENTIALS),
  ...withHeader('/accepted', 'Accept', ACCEPTED),
  ...withHeader('/accepted', 'Accept-Language', LANGUAGES),
  ...withHeader('/conditions', 'If-Modified-Since', DATES),
  ...withHeader('/conditions', 'If-None-Match', ['"a"', 'W/"a", "b"', '*', 'a', '"a']),
  ...withHeader('/conditions', 'Range', RANGES),
  ...withHeader('/conditions', 'Cache-Control', ['max-age=0', 'no-cache', 'max-age=x, a=b', 'no-cache="x"']),
  ...TARGETS.split(' '),
  ...withHeader('/url', 'Host', [
    'localhost:80',
    'localhost:5000',
    '127.0.0.1',
    '[::1]:8080',
    'xn--mnchen-3ya.de',
    'a..b',
  ]),
]
