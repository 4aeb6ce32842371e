import { DictLoader, Environment, type EnvironmentOptions } from '../../lib/jinja/index.ts'
import { toArray } from '../../lib/jinja/python/iteration.ts'
import { repr } from '../../lib/jinja/python/text.ts'

/** The name of an error after an exclamation mark, as tables of answers have it. */
function nameOf(error: unknown): string {
  return error instanceof Error ? `!${error.name}` : `!${String(error)}`
}

function isGenerator(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'next' in value && Symbol.iterator in value
}

/** What a call gives, as Python's `repr()` shows it (a generator as a list), or `!` and the name of its error. */
export function answerOf(run: () => unknown): string {
  try {
    const value = run()
    return repr(isGenerator(value) ? toArray(value) : value)
  } catch (error) {
    return nameOf(error)
  }
}

/** What a template renders as, or `!` and the name of its error. */
export function renderOf(
  source: string,
  context: Record<string, unknown> = {},
  options: EnvironmentOptions & { files?: Record<string, string> } = {},
): string {
  try {
    const { files, ...settings } = options
    const environment = new Environment({ ...settings, loader: new DictLoader(files ?? {}) })
    return environment.from_string(source).render(context)
  } catch (error) {
    return nameOf(error)
  }
}
