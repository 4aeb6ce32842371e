import t from 'tap'
import { withPublicSubjects } from '../support/public-subjects.ts'
import { isRecord, readText } from '../support/source-tree.ts'

/** The wanted names: group → names, read from `flask-api.json`. */
function wantedNames(): Map<string, string[]> {
  const wanted = new Map<string, string[]>()
  const groups: unknown = JSON.parse(readText('tests/checks/flask-api.json'))
  for (const [group, entry] of Object.entries(isRecord(groups) ? groups : {})) {
    if (isRecord(entry) && Array.isArray(entry['names'])) wanted.set(group, entry['names'].map(String))
  }
  return wanted
}

/** The names of a group that none of its objects has. */
function missingNames(names: string[], subjects: unknown[]): string[] {
  return names.filter((name) => !subjects.some((subject) => hasName(subject, name)))
}

/** `in` runs no getter. The keyed objects, `session` and `g`, answer `in` for their keys alone, so they are read. */
function hasName(subject: unknown, name: string): boolean {
  if ((typeof subject !== 'object' && typeof subject !== 'function') || subject === null) return false
  return name in subject || (isKeyed(subject) && Reflect.get(subject, name) !== undefined)
}

function isKeyed(subject: object): boolean {
  return !('get' in subject) && typeof Reflect.get(subject, 'get') === 'function'
}

t.test('the built library has the names that Flask has', async (t) => {
  const wanted = wantedNames()
  const missing = await withPublicSubjects(
    (subjects) => new Map([...wanted].map(([group, names]) => [group, missingNames(names, subjects.get(group) ?? [])])),
  )
  for (const [group, names] of missing) {
    t.same(names, [], `${group} has its ${wanted.get(group)?.length} names`)
  }
})

t.test('a missing name is found', (t) => {
  class Shape {
    static force(): void {}
    get broken(): never {
      throw new Error('read')
    }
  }
  t.same(missingNames(['broken', 'force', 'gone'], [new Shape(), Shape]), ['gone'])
  t.same(missingNames(['a'], [undefined]), ['a'])
  t.end()
})
