import { randomBytes } from 'node:crypto'
import type { Context } from '../context.ts'
import { HTTPException } from '../http/exceptions.ts'
import type { Request } from '../wrappers/request.ts'
import { Response } from '../wrappers/response.ts'
import { isLocalClient } from './local-client.ts'

const INTERNAL_SERVER_ERROR = 500
const NONCE_BYTES = 16

/** Frames that an error keeps in debug: templates within templates take some each, and the view stands below them. */
const STACK_FRAMES = 60

/**
 * Lets errors keep enough of their stack for the debug page: V8 keeps ten frames, and a missing form field none at all. For the whole
 * process.
 */
export function lengthenStacks(): void {
  // Not an assignment, which throws where node runs with --frozen-intrinsics.
  Reflect.set(Error, 'stackTraceLimit', Math.max(Error.stackTraceLimit, STACK_FRAMES))
  HTTPException.trace_client_errors = true
}

/** How the page is written. */
type PageKind = 'html' | 'text' | 'json'

/**
 * The debug page of an error that nothing handled, for a browser, a terminal or a program. Undefined where it must not be shown: outside of
 * debug, in tests, to clients and hosts that are not this machine; and where it fails itself, which is logged.
 *
 * @see docs/guide/debugging.md
 */
export async function debugPage(context: Context, error: unknown): Promise<Response | undefined> {
  const { app, request } = context
  if (!app.debug || app.testing || request === undefined || !isLocalClient(request.req)) return undefined
  try {
    return await makePage(context, request, error)
  } catch (failure) {
    app.logger.error({ err: failure }, 'the debug page failed')
    return undefined
  }
}

async function makePage(context: Context, request: Request, error: unknown): Promise<Response> {
  // Loaded by the first failure in debug, so that nobody else pays for it.
  const { describeFailure } = await import('./report.ts')
  const report = await describeFailure(context, error)
  const kind = kindOf(request)
  if (kind === 'html') {
    const { htmlPage, pagePolicy } = await import('./html-page.ts')
    const nonce = randomBytes(NONCE_BYTES).toString('base64')
    return respond(await htmlPage(report, nonce), 'text/html; charset=utf-8', pagePolicy(nonce))
  }
  if (kind === 'json') {
    const { errors, advice, sections } = report
    const told = sections.map(({ title, rows }) => [title, Object.fromEntries(rows)])
    const body = JSON.stringify({ errors, advice, ...Object.fromEntries(told) }, undefined, 2)
    return respond(`${body}\n`, 'application/json')
  }
  const { textPage } = await import('./text-page.ts')
  return respond(textPage(report), 'text/plain; charset=utf-8')
}

/** Names of media types, in the order in which they are taken where a client has no preference. */
const KINDS: Readonly<Record<string, PageKind>> = {
  'text/html': 'html',
  'application/json': 'json',
  'text/plain': 'text',
}

/** A browser names HTML, or says what it is; a program that sends JSON gets JSON; whatever takes anything is a terminal. */
function kindOf(request: Request): PageKind {
  const accepted = request.accept_mimetypes
  const named = [...accepted].some(([type]) => type !== '*/*')
  const best = named ? accepted.best_match(Object.keys(KINDS)) : undefined
  if (best !== undefined) return KINDS[best] ?? 'text'
  if (request.is_json) return 'json'
  return /^Mozilla\//.test(request.headers.get('User-Agent') ?? '') ? 'html' : 'text'
}

function respond(body: string, type: string, policy = "default-src 'none'; frame-ancestors 'none'"): Response {
  return new Response(body, {
    status: INTERNAL_SERVER_ERROR,
    headers: {
      'Content-Type': type,
      'Cache-Control': 'no-store',
      'Content-Security-Policy': policy,
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    },
  })
}
