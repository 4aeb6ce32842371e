/*
 * A program that serves what its parent holds: answers with its id, `/slow` after a while, and `/crash` not at all. The module
 * that CHILD_MODULE names is run first; what it exports as `text` is told as well. CHILD_CERT and CHILD_KEY are PEM files.
 */
import { readFileSync } from 'node:fs'
import { isServingChild, reportFailure } from '../../lib/serving/inherited-port.ts'
import { serve } from '../../lib/serving/server.ts'
import { stopWhenTold } from '../../lib/serving/stop.ts'

const SLOW_MS = 500
const { CHILD_MODULE, CHILD_CERT, CHILD_KEY } = process.env
let text = ''
try {
  if (!isServingChild()) throw new Error('this program is for children alone')
  if (CHILD_MODULE !== undefined) ({ text } = await import(CHILD_MODULE))
} catch (error) {
  reportFailure(error)
  process.exit(1)
}
const tls =
  CHILD_CERT === undefined || CHILD_KEY === undefined
    ? {}
    : { cert: readFileSync(CHILD_CERT), key: readFileSync(CHILD_KEY) }
const server = await serve((req, res) => {
  const answer = (): void => void res.setHeader('X-Pid', process.pid).end(`${text}${process.pid}`)
  if (req.url === '/slow') setTimeout(answer, SLOW_MS)
  else if (req.url === '/crash') process.kill(process.pid, 'SIGKILL')
  else answer()
}, tls)
stopWhenTold(server, 10)
