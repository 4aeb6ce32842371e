import type { Capture } from './rule.ts'

/** The values of a URL's variables by name, each an own property of an object that inherits nothing. */
export type MatchValues = Record<string, unknown>

/** Makes the values of a match from the texts of its variables. It throws what a converter throws. */
export type ValuesReader = (texts: readonly string[]) => MatchValues

// Objects made by it inherit no property and, unlike those of Object.create(null), have the fast layout.
function Values(): void {}
Values.prototype = Object.freeze(Object.create(null))
const ValuesClass = Values as unknown as new () => MatchValues

/** An empty object for values. */
export function makeValues(): MatchValues {
  return new ValuesClass()
}

/** A reader that looks the names up, for the first calls and where code may not be compiled. */
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
 * A reader with the names written out, which is four times as fast: engines optimize `values.id = …` but not `values[name] = …`.
 * Names stand in it as JSON strings, so nothing of a rule is ever run. `undefined` where the process forbids to compile code.
 */
export function compileReader(captures: readonly Capture[]): ValuesReader | undefined {
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
