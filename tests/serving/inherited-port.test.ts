import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { Child } from '../../lib/serving/child.ts'
import { HeldPort } from '../../lib/serving/held-port.ts'
import {
  CHILD_ENVIRONMENT,
  inheritedPortOf,
  inheritPort,
  isServingChild,
  reportFailure,
} from '../../lib/serving/inherited-port.ts'
import { TYPESCRIPT_LOADER } from '../support/run-typescript.ts'

const CHILD = fileURLToPath(new URL('../support/serving-child.ts', import.meta.url))

t.test('a process that no parent started to serve has a port of its own, whatever its environment says', (t) => {
  Object.assign(process.env, CHILD_ENVIRONMENT)
  t.notOk(isServingChild())
  for (const name of Object.keys(CHILD_ENVIRONMENT)) t.notOk(name in process.env, 'it is not handed on')
  const server = createServer()
  t.notOk(inheritPort(server, 1))
  t.equal(inheritedPortOf(server), undefined)
  t.doesNotThrow(() => reportFailure(new Error('heard by nobody')))
  t.end()
})

t.test('a child answers on the port of its parent, and stops when it is told', async (t) => {
  const port = await HeldPort.hold({ port: 0 })
  const child = new Child({ exec: CHILD, execArgv: [TYPESCRIPT_LOADER] })
  t.teardown(() => child.kill())
  t.ok(await child.ready)
  port.add(child)
  const url = `http://127.0.0.1:${(port.server.address() as AddressInfo).port}`
  const slow = fetch(`${url}/slow`)
  const response = await fetch(url, { headers: { Connection: 'close' } })
  t.equal(await response.text(), String(child.pid))
  child.dismiss()
  await child.left
  port.remove(child)
  t.equal(await (await slow).text(), String(child.pid), 'what has begun is finished')
  t.same(await child.exited, { code: 0, signal: null })
  port.close()
})
