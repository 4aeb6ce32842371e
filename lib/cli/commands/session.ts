import { inspect } from 'node:util'
import { hasColors, paintFor } from '../../commands/colors.ts'
import { AppGroup } from '../../commands/group.ts'
import type { DataSerializer } from '../../signing/serializer.ts'
import { APP_OPTIONS } from '../global-options.ts'
import { NoAppException } from '../no-app.ts'
import type { ScriptInfo } from '../script-info.ts'
import type { CookieReader, DecodedCookie } from '../session-cookie.ts'

/** `flagon session`: what can be done with sessions. */
export function sessionGroup(info: ScriptInfo): AppGroup {
  const group = new AppGroup('session', { help: 'Looks into sessions.' })
  group.command('decode <cookie>', {
    help: 'Shows what a session cookie holds, and whether a key of the app signed it.',
    with_appcontext: false,
    arguments: { cookie: "the cookie's value, or a whole header 'session=…; other=…'" },
    options: {
      ...APP_OPTIONS,
      '--secret <key>': 'verify with this key, without loading the app',
      '--no-verify': 'only show it: load no app and use no key',
      '--json': 'write JSON',
    },
    examples: ['flagon session decode eyJ1c2VyIjoiYW5uIn0.aQ…', "flagon session decode 'session=eyJ…' --no-app"],
  })(async ({ cookie, secret, verify, json, ...choice }) => {
    info.choose(choice)
    const [{ decodeCookie }, { TaggedJSONSerializer }] = await Promise.all([
      import('../session-cookie.ts'),
      import('../../sessions/tag.ts'),
    ])
    const decoded = decodeCookie(cookie, verify ? await readerFor(info, secret) : { keys: [] })
    console.log(json ? jsonOf(decoded, new TaggedJSONSerializer()) : textOf(decoded))
  })
  return group
}

/** Keys and settings: those that were given, else the app's, else the variable's. */
async function readerFor(info: ScriptInfo, secret: string | undefined): Promise<CookieReader> {
  if (secret !== undefined) return { keys: [secret] }
  try {
    return { keys: [], app: await info.load_app() }
  } catch (error) {
    if (!(error instanceof NoAppException) || info.app_import_path !== undefined) throw error
    const key = process.env['FLAGON_SECRET_KEY']
    return { keys: key ? [key] : [] }
  }
}

function jsonOf(decoded: DecodedCookie, serializer: DataSerializer): string {
  const { session } = decoded
  const plain = session === undefined ? null : JSON.parse(String(serializer.dumps(session)))
  return JSON.stringify(
    { ...decoded, reason: decoded.reason ?? null, written: decoded.written ?? null, session: plain },
    undefined,
    2,
  )
}

function textOf({ kind, verified, reason, written, session }: DecodedCookie): string {
  const lines = session === undefined ? [] : [inspect(session, { depth: Infinity, colors: hasColors(process.stdout) })]
  if (written !== undefined) lines.push(`Written: ${written.toISOString()}`)
  lines.push(`Kind: ${KINDS[kind]}`)
  if (verified === true) lines.push(paintFor(process.stdout, 'green', 'Verified: a key of the app made it.'))
  else if (verified === false) lines.push(paintFor(process.stdout, 'red', `NOT valid: ${reason}.`))
  else
    lines.push(
      paintFor(process.stdout, 'yellow', `Not verified: ${reason ?? 'without a key, anybody may have written it'}.`),
    )
  return lines.join('\n')
}

const KINDS: { readonly [K in DecodedCookie['kind']]: string } = {
  signed: 'signed; whoever has the cookie can read it',
  encrypted: 'encrypted; only the key opens it',
  'server-side': 'kept on the server; the cookie has its id alone',
  unreadable: 'no session cookie of Flagon or Flask',
}
