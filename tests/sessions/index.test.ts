import t from 'tap'
import * as sessions from '../../lib/sessions/index.ts'

t.test('all that a session interface of one’s own needs is exported', async (t) => {
  const names = [
    'JSONTag',
    'NullSession',
    'SecureCookieSession',
    'SecureCookieSessionInterface',
    'SessionInterface',
    'SessionMixin',
    'TaggedJSONSerializer',
    'UUID',
    'is_tuple',
    'tuple',
  ]
  for (const name of names) t.type(Reflect.get(sessions, name), 'function', name)
})
