/** As much of packages without types of their own as the tests use. */

declare module 'express' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  type Next = (error?: unknown) => void
  type Listener = (req: IncomingMessage, res: ServerResponse, next: Next) => unknown
  type ErrorListener = (error: unknown, req: IncomingMessage, res: ServerResponse, next: Next) => unknown

  interface Express {
    (req: IncomingMessage, res: ServerResponse, next?: Next): unknown
    use(...handlers: (Listener | ErrorListener)[]): this
    use(path: string, ...handlers: (Listener | ErrorListener)[]): this
    get(path: string, handler: Listener): this
    set(name: string, value: unknown): this
  }

  interface ExpressModule {
    (): Express
    json(): Listener
  }

  const express: ExpressModule
  export default express
}

declare module 'compression' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export default function compression(options?: {
    threshold?: number
  }): (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void
}

declare module 'cors' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  type Decide = (origin: string | undefined, done: (error: Error | null, allowed?: boolean) => void) => void

  export default function cors(options?: {
    origin?: string | readonly string[] | Decide
    credentials?: boolean
  }): (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void
}
