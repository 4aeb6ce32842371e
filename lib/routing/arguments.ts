/**
 * What each converter gives a view, by the name that rules use. Open for declaration merging, so that a converter of your own
 * has a type: `declare module 'flagon/routing' { interface Converters { plus: string[] } }`.
 */
export interface Converters {
  /** Where a variable names no converter: one segment. */
  default: string
  /** One segment. */
  string: string
  /** One of some words. Rules that spell them without quotes give just these words. */
  any: string
  /** Text with slashes. */
  path: string
  /** A whole number. */
  int: number
  /** A number with a point. */
  float: number
  /** A UUID in lower case. */
  uuid: string
}

/** One flat object type instead of an intersection. */
type Flat<T> = T extends infer O ? { [K in keyof O]: O[K] } : never

/** Nothing: the arguments of a rule without variables. */
type NoArguments = { [K in never]: never }

type Trim<T extends string> = T extends ` ${infer Rest}` | `${infer Rest} ` ? Trim<Rest> : T

/** The words of `any(a, b)`; plain `string` where one is quoted. */
type Words<T extends string> = T extends `${string}${'"' | "'"}${string}`
  ? Converters['any']
  : T extends `${infer Word},${infer Rest}`
    ? Trim<Word> | Words<Rest>
    : Trim<T>

/** What a converter of this name gives; `unknown` for one that {@link Converters} does not list. */
type Converted<Name extends string> = Name extends keyof Converters ? Converters[Name] : unknown

/** The variable between `<` and `>`. */
type FlaskVariable<T extends string> = T extends `any(${infer Items}):${infer Name}`
  ? { [K in Name]: Words<Items> }
  : T extends `${infer Converter}(${string}):${infer Name}`
    ? { [K in Name]: Converted<Converter> }
    : T extends `${infer Converter}:${infer Name}`
      ? { [K in Name]: Converted<Converter> }
      : { [K in T]: Converted<'default'> }

/** The arguments of a rule in Flask's syntax. */
type FlaskArguments<R extends string, Found = NoArguments> = R extends `${string}<${infer Variable}>${infer Rest}`
  ? FlaskArguments<Rest, Found & FlaskVariable<Variable>>
  : Found

/** Characters that end a name in path-to-regexp's syntax: ASCII that no identifier has. */
type NameEnd =
  | ('/' | '-' | '.' | ':' | '*' | '{' | '}' | '\\' | '(' | ')' | '[' | ']' | '+' | '?' | '!' | ',' | ';' | '=')
  | ('&' | '@' | '~' | '%' | '"' | "'" | '#' | '|' | '^' | '`' | '<' | '>' | ' ')

/** The name at the start of a text, and the text behind it. */
type TakeName<T extends string, Name extends string = ''> = T extends `"${infer Quoted}"${infer Rest}`
  ? Name extends ''
    ? [Quoted, Rest]
    : [Name, T]
  : T extends `${infer Character}${infer Rest}`
    ? Character extends NameEnd
      ? [Name, T]
      : TakeName<Rest, `${Name}${Character}`>
    : [Name, T]

/** A variable, optional inside of a group. */
type PathVariable<Name extends string, Value, Depth extends unknown[]> = Depth extends []
  ? { [K in Name]: Value }
  : { [K in Name]?: Value }

/** The arguments of a rule in path-to-regexp's syntax. */
type PathArguments<R extends string, Depth extends unknown[] = [], Found = NoArguments> = R extends `\\${infer Escaped}`
  ? Escaped extends `${string}${infer Rest}`
    ? PathArguments<Rest, Depth, Found>
    : Found
  : R extends `{${infer Rest}`
    ? PathArguments<Rest, [...Depth, unknown], Found>
    : R extends `}${infer Rest}`
      ? PathArguments<Rest, Depth extends [unknown, ...infer Outer] ? Outer : [], Found>
      : R extends `:${infer Tail}`
        ? TakeName<Tail> extends [infer Name extends string, infer Rest extends string]
          ? PathArguments<Rest, Depth, Found & PathVariable<Name, Converted<'default'>, Depth>>
          : Found
        : R extends `*${infer Tail}`
          ? TakeName<Tail> extends [infer Name extends string, infer Rest extends string]
            ? PathArguments<Rest, Depth, Found & PathVariable<Name, Converted<'path'>, Depth>>
            : Found
          : R extends `${string}${infer Rest}`
            ? PathArguments<Rest, Depth, Found>
            : Found

/**
 * The object of URL arguments that a view of this rule receives, read from the text of the rule in either syntax:
 * `/user/<int:id>` gives `{ id: number }`, `/list{/:page}` gives `{ page?: string }`, `/files/*path` gives `{ path: string }`.
 * A rule that is only known as a `string` gives a record of `unknown`.
 */
export type RouteArguments<R extends string> = string extends R
  ? Record<string, unknown>
  : R extends `${string}<${string}`
    ? Flat<FlaskArguments<R>>
    : Flat<PathArguments<R>>
