import * as flagon from 'flagon'
import * as exceptions from 'flagon/exceptions'
import * as jinja from 'flagon/jinja'
import * as routing from 'flagon/routing'
import * as session from 'flagon/session'
import * as signing from 'flagon/signing'

/** The objects of the built package in which the names of each group of `flask-api.json` are looked for. */
export async function publicSubjects(): Promise<Map<string, unknown[]>> {
  const app = new flagon.Flagon(import.meta.url)
  app.config.SECRET_KEY = 'for looking at names'
  const subjects = new Map<string, unknown[]>([
    ['flagon', [flagon]],
    ['Flagon (an app)', [app]],
    ['Blueprint', [new flagon.Blueprint('names', import.meta.url)]],
    ['config', [app.config]],
    ['Config', [app.config]],
    ['SessionInterface', [new session.SecureCookieSessionInterface()]],
    ['FlagonClient', [app.test_client()]],
    ['JSONProvider', [app.json]],
    ['flagon/signing', [signing]],
    ['flagon/exceptions', [exceptions]],
    ['flagon/routing', [routing]],
    ['flagon/jinja', [jinja]],
  ])
  app.post('/', () => {
    const response = flagon.make_response('')
    subjects.set('Request', [flagon.request])
    subjects.set('Response', [response, flagon.Response])
    subjects.set('session', [flagon.session])
    subjects.set('g', [flagon.g])
    subjects.set('MultiDict', [flagon.request.args])
    subjects.set('Headers', [response.headers])
    subjects.set('FileStorage', [flagon.request.files.get('file')])
    return response
  })
  await app.test_client().post('/', { data: { file: { stream: 'x', filename: 'x.txt' } } })
  return subjects
}
