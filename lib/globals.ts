import { currentContext, currentRequestContext } from './context.ts'
import { FlagonError } from './errors.ts'
import { type AppContextGlobals, type Keyed, keyedProxy } from './keyed.ts'
import type { Session } from './sessions/interface.ts'
import { Request } from './wrappers/request.ts'

/** The request of a context that is known to have one. */
function currentRequest(wanted: string): Request {
  const { request } = currentRequestContext(wanted)
  if (request === undefined) throw new FlagonError('OUTSIDE_CONTEXT', `${wanted} was used outside of a request`)
  return request
}

/**
 * The request that is being handled here. It is bound to the asynchronous flow that handles the request, so that it can
 * be imported once and used anywhere below a view or hook.
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` on any use outside of a request.
 * @see docs/guide/context.md
 */
export const request: Request = Object.create(Request.prototype)

/**
 * Makes the names of a request class reachable on the global {@link request}; a subclass that an app uses as its
 * `request_class` adds its own.
 */
export function bindRequestClass(requestClass: typeof Request): void {
  const sample = requestClass.prototype
  for (let level: object = sample; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) {
      if (name !== 'constructor' && !Object.hasOwn(request, name)) bindName(name, level)
    }
  }
  for (const name of requestClass.field_names) if (!Object.hasOwn(request, name)) bindName(name, undefined)
}

function bindName(name: string, owner: object | undefined): void {
  const method = owner && Object.getOwnPropertyDescriptor(owner, name)?.value
  Object.defineProperty(
    request,
    name,
    typeof method === 'function'
      ? { value: (...args: unknown[]) => Reflect.apply(method, currentRequest(`request.${name}`), args) }
      : {
          enumerable: true,
          get: () => Reflect.get(currentRequest(`request.${name}`), name),
          set: (value: unknown) => Reflect.set(currentRequest(`request.${name}`), name, value),
        },
  )
}

bindRequestClass(Request)

/**
 * Room for the values of one request (or one app context): `g.user = …` in a hook, `g.user` in a view. Empty again for
 * the next.
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` on any use outside of an app context.
 */
export const g: Keyed<AppContextGlobals> = keyedProxy(() => currentContext('g').g)

/**
 * The session of the client whose request is handled here: `session.username = 'x'`, `delete session.x`,
 * `'x' in session`.
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` on any use outside of a request.
 */
export const session: Keyed<Session> = keyedProxy(() => currentRequestContext('session').session)
