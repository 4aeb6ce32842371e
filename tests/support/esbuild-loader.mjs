/*
 * Has Node take TypeScript: `node --import=./tests/support/esbuild-loader.mjs tests/keyed.test.ts`. A lean stand-in for
 * tsx, which starts a compiler in each process and looks at each path of `node_modules` as well: half a second for each
 * of hundreds of tests.
 */
import * as nodeModule from 'node:module'
import { load } from './typescript.mjs'

// Errors tell the lines of the TypeScript.
process.setSourceMapsEnabled(true)

// Hooks in the same thread came with Node 22.15; before, they live in a thread of their own.
if (nodeModule.registerHooks === undefined) nodeModule.register('./typescript.mjs', import.meta.url)
else nodeModule.registerHooks({ load })
