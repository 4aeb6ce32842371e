import t from 'tap'
import { create_app } from './apps/s07_request.ts'
import { type Differences, replay } from './replay.ts'

const BAD_REQUEST = {
  status: 400,
  headers: [['Content-Type', 'text/html; charset=utf-8']],
  body: { text: '<!doctype html>' },
} as const

const DIFFERENCES: Differences = {
  'a __proto__ key in JSON is a 400: merging such an object would change its prototype': BAD_REQUEST,
  'a malformed multipart body is a 400 when the form or the files are asked for; Werkzeug gives an empty form':
    BAD_REQUEST,
}

await replay(t, 's07_request', create_app, DIFFERENCES)
