import type { IncomingMessage, ServerResponse } from 'node:http'
import { FlagonError } from '../errors.ts'
import { Headers } from '../http/headers.ts'
import { type Keyed, keyedProxy } from '../keyed.ts'
import type { SessionMixin } from '../sessions/interface.ts'
import type { Request } from '../wrappers/request.ts'
import type { Response } from '../wrappers/response.ts'
import {
  addCookies,
  type ClientCookie,
  type ClientCookieOptions,
  ClientCookies,
  type CookiePlace,
} from './cookie-jar.ts'
import { isRedirect, MAX_REDIRECTS, redirectedRequest } from './redirects.ts'
import {
  type BuilderApp,
  type BuiltRequest,
  buildRequest,
  type RequestBuilderOptions,
  readOptions,
  urlOf,
} from './request-builder.ts'
import { TestResponse } from './response.ts'
import { Transport } from './transport.ts'

/** The context of a made-up request, as far as the client uses it. */
export interface ClientContext {
  /** The request. */
  readonly request: Request | undefined
  /** Runs `work` with this context as the current one. */
  run<T>(work: () => T): T
}

/** What a client needs of the app that it speaks to. */
export interface ClientApp extends BuilderApp {
  /** The listener; asked for at each request, for it may be wrapped and assigned back. */
  handler(req: IncomingMessage, res: ServerResponse): unknown
  /** Makes the response that a session is saved to. */
  readonly response_class: new () => Response
  /** Opens and saves sessions. */
  readonly session_interface: {
    open_session(
      app: unknown,
      request: Request,
    ): SessionMixin | null | undefined | Promise<SessionMixin | null | undefined>
    save_session(app: unknown, session: SessionMixin, response: Response): unknown
    is_null_session(session: unknown): boolean
  }
  /** A context with a made-up request. */
  test_request_context(path?: string, options?: RequestBuilderOptions): ClientContext
}

/** How a client behaves. */
export interface FlagonClientOptions {
  /** Whether cookies are kept and sent, as browsers do. Default true. */
  readonly use_cookies?: boolean | undefined
  /** Whether redirects to hosts below the one that redirects are followed. Default false. */
  readonly allow_subdomain_redirects?: boolean | undefined
}

/** What is asked, and whether redirects are followed. */
export interface ClientRequestOptions extends RequestBuilderOptions {
  /** Follows redirects until there is an answer that is none; `history` has those before it. Default false. */
  readonly follow_redirects?: boolean | undefined
}

/** What is asked, where the method is given by the name of the function. */
export type ClientMethodOptions = Omit<ClientRequestOptions, 'method'>

/** The cookies of a session transaction go into a request that asks for this path unless it names another. */
export interface SessionTransactionOptions extends RequestBuilderOptions {
  /** Path of the request for which the session is opened. Default `/`. */
  readonly path?: string | undefined
}

/**
 * Sends requests to an app, for tests, and keeps its cookies. The requests are real HTTP through node's own parser, but
 * there is no port and no network. An error that no handler takes is thrown to the test when the app propagates errors,
 * which `TESTING` turns on.
 *
 * @see Flask `flask.testing.FlaskClient`
 */
export class FlagonClient {
  /** The app that requests go to. */
  readonly application: ClientApp
  readonly #transport: Transport
  readonly #cookies: ClientCookies | undefined
  readonly #allowSubdomains: boolean

  constructor(application: ClientApp, options: FlagonClientOptions = {}) {
    this.application = application
    this.#transport = new Transport((req, res) => application.handler(req, res))
    this.#cookies = (options.use_cookies ?? true) ? new ClientCookies() : undefined
    this.#allowSubdomains = options.allow_subdomain_redirects ?? false
  }

  /**
   * Sends a request and gives the answer to it.
   *
   * @param path - path and, if wanted, query; or a whole URL.
   * @throws the error that the app propagated.
   * @throws {@link FlagonError} `REQUEST_OPTIONS` when options exclude each other; `CLIENT_REDIRECT` when a redirect that
   *   is to be followed leads to another host, or in a circle.
   */
  async open(path: string, options: ClientRequestOptions = {}): Promise<TestResponse> {
    const built = buildRequest(this.application, path, await readOptions(options))
    return options.follow_redirects ? this.#follow(built) : this.#send(built)
  }

  /** Sends a GET. */
  get(path: string, options?: ClientMethodOptions): Promise<TestResponse> {
    return this.open(path, { ...options, method: 'GET' })
  }

  /** Sends a HEAD. */
  head(path: string, options?: ClientMethodOptions): Promise<TestResponse> {
    return this.open(path, { ...options, method: 'HEAD' })
  }

  /** Sends a POST. */
  post(path: string, options?: ClientMethodOptions): Promise<TestResponse> {
    return this.open(path, { ...options, method: 'POST' })
  }

  /** Sends a PUT. */
  put(path: string, options?: ClientMethodOptions): Promise<TestResponse> {
    return this.open(path, { ...options, method: 'PUT' })
  }

