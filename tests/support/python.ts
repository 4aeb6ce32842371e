import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What to run to have a Python that the tests can ask. */
export const HOW_TO_GET_PYTHON = 'python3 -m venv .venv && .venv/bin/pip install flask==3.1.3'

const PROJECT_PYTHON = fileURLToPath(
  new URL(process.platform === 'win32' ? '../../.venv/Scripts/python.exe' : '../../.venv/bin/python', import.meta.url),
)

let found: { path: string | undefined } | undefined

/**
 * The command of a Python that has Flask: what `FLAGON_PYTHON` names, else the project's `.venv`, else `python3`.
 * Undefined when none of them has it; tests skip then, but fail where `CI` is `true`.
 */
export function python(): string | undefined {
  found ??= { path: find() }
  return found.path
}

function find(): string | undefined {
  const named = process.env['FLAGON_PYTHON']
  if (named !== undefined && named !== '') return hasFlask(named) ? named : undefined
  if (existsSync(PROJECT_PYTHON) && hasFlask(PROJECT_PYTHON)) return PROJECT_PYTHON
  return hasFlask('python3') ? 'python3' : undefined
}

function hasFlask(command: string): boolean {
  return spawnSync(command, ['-c', 'import flask'], { stdio: 'ignore' }).status === 0
}
