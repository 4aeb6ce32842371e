import type { UndefinedClass } from './undefined.ts'

/** Names and their values, without a prototype. */
export type Names = Record<string, unknown>

/** A function that filters a value: the value, the arguments, and keyword arguments as one trailing object. */
// biome-ignore lint/suspicious/noExplicitAny: what a filter takes is its author's to say
export type FilterFunction = (...args: any[]) => unknown

/** A function that tests a value, as {@link FilterFunction}; what it gives is true or false as in a template. */
// biome-ignore lint/suspicious/noExplicitAny: what a test takes is its author's to say
export type TestFunction = (...args: any[]) => unknown

/** What decides how parts of a template are evaluated: functions marked with {@link pass_eval_context} get one. */
export interface EvalContext {
  /** The environment of the template. */
  readonly environment: Host
  /** Whether output is escaped where the function was called. */
  readonly autoescape: boolean
}

/** The environment as the running parts of a template see it. */
export interface Host {
  /** The class of what is missing. */
  readonly undefined: UndefinedClass
  /** The filters, by name. */
  readonly filters: Record<string, FilterFunction>
  /** The tests, by name. */
  readonly tests: Record<string, TestFunction>
  /** The names that every template sees. */
  readonly globals: Names
  /** The line ends of output and of the source's own text. */
  readonly newline_sequence: string
  /** Settings of filters, such as `urlize.rel` and `json.dumps_function`. */
  readonly policies: Record<string, unknown>
  /** The evaluation context of places that escape. */
  readonly escapingContext: EvalContext
  /** The evaluation context of places that do not. */
  readonly plainContext: EvalContext
  /** Whether templates may not be trusted. */
  readonly sandboxed: boolean
  /** The attribute proper that `value.name` means: no item; undefined where there is none. */
  attribute(value: unknown, name: string): unknown
  /** `value.name` as a template sees it. */
  getattr(value: unknown, name: string): unknown
  /** `value[key]` as a template sees it. */
  getitem(value: unknown, key: unknown): unknown
}
