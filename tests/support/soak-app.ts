/*
 * The app of the long tests: `/wait/<ms>` answers after that time with a body whose every byte is known, and names its process.
 * Started by itself it listens on PORT; as a child it serves the port of its parent.
 */
import { Flagon, make_response } from '../../lib/index.ts'
import { BODY } from './soak-load.ts'

const app = new Flagon(import.meta.url)
app.logger.disabled = true
const events: string[] = []
app.before_serving(() => void events.push('before'))
app.on_shutdown(() => void events.push('shutdown'))
app.after_serving(() => {
  events.push('after')
  if (process.env['TELL_EVENTS'] !== undefined) process.stdout.write(`${events.join(' ')}\n`)
})
app.get('/wait/<int:ms>', async ({ ms }) => {
  await new Promise((resolve) => setTimeout(resolve, ms))
  return make_response(BODY, 200, { 'X-Pid': String(process.pid) })
})
await app.run({ port: Number(process.env['PORT'] ?? 0) })
process.stdout.write('up\n')
