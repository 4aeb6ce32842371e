/** What a function of the engine's own takes, so that keyword arguments find their places as in Python. */
export interface NativeSignature {
  /** The function's name, for error messages. */
  readonly name: string
  /** The parameters, in order. */
  readonly params: readonly string[]
  /** How many of them have to be given. */
  readonly required: number
  /** Whether more arguments than parameters may follow. */
  readonly rest: boolean
  /** Whether unknown keyword arguments are gathered into an object, which is then the first argument. */
  readonly keywords: boolean
  /** Whether parameters cannot be given by name. */
  readonly positional: boolean
}

/** Keyword arguments by name; only own properties count. */
export type Keywords = Record<string, unknown>

/** Where a function keeps its {@link NativeSignature}. */
export const SIGNATURE: unique symbol = Symbol('flagon.jinja.signature')

/** A function of the engine's own. */
export type Native = ((...args: never[]) => unknown) & { [SIGNATURE]: NativeSignature }

/**
 * Gives a function a signature: `'width? first? *'` names its parameters, a question mark after each that may be left
 * out; `*` takes more arguments, `**` takes unknown keywords, `/` in front takes none by name.
 */
export function native<F extends (...args: never[]) => unknown>(name: string, params: string, fn: F): F & Native {
  const words = params === '' ? [] : params.split(' ')
  const names = words.filter((word) => /^\w/.test(word))
  const signature: NativeSignature = {
    name,
    params: names.map((word) => word.replace('?', '')),
    required: names.filter((word) => !word.endsWith('?')).length,
    rest: words.includes('*'),
    keywords: words.includes('**'),
    positional: words.includes('/'),
  }
  Object.defineProperty(fn, 'name', { value: name, configurable: true })
  return Object.assign(fn, { [SIGNATURE]: signature })
}

/** The signature of a function of the engine's own, undefined for any other value. */
export function signatureOf(value: unknown): NativeSignature | undefined {
  return typeof value === 'function' && SIGNATURE in value ? (value as Native)[SIGNATURE] : undefined
}

/**
 * Puts keyword arguments where the parameters of that name are.
 *
 * @throws TypeError for too many or too few arguments, unknown names and ones given twice.
 */
export function bindArguments(signature: NativeSignature, args: readonly unknown[], keywords?: Keywords): unknown[] {
  const { name, params, required } = signature
  if (args.length > params.length && !signature.rest) {
    throw new TypeError(`${name}() takes ${params.length} arguments but ${args.length} were given`)
  }
  const bound: unknown[] = args.slice()
  let extra: Keywords | undefined
  if (keywords !== undefined) {
    for (const key of Object.keys(keywords)) {
      const place = signature.positional ? -1 : params.indexOf(key)
      if (place < 0) {
        if (!signature.keywords) throw new TypeError(`${name}() got an unexpected keyword argument '${key}'`)
        extra ??= Object.create(null) as Keywords
        extra[key] = keywords[key]
      } else if (place < args.length) {
        throw new TypeError(`${name}() got multiple values for argument '${key}'`)
      } else {
        while (bound.length < place) bound.push(undefined)
        bound[place] = keywords[key]
      }
    }
  }
  for (let place = 0; place < required; place++) {
    if (
      place >= bound.length ||
      (place >= args.length && !(keywords !== undefined && Object.hasOwn(keywords, params[place]!)))
    ) {
      throw new TypeError(`${name}() missing required argument: '${params[place]}'`)
    }
  }
  if (signature.keywords) bound.unshift(extra ?? (Object.create(null) as Keywords))
  return bound
}
