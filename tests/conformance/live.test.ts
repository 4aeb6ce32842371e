import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { HOW_TO_GET_PYTHON, python } from '../support/python.ts'
import * as addresses from './live/addresses.ts'
import * as failures from './live/failures.ts'
import * as hooks from './live/hooks.ts'
import * as pages from './live/pages.ts'
import { type Question, toAsk } from './live/questions.ts'
import * as readings from './live/readings.ts'
import * as visits from './live/visits.ts'
import { type Exchange, type ReplayedApp, replayExchanges } from './replay.ts'

/** An app for Flagon beside the same app for Flask, and what both are asked. */
interface Pair {
  readonly create_app: () => ReplayedApp
  readonly questions: readonly Question[]
}

const PAIRS: Record<string, Pair> = { addresses, failures, hooks, pages, readings, visits }

function askFlask(command: string, name: string, { questions }: Pair): Exchange[] {
  const [script, module] = ['answers', name].map((file) => fileURLToPath(new URL(`live/${file}.py`, import.meta.url)))
  const input = JSON.stringify(questions.map(toAsk))
  const result = spawnSync(command, [script!, module!], { input, encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (result.status !== 0) throw new Error(result.stderr)
  return JSON.parse(result.stdout) as Exchange[]
}

const command = python()
const skip = command === undefined && process.env['CI'] !== 'true' && `no Python with Flask: ${HOW_TO_GET_PYTHON}`

for (const [name, pair] of Object.entries(PAIRS)) {
  await t.test(`${name}: what a live Flask answers is answered`, { skip }, async (t) => {
    if (command === undefined) return t.fail(`no Python with Flask: ${HOW_TO_GET_PYTHON}`)
    await replayExchanges(t, askFlask(command, name, pair), pair.create_app())
  })
}
