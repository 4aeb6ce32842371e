/* Flagon, from the build that FLAGON_DIST names. */
import { pathToFileURL } from 'node:url'
import { FOLDER, HOST, PORT, serve, TEXT } from './shared.js'

const { Flagon } = await import(pathToFileURL(`${process.env.FLAGON_DIST}/index.js`))

function makeApp() {
  return new Flagon('bench', { root_path: FOLDER })
}

function listen(app) {
  return app.run({ host: HOST, port: PORT })
}

await serve({
  plain() {
    const app = makeApp()
    app.get('/', () => TEXT)
    return listen(app)
  },
  json() {
    const app = makeApp()
    app.get('/users/<int:id>', ({ id }) => ({ id, name: 'Ann', active: true }))
    return listen(app)
  },
})
