import t from 'tap'
import { create_app } from './apps/s04_sessions.ts'
import { type Differences, replay } from './replay.ts'

const DIFFERENCES: Differences = {
  'a change inside a nested list is saved: the session cookie is set with [1, 2]': {
    headers: [
      ['Content-Type', 'application/json'],
      ['Vary', 'Cookie'],
      ['Set-Cookie', 'session=eyJsaXN0IjpbMSwyXX0.ZVPxAA.pIBrhIIeTBnMmLZZ0s8c-NqEJVQ; HttpOnly; Path=/'],
    ],
  },
}

await replay(t, 's04_sessions', create_app, DIFFERENCES)
