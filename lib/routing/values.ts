import type { Capture } from './rule.ts'

/** The values of a URL's variables by name, each an own property of an object that inherits no property. */
export type MatchValues = Record<string, unknown>

/** Makes the values of a match from the texts of its variables. It throws what a converter throws. */
export type ValuesReader = (texts: readonly string[]) => MatchValues

/** An empty object without a prototype. */
export function makeValues(): MatchValues {
  return Object.create(null)
}

// Objects made by it inherit no property either, but have the fast layout: to fill and read one takes a fraction of the time.
function Values(): void {}
Values.prototype = Object.freeze(Object.create(null))

/** A reader that looks the names up, for the first calls and for what is not to be compiled. */
export function makeReader(captures: readonly Capture[]): ValuesReader {
  return (texts) => {
    const values = makeValues()
    for (let index = 0; index < captures.length; index++) {
      const { name, converter, isText } = captures[index]!
      const text = texts[index]!
      values[name] = isText ? text : converter.to_python(text)
    }
    return values
  }
}

/**
 * A reader with the names written out, which engines optimize, as they do not where names are looked up. Names stand in it as JSON
 * strings, so nothing of a rule is ever run. `undefined` for names that every object has (`constructor`, `__proto__`), and where the
 * process forbids to compile code.
 */
export function compileReader(captures: readonly Capture[]): ValuesReader | undefined {
  if (captures.some(({ name }) => name in Object.prototype)) return undefined
  const lines = captures.map(({ name, isText }, index) => {
    const text = `texts[${index}]`
    return `values[${JSON.stringify(name)}] = ${isText ? text : `converters[${index}].to_python(${text})`}`
  })
  const converters = captures.map(({ converter }) => converter)
  const body = `return (texts) => { const values = new Values(); ${lines.join('; ')}; return values }`
  try {
    return new Function('Values', 'converters', body)(Values, converters)
  } catch {
    return undefined
  }
}
