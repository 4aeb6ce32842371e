import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What to run to have a Python that the tests can ask. */
export const HOW_TO_GET_PYTHON = 'python3 -m venv .venv && .venv/bin/pip install flask==3.1.3'

const PROJECT_PYTHON = fileURLToPath(
  new URL(process.platform === 'win32' ? '../../.venv/Scripts/python.exe' : '../../.venv/bin/python', import.meta.url),
)

/** What to run to have one that has Flask-Session too. */
export const HOW_TO_GET_FLASK_SESSION = `${HOW_TO_GET_PYTHON} flask-session==0.8.0 redis`

const found = new Map<string, string | undefined>()

/**
 * The command of a Python that has Flask: what `FLAGON_PYTHON` names, else the project's `.venv`, else `python3`.
 * Undefined when none of them has it; tests skip then, but fail where `CI` is `true`.
 */
export function python(): string | undefined {
  return pythonWith('flask')
}

/** As {@link python}, of a Python that has Flask-Session and the client of Redis. */
export function pythonWithFlaskSession(): string | undefined {
  return pythonWith('flask_session, redis')
}

function pythonWith(modules: string): string | undefined {
  if (!found.has(modules)) found.set(modules, find(modules))
  return found.get(modules)
}

function find(modules: string): string | undefined {
  const named = process.env['FLAGON_PYTHON']
  if (named !== undefined && named !== '') return has(named, modules) ? named : undefined
  if (existsSync(PROJECT_PYTHON) && has(PROJECT_PYTHON, modules)) return PROJECT_PYTHON
  return has('python3', modules) ? 'python3' : undefined
}

function has(command: string, modules: string): boolean {
  return spawnSync(command, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0
}
