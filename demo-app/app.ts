import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Flagon, render_template } from 'flagon'
import { blue } from './cookie-story.ts'
import { watch_life } from './life.ts'
import { offer_homes } from './session-homes.ts'
import { member } from './session-story.ts'
import { signed } from './signed-login.ts'
import { workshop } from './workshop.ts'

/** The demo: one blueprint a story. Tests make as many apps as they need; running this file serves one. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url)
  // Without a key of its own every start gets a fresh one: sessions end with the process, and nobody knows the key.
  app.config.SECRET_KEY = process.env['SECRET_KEY'] || randomBytes(32).toString('hex')

  app.get('/', function home() {
    return render_template('home.html')
  })
  app.register_blueprint(blue)
  app.register_blueprint(member)
  app.register_blueprint(workshop)
  app.register_blueprint(signed)
  offer_homes(app)
  watch_life(app)
  return app
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await create_app().run({ host: '127.0.0.1', port: Number(process.env['PORT'] || 5000) })
}
