import t from 'tap'
import { importsOf, librarySources, parseSource, type Source } from '../support/source-tree.ts'

/** Each group of files that import one another in a circle, as sorted paths (Tarjan's strongly connected components). */
function cyclesIn(sources: Source[]): string[][] {
  const targets = new Map(sources.map((source) => [source.path, importsOf(source).map(({ path }) => path)]))
  const order = new Map<string, number>()
  const stack: string[] = []
  const cycles: string[][] = []
  const visit = (path: string): number => {
    const index = order.size
    let low = index
    order.set(path, index)
    stack.push(path)
    for (const target of targets.get(path) ?? []) {
      if (target === undefined || !targets.has(target)) continue
      if (!order.has(target)) low = Math.min(low, visit(target))
      else if (stack.includes(target)) low = Math.min(low, order.get(target) ?? low)
    }
    if (low === index) {
      const group = stack.splice(stack.indexOf(path)).sort()
      if (group.length > 1 || targets.get(path)?.includes(path)) cycles.push(group)
    }
    return low
  }
  for (const path of targets.keys()) if (!order.has(path)) visit(path)
  return cycles
}

t.test('no file of the library imports itself by way of others', (t) => {
  t.same(cyclesIn(librarySources()), [])
  t.end()
})

t.test('a circle is found, also through types and dynamic imports', (t) => {
  const circle = [
    parseSource('lib/a.ts', "import './b.ts'\nimport './d.ts'"),
    parseSource('lib/b.ts', "import type { C } from './c.ts'"),
    parseSource('lib/c.ts', "export const load = () => import('./a.ts')"),
    parseSource('lib/d.ts', ''),
    parseSource('lib/e.ts', "export * from './e.ts'"),
  ]
  t.same(cyclesIn(circle), [['lib/a.ts', 'lib/b.ts', 'lib/c.ts'], ['lib/e.ts']])
  t.same(cyclesIn(circle.slice(0, 2)), [], 'a chain is no circle')
  t.end()
})
