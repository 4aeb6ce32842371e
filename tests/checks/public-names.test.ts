import t from 'tap'
import { withPublicSubjects } from '../support/public-subjects.ts'
import { isRecord, readText } from '../support/source-tree.ts'

/** Groups that are complete: from then on a name that goes missing fails. Add a group when its last name is there. */
const COMPLETE = [
  'flagon',
  'Flagon (an app)',
  'Blueprint',
  'Request',
  'Response',
  'config',
  'Config',
  'SessionInterface',
  'session',
  'MultiDict',
  'Headers',
  'FileStorage',
  'g',
  'FlagonClient',
  'JSONProvider',
  'flagon/signing',
  'flagon/exceptions',
  'flagon/routing',
  'flagon/jinja',
]

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
    if (names.length > 0)
      t.comment(`${group} lacks ${names.length} of ${wanted.get(group)?.length}: ${names.join(' ')}`)
    if (COMPLETE.includes(group)) t.same(names, [], `${group} is complete`)
    else t.not(names.length, 0, `${group} is complete now: add it to COMPLETE`)
  }
  t.same(
    COMPLETE.filter((group) => !wanted.has(group)),
    [],
    'every complete group is one of the list',
  )
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
