import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { freePort } from './redis-server.ts'

/** What to run to have the proxy that the tests start. */
export const HOW_TO_GET_NGINX = 'apt install nginx-light, or brew install nginx'

const HOST = '127.0.0.1'
const START_WITHIN_MS = 10_000
const POLL_MS = 20
/** Debian keeps it where only root looks for programs. */
const PATH = `${process.env['PATH']}:/usr/sbin`

/** For the option `skip` of a test that needs nginx: false where it is installed or `CI` is `true`, else how to get it. */
export function skipWithoutNginx(): string | false {
  if (process.env['CI'] === 'true') return false
  const isInstalled = spawnSync('nginx', ['-v'], { stdio: 'ignore', env: { PATH } }).status === 0
  return isInstalled ? false : `no nginx; to have one: ${HOW_TO_GET_NGINX}`
}

/**
 * Starts an nginx of the test's own on loopback, until the test ends, and gives its port.
 *
 * @param http - what stands in its `http` block beside the one server: `upstream`, `proxy_cache_path`.
 * @param location - what stands in the `location /` of that server. `FOLDER` stands for a temporary folder.
 */
export async function startNginx(t: Test, http: string, location: string): Promise<number> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'flagon-nginx-'))
  mkdirSync(join(folder, 'cache'))
  // Started by root, its workers would be somebody who cannot reach the folder.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const config = `
${user}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${http.replaceAll('FOLDER', folder)}
  server {
    listen ${HOST}:${port};
    location / {
      ${location.replaceAll('FOLDER', folder)}
    }
  }
}`
  writeFileSync(join(folder, 'nginx.conf'), config)
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH },
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk
  })
  let failure: Error | undefined
  child.once('error', (cause) => {
    failure = new Error(`no nginx; to have one: ${HOW_TO_GET_NGINX}`, { cause })
  })
  t.teardown(async () => {
    if (child.exitCode === null && failure === undefined) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  })
  for (const start = Date.now(); !(await isOpen(port)); await sleep(POLL_MS)) {
    if (failure !== undefined) throw failure
    if (child.exitCode !== null || Date.now() - start > START_WITHIN_MS) throw new Error(`nginx did not start: ${said}`)
  }
  return port
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
