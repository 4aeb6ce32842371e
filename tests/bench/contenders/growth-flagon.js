/* Flagon with more and more of one thing: the scenario is `axis:size`, such as `routes:1000`. */
import { pathToFileURL } from 'node:url'
import { FOLDER, HOST, PORT, TEXT } from './shared.js'

const { Flagon, request } = await import(pathToFileURL(`${process.env.FLAGON_DIST}/index.js`))
const [axis, text] = process.argv[2].split(':')
const size = Number(text)
const app = new Flagon('bench', { root_path: FOLDER })

if (axis === 'routes') {
  for (let at = 0; at < size; at++) {
    app.get(`/section${at}/<name>`, { endpoint: `section${at}` }, ({ name }) => name)
  }
}
if (axis === 'hooks') {
  const counter = { calls: 0 }
  for (let at = 0; at < size; at++) {
    app.before_request(() => {
      counter.calls++
    })
  }
}
app.get('/', () => TEXT)
app.get('/cookie', () => request.cookies.get('name0'))
app.get('/header', () => request.headers.get('X-Name-0'))
app.post('/body', () => String(request.get_data().length))
await app.run({ host: HOST, port: PORT })