  /** Sends a PATCH. */
  patch(path: string, options?: ClientMethodOptions): Promise<TestResponse> {
    return this.open(path, { ...options, method: 'PATCH' })
  }

  /** Sends a DELETE. */
  delete(path: string, options?: ClientMethodOptions): Promise<TestResponse> {
    return this.open(path, { ...options, method: 'DELETE' })
  }

  /** Sends an OPTIONS. */
  options(path: string, options?: ClientMethodOptions): Promise<TestResponse> {
    return this.open(path, { ...options, method: 'OPTIONS' })
  }

  /** Sends a TRACE. */
  trace(path: string, options?: ClientMethodOptions): Promise<TestResponse> {
    return this.open(path, { ...options, method: 'TRACE' })
  }

  /**
   * The cookie of that name, domain and path; undefined where there is none.
   *
   * @throws {@link FlagonError} `CLIENT_COOKIES` when the client keeps no cookies.
   */
  get_cookie(key: string, place?: CookiePlace): ClientCookie | undefined {
    return this.#jar('get_cookie').get(key, place)
  }

  /**
   * Puts a cookie in, which is sent with the requests that it is for.
   *
   * @throws {@link FlagonError} `CLIENT_COOKIES` when the client keeps no cookies.
   * @throws TypeError when the name or an attribute cannot stand in a cookie.
   */
  set_cookie(key: string, value: string = '', options?: ClientCookieOptions): void {
    this.#jar('set_cookie').set(key, value, options)
  }

  /**
   * Takes a cookie out; nothing happens where there is none.
   *
   * @throws {@link FlagonError} `CLIENT_COOKIES` when the client keeps no cookies.
   */
  delete_cookie(key: string, place?: CookiePlace): void {
    this.#jar('delete_cookie').delete(key, place)
  }

  /**
   * Opens the session of the client's cookies, gives it to `work` to read and change, and saves it again:
   * `await client.session_transaction((session) => { session.user = 'ann' })`. Gives what `work` gave.
   *
   * @throws {@link FlagonError} `CLIENT_COOKIES` when the client keeps no cookies; `CLIENT_SESSION` when the app opens no
   *   session, as without a `SECRET_KEY`.
   */
  async session_transaction<T>(
    work: (session: Keyed<SessionMixin>) => T | Promise<T>,
    options: SessionTransactionOptions = {},
  ): Promise<T> {
    const cookies = this.#jar('session_transaction')
    const { path = '/', ...rest } = options
    const url = urlOf(buildRequest(this.application, path, rest))
    const headers = addCookies(new Headers(rest.headers), cookies.headerFor(url))
    const { application } = this
    const context = application.test_request_context(path, { ...rest, headers })
    return context.run(async () => {
      const session = await this.#openSession(context)
      const result = await work(keyedProxy(() => session))
      const response = new application.response_class()
      await application.session_interface.save_session(application, session, response)
      cookies.keep(url, response.headers.getlist('Set-Cookie'))
      return result
    })
  }

  async #openSession({ request }: ClientContext): Promise<SessionMixin> {
    const { application } = this
    const session =
      request === undefined ? undefined : await application.session_interface.open_session(application, request)
    if (session === undefined || session === null || application.session_interface.is_null_session(session)) {
      throw new FlagonError(
        'CLIENT_SESSION',
        'the app opens no session for the client: set app.config.SECRET_KEY first',
      )
    }
    return session
  }

  #jar(wanted: string): ClientCookies {
    if (this.#cookies !== undefined) return this.#cookies
    throw new FlagonError('CLIENT_COOKIES', `${wanted} needs cookies: make the client with use_cookies: true`)
  }

  async #send(built: BuiltRequest, history?: readonly TestResponse[]): Promise<TestResponse> {
    const url = urlOf(built)
    const headers = addCookies(Headers.from_raw([...built.rawHeaders]), this.#cookies?.headerFor(url) ?? '')
    const sent = { ...built, rawHeaders: [...headers.flat] }
    const response = new TestResponse(await this.#transport.send(sent), sent, history)
    this.#cookies?.keep(url, response.headers.getlist('Set-Cookie'))
    return response
  }

  async #follow(first: BuiltRequest): Promise<TestResponse> {
    const history: TestResponse[] = []
    const made = new Set<string>()
    let built = first
    let response = await this.#send(built)
    while (isRedirect(response)) {
      const { location, status_code } = response
      if (made.has(`${status_code} ${location}`) || history.length === MAX_REDIRECTS) {
        throw new FlagonError(
          'CLIENT_REDIRECT',
          `redirects go in a circle: ${status_code} to ${location} came after ${history.length} others`,
        )
      }
      made.add(`${status_code} ${location}`)
      history.push(response)
      built = redirectedRequest(built, response, this.#allowSubdomains)
      response = await this.#send(built, [...history])
    }
    return response
  }
}
