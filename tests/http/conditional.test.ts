import t from 'tap'
import { rangeApplies, type Verdict, weighConditions } from '../../lib/http/conditional.ts'
import { Headers } from '../../lib/http/headers.ts'

const BEFORE = 'Tue, 02 Jan 2024 03:04:04 GMT'
const CHANGED = 'Tue, 02 Jan 2024 03:04:05 GMT'
const AFTER = 'Tue, 02 Jan 2024 03:04:06 GMT'

const BOTH = { etag: '"a"', last_modified: new Date(CHANGED) }
const WEAK = { etag: 'W/"a"', last_modified: undefined }
const DATED = { etag: undefined, last_modified: new Date(CHANGED) }
const NEITHER = { etag: undefined, last_modified: undefined }

type Conditions = Record<string, string>

/** In the order of RFC 9110 section 13.2.2. */
const VERDICTS: [validators: typeof BOTH | typeof WEAK | typeof DATED | typeof NEITHER, Conditions, Verdict][] = [
  [BOTH, {}, 'proceed'],
  [BOTH, { 'If-Match': '"a"' }, 'proceed'],
  [BOTH, { 'If-Match': '"b", "a"' }, 'proceed'],
  [BOTH, { 'If-Match': '"b"' }, 'failed'],
  [BOTH, { 'If-Match': 'W/"a"' }, 'failed'],
  [BOTH, { 'If-Match': '*' }, 'proceed'],
  [WEAK, { 'If-Match': '"a"' }, 'failed'],
  [NEITHER, { 'If-Match': '"a"' }, 'failed'],
  [NEITHER, { 'If-Match': '*' }, 'proceed'],
  [BOTH, { 'If-Unmodified-Since': CHANGED }, 'proceed'],
  [BOTH, { 'If-Unmodified-Since': AFTER }, 'proceed'],
  [BOTH, { 'If-Unmodified-Since': BEFORE }, 'failed'],
  [BOTH, { 'If-Unmodified-Since': 'nonsense' }, 'proceed'],
  [NEITHER, { 'If-Unmodified-Since': BEFORE }, 'proceed'],
  [BOTH, { 'If-Match': '"a"', 'If-Unmodified-Since': BEFORE }, 'proceed'],
  [BOTH, { 'If-None-Match': '"a"' }, 'not-modified'],
  [BOTH, { 'If-None-Match': 'W/"a"' }, 'not-modified'],
  [BOTH, { 'If-None-Match': '"x", "a"' }, 'not-modified'],
  [BOTH, { 'If-None-Match': '*' }, 'not-modified'],
  [BOTH, { 'If-None-Match': '"x"' }, 'proceed'],
  [WEAK, { 'If-None-Match': '"a"' }, 'not-modified'],
  [NEITHER, { 'If-None-Match': '"a"' }, 'proceed'],
  [BOTH, { 'If-None-Match': 'a' }, 'not-modified'],
  [BOTH, { 'If-Modified-Since': CHANGED }, 'not-modified'],
  [BOTH, { 'If-Modified-Since': AFTER }, 'not-modified'],
  [BOTH, { 'If-Modified-Since': BEFORE }, 'proceed'],
  [BOTH, { 'If-Modified-Since': 'nonsense' }, 'proceed'],
  [BOTH, { 'If-Modified-Since': '0' }, 'proceed'],
  [NEITHER, { 'If-Modified-Since': AFTER }, 'proceed'],
  [BOTH, { 'If-None-Match': '"x"', 'If-Modified-Since': AFTER }, 'proceed'],
  [DATED, { 'If-None-Match': '"x"', 'If-Modified-Since': AFTER }, 'proceed'],
  [BOTH, { 'If-Match': '"b"', 'If-None-Match': '"a"' }, 'failed'],
  [BOTH, { 'If-Match': '"a"', 'If-None-Match': '"a"' }, 'not-modified'],
]

for (const [validators, conditions, verdict] of VERDICTS) {
  const about = `${validators.etag ?? 'no tag'} and ${validators.last_modified ? 'a date' : 'no date'}`
  t.test(`with ${about}, ${JSON.stringify(conditions)} is ${verdict}`, (t) => {
    t.equal(weighConditions(new Headers(conditions), validators), verdict)
    t.end()
  })
}

/** RFC 9110 section 13.1.5: strong comparison, and a date that is exactly Last-Modified. */
const IF_RANGE: [
  validators: typeof BOTH | typeof WEAK | typeof NEITHER,
  header: string | undefined,
  applies: boolean,
][] = [
  [BOTH, undefined, true],
  [BOTH, '"a"', true],
  [BOTH, ' "a" ', true],
  [BOTH, '"b"', false],
  [BOTH, 'W/"a"', false],
  [WEAK, 'W/"a"', false],
  [WEAK, '"a"', false],
  [BOTH, 'a', false],
  [BOTH, CHANGED, true],
  [BOTH, AFTER, false],
  [BOTH, BEFORE, false],
  [NEITHER, '"a"', false],
  [NEITHER, CHANGED, false],
]

for (const [validators, header, applies] of IF_RANGE) {
  t.test(`with ${validators.etag}, If-Range ${header} ${applies ? 'lets' : 'does not let'} the range apply`, (t) => {
    t.equal(rangeApplies(header, validators), applies)
    t.end()
  })
}
