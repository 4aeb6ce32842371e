#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { paintFor } from '../commands/colors.ts'
import { CommandError } from '../commands/errors.ts'
import { finishProgram } from '../commands/program.ts'
import { errorText } from './error-text.ts'
import { FlagonGroup } from './flagon-group.ts'
import { readBeginning } from './global-options.ts'

/** Commands of Flagon's own that take the options of the app behind their name. */
const WITH_APP = new Set(['run', 'routes', 'shell', 'session'])
const PACKAGE = new URL('../../package.json', import.meta.url)

/** Runs a command line, and gives the exit code; undefined while what it started goes on. */
async function main(words: readonly string[]): Promise<number | undefined> {
  const group = new FlagonGroup()
  const beginning = readBeginning(words, (command) => WITH_APP.has(command))
  if (beginning.version) {
    process.stdout.write(`${versions()}\n`)
    return 0
  }
  const { command } = beginning
  const isOwn = command !== undefined && group.has_own(command)
  try {
    if (!isOwn || WITH_APP.has(command)) group.info.choose(beginning)
    if (!isOwn) await loadCommands(group)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    process.stderr.write(error.format_message())
    return error.exit_code
  }
  const app = isOwn ? undefined : group.info.loaded_app
  const { exit_code, error, value } = await finishProgram(group.part, words, { app, prog_name: 'flagon' })
  if (exit_code !== 0 && !(error instanceof CommandError)) writeError(errorText(error))
  // The app may have opened what keeps the process alive. Its own commands end when nothing is left to do.
  if (command === 'run' && typeof value === 'number') return value
  const goesOn = isOwn ? command === 'run' : group.info.loaded_app?.cli.get_command(command ?? '') !== undefined
  return goesOn && exit_code === 0 ? undefined : exit_code
}

/** Loads the app for the commands that it has. Where it cannot be, the list of commands is short, and says why. */
async function loadCommands(group: FlagonGroup): Promise<void> {
  try {
    await group.info.load_app()
  } catch (error) {
    const why = error instanceof CommandError ? error.message : errorText(error)
    writeError(`Note: the app's own commands are missing here, because it could not be loaded.\n${why}\n`)
  }
}

function writeError(text: string): void {
  process.stderr.write(`${paintFor(process.stderr, 'red', text)}\n`)
}

function versions(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(PACKAGE, 'utf8'))
  return `Flagon ${version}\nNode ${process.versions.node}`
}

const code = await main(process.argv.slice(2))
if (code !== undefined) {
  // What was written must be out before the end, which a pipe may delay.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
}
