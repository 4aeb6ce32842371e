import { inspect } from 'node:util'
import { contextStorage, currentContext, currentRequestContext } from './context.ts'
import { FlagonError } from './errors.ts'
import { type AppContextGlobals, type Keyed, keyedProxy } from './keyed.ts'
import type { SessionMixin } from './sessions/interface.ts'
import { Request } from './wrappers/request.ts'
import { provideResponseApp } from './wrappers/response-app.ts'

// A response is made without a word of its app: the one that is active signs its cookies.
provideResponseApp(() => contextStorage.getStore()?.app)

/** The request of a context that is known to have one. */
function currentRequest(wanted: string): Request {
  const { request } = currentRequestContext(wanted)
  if (request === undefined) throw new FlagonError('OUTSIDE_CONTEXT', `${wanted} was used outside of a request`)
  return request
}

/**
 * What stands behind the global request for the names that `Request` itself lacks: those of a subclass, and those that
 * an app assigns. They belong to the current request; kept on the global they would reach all others.
 */
const otherNames: ProxyHandler<Request> = {
  get(target, key) {
    if (typeof key === 'symbol' || key in target) return Reflect.get(target, key)
    const current = currentRequest(`request.${key}`)
    const value: unknown = Reflect.get(current, key)
    // A method must see the request as `this`: private fields do not reach through here.
    return typeof value === 'function' ? value.bind(current) : value
  },
  set: (_target, key, value) => Reflect.set(currentRequest(`request.${String(key)}`), key, value),
  has: (target, key) => key in target || Reflect.has(contextStorage.getStore()?.request ?? target, key),
}

/**
 * The request that is being handled here. It is bound to the asynchronous flow that handles the request, so that it can
 * be imported once and used anywhere below a view or hook.
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` on any use outside of a request.
 * @see docs/guide/context.md
 */
export const request: Request = Object.create(new Proxy<Request>(Object.create(Request.prototype), otherNames))

/** Makes a name of `Request` a property of the global request, which is faster than to look behind it. */
function bindName(name: string, isMethod: boolean): void {
  const wanted = `request.${name}`
  const get = () => Reflect.get(currentRequest(wanted), name)
  const set = (value: unknown) => Reflect.set(currentRequest(wanted), name, value)
  const call = (...args: unknown[]) => Reflect.apply(get(), currentRequest(wanted), args)
  Object.defineProperty(request, name, isMethod ? { value: call } : { enumerable: true, get, set })
}

for (const name of Request.field_names) bindName(name, false)
for (let level = Request.prototype; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
    if (name !== 'constructor' && !Object.hasOwn(request, name)) bindName(name, typeof value === 'function')
  }
}

function describeRequest(): string {
  const current = contextStorage.getStore()?.request
  if (current === undefined) return '<unbound>'
  try {
    return `<${current.constructor.name} '${current.url}' [${current.method}]>`
  } catch {
    // The client sent a host that is none.
    return `<${current.constructor.name} [${current.method}]>`
  }
}

Object.defineProperty(request, 'toString', { value: describeRequest })
Object.defineProperty(request, inspect.custom, { value: describeRequest })

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
export const session: Keyed<SessionMixin> = keyedProxy(() => currentRequestContext('session').session)
