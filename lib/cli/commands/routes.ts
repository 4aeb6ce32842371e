import type { Flagon } from '../../app.ts'
import type { BaseCommand } from '../../commands/base-command.ts'
import { Command } from '../../commands/command.ts'
import { APP_OPTIONS } from '../global-options.ts'
import type { ScriptInfo } from '../script-info.ts'

/** What the list can be sorted by. */
const SORTS = ['endpoint', 'methods', 'domain', 'rule', 'match'] as const

/** `flagon routes`: lists the rules of the app, or says which of them takes a URL. */
export function routesCommand(info: ScriptInfo): BaseCommand {
  return new Command(
    'routes',
    {
      help: 'Lists the routes of the app, or says which of them takes a URL.',
      with_appcontext: false,
      options: {
        ...APP_OPTIONS,
        '-s, --sort <column>': {
          help: "the order; 'match' is that in which rules are tried",
          choices: SORTS,
          default: 'endpoint',
        },
        '--all-methods': 'show HEAD and OPTIONS too',
        '--json': 'write JSON',
        '--match <path>': 'say which rule takes this path or URL, and why those before it do not',
        '-m, --method <name>': { help: 'the method of --match', default: 'GET' },
      },
      examples: [
        'flagon routes --sort match',
        'flagon routes --match /user/7             # which rule takes it?',
        'flagon routes --match /login -m POST',
      ],
    },
    async (values) => {
      info.choose(values)
      const app = await info.load_app()
      const { match, method, json } = values
      if (typeof match === 'string') await writeMatch(app, match, String(method).toUpperCase(), json)
      else await writeTable(app, values)
    },
  )
}

async function writeTable(
  app: Flagon,
  options: { sort?: unknown; all_methods: boolean; json: boolean },
): Promise<void> {
  const { routeRows, tableOf } = await import('../route-table.ts')
  const { sort, all_methods, json } = options
  const rows = routeRows(app, { sort: SORTS.find((name) => name === sort), all_methods })
  if (json) console.log(JSON.stringify(rows, undefined, 2))
  else if (rows.length === 0) console.log('No routes were registered.')
  else console.log(tableOf(rows, app.url_map.host_matching))
}

async function writeMatch(app: Flagon, target: string, method: string, json: boolean): Promise<void> {
  const { explainMatch } = await import('../route-match.ts')
  const found = explainMatch(app, target, method)
  if (json) {
    console.log(JSON.stringify(found, undefined, 2))
    return
  }
  const { passed, outcome } = found
  for (const { rule, endpoint, reason } of passed) console.log(`  not ${rule} (${endpoint}): ${reason}`)
  console.log(outcome)
}
