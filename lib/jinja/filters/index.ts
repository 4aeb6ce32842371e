import type { FilterFunction } from '../host.ts'
import { native } from '../native.ts'
import { truth } from '../python/iteration.ts'
import { Undefined } from '../undefined.ts'
import { HTML_FILTERS } from './html.ts'
import { NUMBER_FILTERS } from './number.ts'
import { SELECT_FILTERS } from './select.ts'
import { SEQUENCE_FILTERS } from './sequence.ts'
import { TEXT_FILTERS } from './text.ts'

const fallback = native(
  'default',
  'default_value? boolean?',
  (value: unknown, preset: unknown = '', boolean: unknown = false) => {
    if (value instanceof Undefined || value === undefined) return preset
    return truth(boolean) && !truth(value) ? preset : value
  },
)

const FILTERS: Readonly<Record<string, FilterFunction>> = {
  ...TEXT_FILTERS,
  ...NUMBER_FILTERS,
  ...SEQUENCE_FILTERS,
  ...SELECT_FILTERS,
  ...HTML_FILTERS,
  count: SEQUENCE_FILTERS['length']!,
  d: fallback,
  default: fallback,
}

/** The built-in filters, by name. */
export function defaultFilters(): Record<string, FilterFunction> {
  return { ...FILTERS }
}
