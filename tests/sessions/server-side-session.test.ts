import t from 'tap'
import { ServiceUnavailable } from '../../lib/http/exceptions.ts'
import type { SessionData } from '../../lib/keyed.ts'
import { recordOfSession, ServerSideSession, SessionRecord } from '../../lib/sessions/server-side-session.ts'
import { SessionMixin } from '../../lib/sessions/session.ts'

let made = 0

function sourceOf(read: () => SessionData | 'outlived' | 'unreadable') {
  return { make_sid: () => `made-${++made}`, make_data: (): SessionData => ({}), read }
}

const STORED = { sid: 'stored', bytes: new Uint8Array() }

t.test('what is stored is read when a key is first asked for', async (t) => {
  let reads = 0
  const record = new SessionRecord(
    sourceOf(() => {
      reads++
      return { name: 'ann' } as SessionData
    }),
    STORED,
  )
  const session = new ServerSideSession(record)
  t.equal(session.sid, 'stored')
  t.equal(session.new, false)
  t.equal(session.accessed, false)
  t.equal(reads, 0)
  t.equal(session.get('name'), 'ann')
  t.equal(session.get('name'), 'ann')
  t.equal(reads, 1)
  t.ok(session.accessed)
  t.notOk(session.modified)
})

t.test('a new session has an id of its own, made once', async (t) => {
  const session = new ServerSideSession(new SessionRecord(sourceOf(() => ({}))))
  t.ok(session.new)
  t.match(session.sid, /^made-/)
  t.equal(session.sid, session.sid)
})

t.test('regenerate takes a new id and keeps what is stored, to be moved', async (t) => {
  const record = new SessionRecord(
    sourceOf(() => ({ name: 'ann' }) as SessionData),
    STORED,
  )
  const session = new ServerSideSession(record)
  session.regenerate()
  t.not(session.sid, 'stored')
  t.ok(record.is_regenerated)
  t.equal(record.stored, STORED)
  t.equal(session.get('name'), 'ann')
  t.ok(session.modified)
})

t.test('destroy begins anew under another id, and voids the old one', async (t) => {
  const record = new SessionRecord(
    sourceOf(() => ({ name: 'ann' }) as SessionData),
    STORED,
  )
  const session = new ServerSideSession(record)
  session.destroy()
  t.same(record.ended, ['stored'])
  t.same(session.keys(), [])
  t.ok(session.new)
  t.not(session.sid, 'stored')
})

t.test('what cannot be read is left alone; what outlived its time is voided', async (t) => {
  for (const [found, ended] of [
    ['unreadable', []],
    ['outlived', ['stored']],
  ] as const) {
    const record = new SessionRecord(
      sourceOf(() => found),
      STORED,
    )
    const session = new ServerSideSession(record)
    t.same(session.keys(), [])
    t.ok(session.new)
    t.same(record.ended, ended)
    t.not(session.sid, 'stored')
  }
})

t.test('clear keeps whether the session is permanent', async (t) => {
  const record = new SessionRecord(
    sourceOf(() => ({ _permanent: true, name: 'ann' }) as SessionData),
    STORED,
  )
  const session = new ServerSideSession(record)
  session.clear()
  t.same(session.toJSON(), { _permanent: true })
  t.ok(session.modified)
})

t.test('where the store could not be reached, every use is refused', async (t) => {
  const failure = new ServiceUnavailable()
  const session = new ServerSideSession(
    new SessionRecord(
      sourceOf(() => ({})),
      undefined,
      failure,
    ),
  )
  for (const use of [
    () => session.get('a'),
    () => session.set('a' as never, 1 as never),
    () => session.keys(),
    () => session.regenerate(),
    () => session.destroy(),
    () => session.clear(),
    () => session.permanent,
  ]) {
    t.throws(use, failure)
  }
  t.ok(session.accessed, 'the answer varies by cookie all the same')
})

t.test('a session of another kind has no record', async (t) => {
  t.equal(recordOfSession(new SessionMixin()), undefined)
})
