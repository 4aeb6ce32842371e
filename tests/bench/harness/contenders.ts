import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServerCommand } from './server-process.ts'

/** The folder of the benchmarks. */
export const BENCH = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '')

/** What a contender is started with. */
export interface Surroundings {
  /** The command of the Node that runs the servers. */
  readonly node: string
  /** The build of Flagon that is measured. */
  readonly dist: string
  /** The folder with `static/` and `templates/`. */
  readonly folder: string
  readonly redisUrl: string | undefined
}

/** One server in the tables. */
export interface Contender {
  readonly name: string
  /** Packages whose versions the report tells. */
  readonly packages: readonly string[]
  command(scenario: string, surroundings: Surroundings): ServerCommand
}

const CONTENDERS = join(BENCH, 'contenders')

/** A contender that Node runs: `file` in `contenders/`, called with the name of the scenario. */
export function script(name: string, packages: readonly string[], file = `${name}.js`): Contender {
  return {
    name,
    packages,
    command: (scenario, { node, dist, folder, redisUrl }) => ({
      command: node,
      args: [join(CONTENDERS, file), scenario],
      env: { FLAGON_DIST: dist, BENCH_FOLDER: folder, ...(redisUrl !== undefined && { REDIS_URL: redisUrl }) },
      cwd: folder,
    }),
  }
}

/** The contenders that are always known; the first is what the others are compared with. */
export const KNOWN_CONTENDERS: readonly Contender[] = [
  script('node', ['busboy', 'redis']),
  script('flagon', []),
  script('fastify', [
    'fastify',
    '@fastify/cookie',
    '@fastify/formbody',
    '@fastify/multipart',
    '@fastify/secure-session',
    '@fastify/session',
    '@fastify/static',
    '@fastify/view',
    'nunjucks',
  ]),
  script('hono', ['hono', '@hono/node-server']),
  script('express', ['express', 'cookie-parser', 'cookie-session', 'express-session', 'connect-redis', 'multer']),
  script('koa', ['koa', '@koa/router', '@koa/multer', 'koa-bodyparser', 'koa-session', 'koa-static', 'koa-etag']),
]

/** Another build of Flagon beside the one under test, to compare a change with what was before it. */
export function otherBuild(dist: string): Contender {
  const base = basename(dist) === 'dist' ? basename(dirname(dist)) : basename(dist)
  const flagon = script(`flagon:${base}`, [], 'flagon.js')
  return { ...flagon, command: (scenario, at) => flagon.command(scenario, { ...at, dist }) }
}

/** Flask under gunicorn, run by a Python that has both. */
export function flask(python: string): Contender {
  return {
    name: 'flask',
    packages: [],
    command: (scenario, { folder, redisUrl }) => ({
      command: 'sh',
      args: [
        '-c',
        // One process as the others are; its threads keep connections alive, which its plainer workers do not.
        '"$0" flask_app.py && exec "$0" -m gunicorn -w 1 -k gthread --threads 4 --keep-alive 5 -b "127.0.0.1:$PORT" "flask_app:make()"',
        python,
      ],
      env: {
        BENCH_SCENARIO: scenario,
        BENCH_FOLDER: folder,
        PYTHONDONTWRITEBYTECODE: '1',
        ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
      },
      cwd: CONTENDERS,
    }),
  }
}

/** The Python for Flask: what `FLAGON_PYTHON` names, the project's `.venv`, or `python3`; a reason where it cannot run it. */
export function flaskPython(): { python: string } | { reason: string } {
  const own = join(BENCH, '../../.venv/bin/python')
  const python = process.env['FLAGON_PYTHON'] || (existsSync(own) ? own : 'python3')
  for (const name of ['flask', 'gunicorn']) {
    if (spawnSync(python, ['-c', `import ${name}`], { stdio: 'ignore' }).status !== 0) {
      return { reason: `the Python that was found has no ${name}` }
    }
  }
  return { python }
}

/** The version of an installed package of the benchmarks; undefined when it is not installed. */
export function packageVersion(name: string): string | undefined {
  const manifest = join(BENCH, 'node_modules', name, 'package.json')
  if (!existsSync(manifest)) return undefined
  const { version }: { version?: unknown } = JSON.parse(readFileSync(manifest, 'utf8'))
  return typeof version === 'string' ? version : undefined
}
