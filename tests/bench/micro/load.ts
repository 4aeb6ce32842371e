import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BENCH } from '../harness/contenders.ts'

/** The folder of the build under test: `FLAGON_DIST`, else `dist` of the project. */
const DIST = resolve(process.env['FLAGON_DIST'] ?? `${BENCH}/../../dist`)

/** A module of the build, which runs as its users have it: plain JavaScript, no loader between. */
export async function built<T>(path: string): Promise<T> {
  return import(pathToFileURL(`${DIST}/${path}`).href)
}

const require = createRequire(`${BENCH}/package.json`)

/** A package of the benchmarks, which the project itself does not have; the caller says what it uses of it. */
export function theirs<T>(name: string): T {
  return require(name)
}
