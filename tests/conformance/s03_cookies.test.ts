import t from 'tap'
import { create_app } from './apps/s03_cookies.ts'
import { type Differences, replay } from './replay.ts'

const DIFFERENCES: Differences = {
  "a cookie name that is no token throws, so the answer is 500 with the text 'refused TypeError'": {
    status: 500,
    headers: [
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Content-Length', '17'],
    ],
    body: { text: 'refused TypeError' },
  },
}

await replay(t, 's03_cookies', create_app, DIFFERENCES)
