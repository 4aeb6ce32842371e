import * as flagon from 'flagon'
import * as exceptions from 'flagon/exceptions'
import * as jinja from 'flagon/jinja'
import * as routing from 'flagon/routing'
import * as session from 'flagon/session'
import * as signing from 'flagon/signing'

/**
 * Gives `work` the objects of the built package in which the names of each group of `flask-api.json` are looked for.
 * It runs inside a request, to which some of them are bound.
 */
export async function withPublicSubjects<T>(work: (subjects: Map<string, unknown[]>) => T): Promise<T> {
  const app = new flagon.Flagon(import.meta.url)
  app.config.SECRET_KEY = 'for looking at names, 32 bytes long'
  const answered = new Promise<T>((resolve, reject) => {
    app.post('/', () => {
      try {
        resolve(work(subjectsOf(app)))
      } catch (error) {
        reject(error)
      }
      return ''
    })
  })
  await app.test_client().post('/', { data: { file: { stream: 'x', filename: 'x.txt' } } })
  return answered
}

function subjectsOf(app: flagon.Flagon): Map<string, unknown[]> {
  const response = flagon.make_response('')
  return new Map<string, unknown[]>([
    ['flagon', [flagon]],
    ['Flagon (an app)', [app]],
    ['Blueprint', [new flagon.Blueprint('names', import.meta.url)]],
    ['Request', [flagon.request]],
    ['Response', [response, flagon.Response]],
    ['config', [app.config]],
    ['Config', [app.config]],
    ['SessionInterface', [new session.SecureCookieSessionInterface()]],
    ['session', [flagon.session]],
    ['MultiDict', [flagon.request.args]],
    ['Headers', [response.headers]],
    ['FileStorage', [flagon.request.files.get('file')]],
    ['g', [flagon.g]],
    ['FlagonClient', [app.test_client()]],
    ['JSONProvider', [app.json]],
    ['flagon/signing', [signing]],
    ['flagon/exceptions', [exceptions]],
    ['flagon/routing', [routing]],
    ['flagon/jinja', [jinja]],
  ])
}
