import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort, waitForPort } from './free-port.ts'

const START_TIMEOUT_MS = 5000

/** A Redis of the benchmark's own on a free port, without anything on disk; undefined where none is installed. */
export async function startRedis(): Promise<{ url: string; stop: () => Promise<void> } | undefined> {
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', args, { stdio: 'ignore' })
  let isLost = false
  child.once('error', () => {
    isLost = true
  })
  if (!(await waitForPort(port, START_TIMEOUT_MS, () => isLost || child.exitCode !== null))) return undefined
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  return { url: `redis://127.0.0.1:${port}`, stop }
}
