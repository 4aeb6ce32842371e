import { inspect } from 'node:util'
import type { Flagon } from './app.ts'
import { contextStorage, currentContext } from './context.ts'

/** A proxy that hands everything to the app of the context that is active here. */
const handler: ProxyHandler<object> = {
  get(_target, key) {
    const app = currentContext('current_app').app
    const value: unknown = Reflect.get(app, key)
    // A method must see the app as `this`: private fields do not reach through a proxy.
    return typeof value === 'function' && !isClass(key) ? value.bind(app) : value
  },
  set: (_target, key, value) => Reflect.set(currentContext('current_app').app, key, value),
  has: (_target, key) => Reflect.has(currentContext('current_app').app, key),
  getPrototypeOf: () => Reflect.getPrototypeOf(currentContext('current_app').app),
}

/** Classes have statics, which binding would hide. */
function isClass(key: string | symbol): boolean {
  return typeof key === 'string' && /^constructor$|_class$|^jinja_environment$/.test(key)
}

/** What console.log shows, which looks past the proxy. */
function describe(): string {
  const app = contextStorage.getStore()?.app
  return app === undefined ? '<unbound>' : `<${app.constructor.name} '${app.name}'>`
}

/**
 * The app that handles the request (or has the context) that is active here; for code that must not import the app.
 *
 * @throws {@link FlagonError} `OUTSIDE_CONTEXT` on any use outside of an app context.
 */
export const current_app: Flagon = new Proxy<Flagon>(
  Object.create(null, { [inspect.custom]: { value: describe } }),
  handler,
)
