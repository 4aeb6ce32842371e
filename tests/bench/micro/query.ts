import type { MultiDict } from '../../../lib/http/multi-dict.ts'
import type * as Query from '../../../lib/http/query.ts'
import type { MicroCase } from './bench.ts'
import { built, theirs } from './load.ts'

interface FastQuerystring {
  parse(text: string): Record<string, string | string[]>
}

const INPUTS = 64
const MANY = 20

const { parse_query } = await built<typeof Query>('http/query.js')
const { parse } = theirs<FastQuerystring>('fast-querystring')

function parsing(title: string, textOf: (at: number) => string): MicroCase {
  const texts = Array.from({ length: INPUTS }, (_, at) => textOf(at))
  const own = (index: number): MultiDict => parse_query(texts[index % INPUTS]!)
  const fast = (index: number): Record<string, string | string[]> => parse(texts[index % INPUTS]!)
  const web = (index: number): URLSearchParams => new URLSearchParams(texts[index % INPUTS])
  return {
    group: 'Query',
    title,
    contenders: [
      { name: 'Flagon', run: own, answer: (index) => [...own(index)] },
      {
        name: 'fast-querystring',
        run: fast,
        answer: (index) =>
          Object.entries(fast(index)).flatMap(([key, value]) => [value].flat().map((one) => [key, one])),
      },
      { name: 'URLSearchParams', run: web, answer: (index) => [...web(index)] },
    ],
  }
}

/** Queries and forms, plain and with escapes. */
export function queryCases(): MicroCase[] {
  const many = (at: number): string =>
    Array.from({ length: MANY }, (_, field) => `field${field}=value${at + field}`).join('&')
  return [
    parsing('1 field', (at) => `page=${at}`),
    parsing('4 fields', (at) => `page=${at}&size=50&sort=name&order=asc`),
    parsing(`${MANY} fields`, many),
    parsing('a key 3 times', (at) => `tag=tea&tag=milk&tag=${at}`),
    parsing('a form with escapes', (at) => `name=Ann+Lee&mail=ann%40example.org&city=S%C3%A3o+Paulo&note=a%26b+${at}`),
  ]
}
