/** What an option or argument of a command is: its meaning, its type, and what it is when it is left out. */
export interface ArgumentSpec {
  /** Says what it is for, in the help text. */
  readonly help?: string | undefined
  /** Its value when it is left out. Default: undefined; for a list, the empty one. */
  readonly default?: unknown
  /** Makes the value of the text; a text for which it throws, or gives `NaN`, is refused. Default: the text itself. */
  readonly type?: ((text: string) => unknown) | undefined
  /** The texts that are taken. Default: any. */
  readonly choices?: readonly string[] | undefined
}

/** What an option of a command is. */
export interface OptionSpec extends ArgumentSpec {
  /** Whether it may not be left out. Default false. */
  readonly required?: boolean | undefined
  /** Variable of the environment that gives the text where the option is left out; an empty one gives none. */
  readonly envvar?: string | undefined
  /** Whether the help text leaves it out. Default false. */
  readonly hidden?: boolean | undefined
}

/** Options by their flags, as commander writes them, each with its help text or more: `{ '-t, --times <n>': 'how often' }`. */
export type OptionSpecs = Readonly<Record<string, string | OptionSpec>>

/** More on arguments of the declaration, by name, each with its help text or more. */
export type ArgumentSpecs = Readonly<Record<string, string | ArgumentSpec>>

/** How a command is declared. */
export interface CommandOptions {
  /** Says what the command does, in the help text. */
  readonly help?: string | undefined
  /** Says it in the list of commands. Default: the first line of `help`. */
  readonly short_help?: string | undefined
  /** Whether the list of commands leaves it out. Default false. */
  readonly hidden?: boolean | undefined
  /** Lines that its help text shows as examples, each a command line and, behind `#`, what it does. Default: none. */
  readonly examples?: readonly string[] | undefined
  /** Whether the command runs inside an app context, so that `current_app` and `g` can be used. Default true. */
  readonly with_appcontext?: boolean | undefined
  /** More on the arguments of the declaration, by name with underscores for dashes. */
  readonly arguments?: ArgumentSpecs | undefined
  /** Options by their flags: `-a`, `--all`, `-t, --times <n>`, `--tags [tag...]`, `--no-color`. */
  readonly options?: OptionSpecs | undefined
}

/** One flat object type instead of an intersection. */
type Flat<T> = T extends infer O ? { [K in keyof O]: O[K] } : never

/** Nothing: what a command without arguments and options gets. */
type NoValues = { [K in never]: never }

/** `dry-run` → `dry_run`. */
type KeyOf<Name extends string> = Name extends `${infer Head}-${infer Rest}` ? `${Head}_${KeyOf<Rest>}` : Name

/** What a text is made into. */
type Converted<Spec> = Spec extends { readonly type: (text: string) => infer T }
  ? T
  : Spec extends { readonly choices: readonly (infer Word)[] }
    ? Word
    : string

/** The value where the text is left out. */
type LeftOut<Spec> = Spec extends { readonly default: infer D } ? D : undefined

type SpecOf<Specs, Key> = Key extends keyof Specs ? Specs[Key] : undefined

/** The value of one word of a declaration. */
type ArgumentValue<Word extends string, Specs> = Word extends `${'<' | '['}${infer Name}...${'>' | ']'}`
  ? { [K in KeyOf<Name>]: Converted<SpecOf<Specs, K>>[] }
  : Word extends `<${infer Name}>`
    ? { [K in KeyOf<Name>]: Converted<SpecOf<Specs, K>> }
    : Word extends `[${infer Name}]`
      ? { [K in KeyOf<Name>]: Converted<SpecOf<Specs, K>> | LeftOut<SpecOf<Specs, K>> }
      : NoValues

/** The values of all words of a declaration. */
type ArgumentValues<Declaration extends string, Specs> = Declaration extends `${infer Word} ${infer Rest}`
  ? ArgumentValue<Word, Specs> & ArgumentValues<Rest, Specs>
  : ArgumentValue<Declaration, Specs>

type FirstWord<Text extends string> = Text extends `${infer Word} ${string}` ? Word : Text

/** `-n, --dry-run <x>` → `dry_run`; `--no-color` → `color`; `-t <n>` → `t`. */
type OptionKey<Flags> = Flags extends `${string}--no-${infer Name}`
  ? KeyOf<FirstWord<Name>>
  : Flags extends `${string}--${infer Name}`
    ? KeyOf<FirstWord<Name>>
    : Flags extends `-${infer Name}`
      ? FirstWord<Name>
      : never

type OptionValue<Flags, Spec> = Flags extends `${string}${'<' | '['}${string}...${'>' | ']'}`
  ? Converted<Spec>[]
  : Flags extends `${string}<${string}>`
    ? Converted<Spec> | (Spec extends { readonly required: true } ? never : LeftOut<Spec>)
    : Flags extends `${string}[${string}]`
      ? Converted<Spec> | true | (Spec extends { readonly required: true } ? never : LeftOut<Spec>)
      : boolean | (Spec extends { readonly default: null } ? null : never)

/** The values of all options. */
type OptionValues<Specs> = { [Flags in keyof Specs as OptionKey<Flags>]: OptionValue<Flags, Specs[Flags]> }

/**
 * The object of values that the function of a command receives, read from its declaration and its options:
 * `greet <name> [greeting]` with `--times <n>` gives `{ name: string, greeting: string | undefined, times: string | undefined }`.
 * A declaration that is only known as a `string` gives a record of `unknown`.
 */
export type CommandValues<Declaration extends string, Options> = string extends Declaration
  ? Record<string, unknown>
  : Flat<
      ArgumentValues<Declaration, Options extends { readonly arguments: infer Specs } ? Specs : NoValues> &
        (Options extends { readonly options: infer Specs } ? OptionValues<Specs> : NoValues)
    >

/** The function of a command: gets one object of arguments and options; what it gives is the value of the run. */
export type CommandFunction<Values> = (values: Values) => unknown
