import t from 'tap'
import { Flagon } from '../../lib/index.ts'
import { default_session_settings } from '../../lib/sessions/settings.ts'

t.test('an app starts with them', async (t) => {
  const { config } = new Flagon('settings', { static_folder: null })
  for (const [key, value] of Object.entries(default_session_settings())) t.equal(config.get(key), value, key)
})

t.test('sessions start as those of Flask-Session do', async (t) => {
  t.match(default_session_settings(), {
    SESSION_PERMANENT: true,
    SESSION_KEY_PREFIX: 'session:',
    SESSION_USE_SIGNER: false,
    SESSION_ID_LENGTH: 32,
    SESSION_SERIALIZATION_FORMAT: 'msgpack',
  })
})

t.test('each app has settings of its own', async (t) => {
  t.not(default_session_settings(), default_session_settings())
})
