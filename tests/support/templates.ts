import type { Test } from 'tap'
import { DictLoader, Environment, type EnvironmentOptions } from '../../lib/jinja/index.ts'

/** An error as Jinja reports it: its class and, for mistakes of syntax, the line. */
export interface ExpectedError {
  readonly error: string
  readonly line?: number
}

/** A template with what Jinja 3.1 answered for it. */
export interface TemplateCase {
  /** The template, or several by name of which `main` is rendered. */
  readonly source: string | Readonly<Record<string, string>>
  readonly context?: Readonly<Record<string, unknown>>
  readonly env?: EnvironmentOptions
  readonly answer: string | ExpectedError
}

function answerOf({ source, context = {}, env = {} }: TemplateCase): string | ExpectedError {
  const files = typeof source === 'string' ? { main: source } : source
  const environment = new Environment({ extensions: ['do', 'loopcontrols'], loader: new DictLoader(files), ...env })
  try {
    return environment.get_template('main').render(context)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const line: unknown = Reflect.get(error, 'lineno')
    return typeof line === 'number' ? { error: error.name, line } : { error: error.name }
  }
}

/** Checks templates against what Jinja 3.1 answered for the same. */
export function answers(t: Test, cases: readonly TemplateCase[]): void {
  for (const one of cases) {
    const main = typeof one.source === 'string' ? one.source : (one.source['main'] ?? '')
    t.same(answerOf(one), one.answer, main)
  }
}
