import t from 'tap'
import { UnreadableSession, unreadable } from '../../../lib/sessions/codec/unreadable.ts'

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')

// What pickle.dumps gives for {} and {'_permanent': True, 'a': 1}, and for a list, with each protocol.
const PICKLES: [protocol: number, text: string][] = [
  [0, '(dp0\n.'],
  [0, '(dp0\nV_permanent\np1\nI01\nsVa\np2\nI1\ns.'],
  [0, '(lp0\nI1\na.'],
  [
    0,
    'ccopy_reg\n_reconstructor\np0\n(cflask_session.sessions\nRedisSession\np1\nc__builtin__\nobject\np2\nNtp3\nRp4\n.',
  ],
  [0, '(dp1\nS"user"\np2\nS"ann"\np3\ns.'],
  [0, '}q\x00.'],
  [0, '}q\x00(X\n\x00\x00\x00_permanentq\x01I01\nX\x01\x00\x00\x00aq\x02K\x01u.'],
  [2, '\x80\x02}q\x00.'],
  [2, '\x80\x02}q\x00(X\n\x00\x00\x00_permanentq\x01\x88X\x01\x00\x00\x00aq\x02K\x01u.'],
  [3, '\x80\x03}q\x00(X\n\x00\x00\x00_permanentq\x01\x88X\x01\x00\x00\x00aq\x02K\x01u.'],
  [4, '\x80\x04}\x94.'],
  [4, '\x80\x04\x95\x19\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\n_permanent\x94\x88\x8c\x01a\x94K\x01u.'],
  [5, '\x80\x05\x95\x19\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\n_permanent\x94\x88\x8c\x01a\x94K\x01u.'],
]

t.test('a pickle of each protocol is recognized, and the message says what to do', async (t) => {
  for (const [protocol, text] of PICKLES) {
    const error = unreadable(latin1(text))
    t.type(error, UnreadableSession)
    t.equal(error.reason, 'pickle', JSON.stringify(text))
    t.match(error.message, `protocol ${protocol}`)
    t.match(error.message, /never read.*Flask-Session 0\.8/)
  }
})

t.test('what only looks like a pickle is malformed', async (t) => {
  const rows = [
    '',
    '.',
    '\x80',
    '\x80.',
    '\x80\x01}.',
    '\x80\x06}.',
    '\x80\x04}\x94',
    '(dp0\n',
    'hello.',
    'c a\nb\n.',
    '{"a":1}.',
  ]
  for (const text of rows) t.equal(unreadable(latin1(text)).reason, 'malformed', JSON.stringify(text))
})

t.test('the error keeps what broke the reading off', async (t) => {
  const cause = new SyntaxError('It breaks off, at byte 3.')
  const error = unreadable(latin1('\x83'), cause)
  t.equal(error.message, cause.message)
  t.equal(error.cause, cause)
  t.equal(error.name, 'UnreadableSession')
})
