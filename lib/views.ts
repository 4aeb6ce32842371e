import { request } from './globals.ts'
import { MethodNotAllowed } from './http/exceptions.ts'
import type { AnyView, MaybePromise, UrlArguments, View as ViewFunction, ViewReturn } from './types.ts'

/** A view function made from a class, which tells the route about itself. */
export interface ClassView extends ViewFunction {
  /** The class that it makes an object of. */
  readonly view_class: typeof View
  /** Methods that the class answers, unless the route names others. */
  readonly methods: readonly string[] | undefined
  /** Whether OPTIONS is answered without the class; undefined means the app's default. */
  readonly provide_automatic_options: boolean | undefined
}

/** Wraps a view function in another. */
export type ViewDecorator = (view: ViewFunction) => ViewFunction

/** A constructor of views; what it is given by `as_view` is its own business. */
type ViewClass = typeof View

/**
 * A view as a class: `dispatch_request` answers. An object is made for each request, so that it can keep state; with
 * `init_every_request = false` one object serves all.
 *
 * @see docs/guide/views.md
 */
export class View {
  /** Methods that the view answers. Default undefined: GET alone. */
  static methods: readonly string[] | undefined = undefined
  /** Whether OPTIONS is answered for the view. Default undefined: as the app says. */
  static provide_automatic_options: boolean | undefined = undefined
  /** Wrappers for the view function, applied in this order: the last one is outermost. */
  static decorators: readonly ViewDecorator[] = []
  /** Whether each request gets an object of its own. Default true. */
  static init_every_request = true

  /**
   * The answer to a request.
   *
   * @throws Error unless the subclass defines it.
   */
  dispatch_request(_args: UrlArguments): MaybePromise<ViewReturn> {
    throw new TypeError(`${this.constructor.name} has no dispatch_request: define it, or extend MethodView`)
  }

  /**
   * A view function that makes objects of the class.
   *
   * @param name - its endpoint.
   * @param args - given to the constructor of each object.
   */
  static as_view(name: string, ...args: unknown[]): ClassView {
    const make = () => Reflect.construct(this, args) as View
    const only = this.init_every_request ? undefined : make()
    let view: ViewFunction = (values) => (only ?? make()).dispatch_request(values)
    for (const decorate of this.decorators) view = decorate(nameView(view, name, this))
    return nameView(view, name, this)
  }
}

function nameView(view: ViewFunction, name: string, viewClass: ViewClass): ClassView {
  Object.defineProperty(view, 'name', { value: name, configurable: true })
  const { methods, provide_automatic_options } = viewClass
  return Object.assign(view, { view_class: viewClass, methods, provide_automatic_options })
}

const METHODS = ['get', 'post', 'head', 'options', 'delete', 'put', 'trace', 'patch'] as const

/**
 * A view whose methods are HTTP methods: `get(args)`, `post(args)`, … Those it has are the methods that its route
 * answers; HEAD is answered by `get` where there is no `head`.
 *
 * @see docs/guide/views.md
 */
export class MethodView extends View {
  static override as_view(name: string, ...args: unknown[]): ClassView {
    if (!Object.hasOwn(this, 'methods')) {
      const found = METHODS.filter((method) => typeof Reflect.get(this.prototype, method) === 'function')
      const names = new Set([...(this.methods ?? []), ...found.map((method) => method.toUpperCase())])
      if (names.size > 0) this.methods = [...names].sort()
    }
    return super.as_view(name, ...args)
  }

  override dispatch_request(args: UrlArguments): MaybePromise<ViewReturn> {
    const method = request.method.toLowerCase()
    const found = Reflect.get(this, method) ?? (method === 'head' ? Reflect.get(this, 'get') : undefined)
    if (typeof found !== 'function') {
      throw new MethodNotAllowed({ valid_methods: [...((this.constructor as ViewClass).methods ?? [])] })
    }
    return found.call(this, args)
  }
}

/** Whether a view came from {@link View.as_view}. */
export function isClassView(view: AnyView): view is ClassView {
  return 'view_class' in view
}
