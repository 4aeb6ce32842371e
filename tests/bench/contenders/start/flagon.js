import { pathToFileURL } from 'node:url'

const { Flagon } = await import(pathToFileURL(`${process.env.FLAGON_DIST}/index.js`))
const app = new Flagon(import.meta.url)
app.get('/', () => 'hello')
await app.run({ port: Number(process.env.PORT) })
