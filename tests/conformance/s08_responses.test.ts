import t from 'tap'
import { create_app } from './apps/s08_responses.ts'
import { type Differences, replay } from './replay.ts'

const DIFFERENCES: Differences = {
  'an unknown range unit is ignored (RFC 9110 14.2): 200 and the whole body': {
    status: 200,
    headers: [
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Content-Length', '10'],
      ['ETag', '"r"'],
      ['Accept-Ranges', 'bytes'],
    ],
    body: { text: '0123456789' },
  },
}

await replay(t, 's08_responses', create_app, DIFFERENCES)
