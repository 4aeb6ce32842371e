/** Second that the clock shows where a request does not say another. */
export const START = 1700000000

/** A request to both apps; the short form is `GET /path`, or the path of a GET alone. */
export type Question =
  | string
  | {
      /** Method and target, or the target of a GET alone. */
      readonly line: string
      /** `Host: localhost` is added. */
      readonly headers?: readonly (readonly [name: string, value: string])[] | undefined
      /** UTF-8. */
      readonly body?: string | undefined
      /** Unix second that the clock shows. */
      readonly time?: number | undefined
      /** Requests of one jar send the cookies that Flask set before. */
      readonly jar?: string | undefined
    }

const REQUEST_LINE = /^(?:([A-Z]+) )?(.*)$/

/** A request as `answers.py` takes it. */
export function toAsk(question: Question): Record<string, unknown> {
  const {
    line,
    headers = [],
    body = '',
    time = START,
    jar = null,
  } = typeof question === 'string' ? { line: question } : question
  const [, method = 'GET', path = '/'] = REQUEST_LINE.exec(line) ?? []
  const hasHost = headers.some(([name]) => name === 'Host')
  return { method, path, headers: hasHost ? headers : [['Host', 'localhost'], ...headers], body, time, jar }
}

/** A form post. */
export function form(line: string, body: string, jar?: string): Question {
  return { line, headers: [['Content-Type', 'application/x-www-form-urlencoded']], body, jar }
}

/** A post of JSON, valid or not. */
export function json(line: string, body: string): Question {
  return { line, headers: [['Content-Type', 'application/json']], body }
}

/** GET requests that differ in one header. */
export function withHeader(line: string, name: string, values: readonly string[]): Question[] {
  return values.map((value) => ({ line, headers: [[name, value]] }))
}
