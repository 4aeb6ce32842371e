import t from 'tap'
import { timedelta } from '../../lib/http/dates.ts'
import { CREATED_KEY, hasOutlived, holdsNothing, markBeginning, unixNow } from '../../lib/sessions/lifetime.ts'
import { releaseClock, setClock, T0 } from '../support/cookie-app.ts'

t.beforeEach(() => setClock(T0))
t.teardown(releaseClock)

type Setting = Parameters<typeof hasOutlived>[1]['config']['SESSION_ABSOLUTE_LIFETIME']

const appWith = (SESSION_ABSOLUTE_LIFETIME: Setting) => ({ config: { SESSION_ABSOLUTE_LIFETIME } })

t.test('now is in whole seconds', async (t) => {
  setClock(T0 + 0.9)
  t.equal(unixNow(), T0)
})

t.test('a session has outlived its time one second after it', async (t) => {
  for (const app of [appWith(3600), appWith(timedelta({ hours: 1 }))]) {
    t.notOk(hasOutlived({ [CREATED_KEY]: T0 - 3600 }, app))
    t.ok(hasOutlived({ [CREATED_KEY]: T0 - 3601 }, app))
    t.notOk(hasOutlived({ [CREATED_KEY]: T0 + 5 }, app), 'another machine may be ahead')
  }
  t.ok(hasOutlived({ [CREATED_KEY]: T0 - 1 }, appWith(0)))
})

t.test('a session that does not say when it began has not outlived its time', async (t) => {
  const app = appWith(3600)
  for (const data of [{}, { [CREATED_KEY]: 'long ago' }, { [CREATED_KEY]: null }, { [CREATED_KEY]: Number.NaN }]) {
    t.notOk(hasOutlived(data, app))
    t.ok(markBeginning(data, app), 'but it does from now on')
    t.same(data, { [CREATED_KEY]: T0 })
  }
})

t.test('the beginning is noted once, and not at all without a limit', async (t) => {
  const data = {}
  t.notOk(markBeginning(data, appWith(null)))
  t.notOk(markBeginning(data, { config: {} } as ReturnType<typeof appWith>))
  t.same(data, {})
  t.ok(markBeginning(data, appWith(60)))
  setClock(T0 + 30)
  t.notOk(markBeginning(data, appWith(60)))
  t.same(data, { [CREATED_KEY]: T0 })
  t.notOk(hasOutlived({ [CREATED_KEY]: 0 }, appWith(null)))
})

t.test('a session with nothing but its beginning is empty', async (t) => {
  t.ok(holdsNothing({}))
  t.ok(holdsNothing({ [CREATED_KEY]: T0 }))
  t.notOk(holdsNothing({ _permanent: true }))
  t.notOk(holdsNothing({ [CREATED_KEY]: T0, a: 1 }))
})

t.test('a setting that is no span of time is refused, rather than let sessions live for ever', async (t) => {
  for (const setting of [Number.NaN, -1, '3600', true, {}, timedelta({ days: -1 })]) {
    const app = appWith(setting as number)
    t.throws(() => hasOutlived({}, app), { code: 'CONFIG_VALUE' }, String(setting))
    t.throws(() => markBeginning({}, app), { code: 'CONFIG_VALUE' })
  }
})
