/* The app of `leak.ts`: one view of every kind. It tells its heap and what it keeps open when it is asked. */
import { pathToFileURL } from 'node:url'
import { chunks, FOLDER, HOST, LOGIN, later, PAGE, PORT, SECRET, summary, TEXT } from './shared.js'

const COLLECTIONS = 4

const { after_this_request, Flagon, g, make_response, render_template, request, session } = await import(
  pathToFileURL(`${process.env.FLAGON_DIST}/index.js`)
)

const app = new Flagon('bench', { root_path: FOLDER })
app.config.SECRET_KEY = SECRET
app.before_request(() => {
  g.user = 'ann'
})
app.teardown_request(() => undefined)
app.get('/plain', () => TEXT)
app.get('/users/<int:id>', ({ id }) => ({ id, name: g.user }))
app.get('/', { endpoint: 'home' }, () => TEXT)
app.get('/items', { endpoint: 'items' }, () => TEXT)
app.get('/items/<int:id>', { endpoint: 'item' }, () => TEXT)
app.get('/page', () => render_template('items.html', { ...PAGE, rows: PAGE.rows.slice(0, 5) }))
app.get('/cookie', () => {
  const response = make_response(request.cookies.get('theme'))
  response.set_cookie('visits', String(request.cookies.get('visits', 0, Number) + 1), { max_age: 3600 })
  return response
})
app.get('/login', () => {
  session.update(LOGIN)
  return 'welcome'
})
app.get('/read', () => String(session.username))
app.get('/write', () => {
  session.visits = (session.visits ?? 0) + 1
  return String(session.visits)
})
app.post('/form', () => request.form.get('name'))
app.post('/json', () => summary({ id: 1, lines: request.json.lines }))
app.post('/upload', () => ({ size: request.files.require('file').size }))
app.get('/async', async () => {
  after_this_request((response) => response)
  return later(TEXT)
})
app.get('/stream', function* stream() {
  let sent = 0
  for (const chunk of chunks()) {
    yield chunk.subarray(0, 1024)
    if (++sent === 3) return
  }
})
app.get('/failure', () => {
  throw new Error('as planned')
})
app.get('/search', () => request.args.get('q'))
app.errorhandler(404)(() => make_response('not here', 404))

process.on('message', async () => {
  for (let at = 0; at < COLLECTIONS; at++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const open = {}
  for (const kind of process.getActiveResourcesInfo().sort()) {
    // A timer of this function, or none, by chance.
    if (kind !== 'Timeout') open[kind] = (open[kind] ?? 0) + 1
  }
  process.send({ heap: process.memoryUsage().heapUsed, open })
})
process.once('disconnect', () => process.exit())
await app.run({ host: HOST, port: PORT })
