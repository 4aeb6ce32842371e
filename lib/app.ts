import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AccessLogSetting, logAccess } from './access-log.ts'
import { BaseApp, type FlagonOptions } from './base-app.ts'
import { AppGroup } from './commands/group.ts'
import { type App, Context, currentContext, currentRequestContext } from './context.ts'
import { lengthenStacks } from './debug/answer.ts'
import {
  dispatchView,
  finalize,
  fullDispatch,
  handleException,
  handleHttpException,
  handleRequest,
  handleUserException,
  matchRequest,
  preprocess,
  processResponse,
} from './dispatch.ts'
import { g, request, session } from './globals.ts'
import type { HookPlan } from './hooks.ts'
import { type HTTPException, NotFound } from './http/exceptions.ts'
import type { Environment } from './jinja/index.ts'
import { DefaultJSONProvider, type JSONProvider } from './json/provider.ts'
import { AppContextGlobals } from './keyed.ts'
import { makeResponse, toResponse } from './make-response.ts'
import { makeRedirect } from './redirects.ts'
import type { BuildError, MapAdapter } from './routing/index.ts'
import { addressText } from './serving/address.ts'
import { answerFetch } from './serving/fetch.ts'
import { type ServeAppOptions, serveApp, shutDown, startUp } from './serving/lifespan.ts'
import type { RequestHandler } from './serving/server.ts'
import { closingSignal } from './serving/shutdown.ts'
import { ShutdownSignal } from './serving/shutdown-signal.ts'
import { SecureCookieSessionInterface } from './sessions/cookie.ts'
import type { SessionInterface } from './sessions/interface.ts'
import { tearDownApp, tearDownRequest } from './teardown.ts'
import { addProcessorValues, flashed, jsonWriter } from './templating.ts'
import { FlagonCliRunner, type FlagonCliRunnerOptions } from './testing/cli-runner.ts'
import { FlagonClient, type FlagonClientOptions } from './testing/client.ts'
import { makeIncoming } from './testing/incoming.ts'
import { buildRequest, type RequestBuilderOptions } from './testing/request-builder.ts'
import type { MaybePromise, UrlArguments, UrlForOptions, ViewReturn } from './types.ts'
import { addUrlDefaults, answerBuildError, buildUrl } from './url-for.ts'
import { Request } from './wrappers/request.ts'
import { Response } from './wrappers/response.ts'

/** Options of `app.run`. */
export interface RunOptions extends ServeAppOptions {
  /** Turns debug mode on or off; undefined leaves it as it is. */
  readonly debug?: boolean | undefined
  /** Writes a line for each request to standard error: true, a format, or options. Default false. */
  readonly access_log?: AccessLogSetting | undefined
}

/**
 * A web app: rules and views, hooks, templates, sessions, and the listener that answers requests with them.
 *
 * @see docs/quickstart.md
 * @see Flask `flask.Flask`
 */
export class Flagon extends BaseApp implements App {
  /** Makes the `g` object of each context. */
  app_ctx_globals_class: typeof AppContextGlobals = AppContextGlobals
  /** Makes the request objects. The names that a subclass adds are reachable on the global `request`. */
  request_class: typeof Request = Request
  /** Makes the responses. */
  response_class: typeof Response = Response
  /** Makes `json`. */
  json_provider_class: new (app: Flagon) => JSONProvider = DefaultJSONProvider
  /** Makes the test clients. */
  test_client_class: typeof FlagonClient = FlagonClient
  /** Makes the runners of commands, for tests. */
  test_cli_runner_class: typeof FlagonCliRunner = FlagonCliRunner
  /** The commands of the app, to be run from the command line. */
  readonly cli: AppGroup = new AppGroup(this.name, { app: this })
  /** Opens and saves sessions. Default: signed cookies. */
  session_interface: SessionInterface = new SecureCookieSessionInterface()
  /**
   * The `(req, res)` listener of node that answers requests. Wrap it and assign it back, to put a layer around the app:
   * `const inner = app.handler; app.handler = (req, res) => …`. As middleware of Express it also gets `next`, which takes the
   * errors that the app propagates.
   *
   * @see docs/guide/mounting.md
   */
  handler: RequestHandler
  /** Hooks by blueprint, flattened; filled while requests come. */
  readonly hook_plans: Map<string, HookPlan> = new Map()
  readonly #shutdown = new ShutdownSignal()
  #json: JSONProvider | undefined
  #starting: Promise<void> | undefined
  #isStarted = false

  /**
   * @param import_name - `import.meta.url` of the module, so that `templates/` and `static/` are found beside it.
   */
  constructor(import_name: string, options: FlagonOptions = {}) {
    super(import_name, options)
    this.handler = (req, res, next) => handleRequest(this, req, res, next)
    this.fetch = this.fetch.bind(this)
  }

  /** Turns values into JSON and back; may be replaced. */
  get json(): JSONProvider {
    this.#json ??= new this.json_provider_class(this)
    return this.#json
  }

  set json(provider: JSONProvider) {
    this.#json = provider
  }

  /**
   * Aborts when a server that {@link run} gave begins to close gracefully; the `request.signal` of each running request
   * follows it. Where another server carries the app, assign a signal of your own: this one then aborts with it.
   */
  get shutdown_signal(): AbortSignal {
    return this.#shutdown.signal
  }

  set shutdown_signal(signal: AbortSignal) {
    this.#shutdown.follow(signal)
  }

  /** Endpoint of the request handled here, for messages; undefined outside of a request. */
  get current_endpoint(): string | undefined {
    return currentContext('the app').request?.endpoint
  }

  override create_jinja_environment(): Environment {
    const environment = super.create_jinja_environment()
    Object.assign(environment.globals, {
      url_for: (endpoint: string, options?: UrlForOptions) => this.url_for(endpoint, options),
      get_flashed_messages: flashed,
      config: this.config,
      request,
      session,
      g,
    })
    environment.policies['json.dumps_function'] = jsonWriter(this)
    return environment
  }

  /** Adds to the names of a template what the context processors give; names that are there stay. */
  update_template_context(context: Record<string, unknown>): void {
    addProcessorValues(this, context)
  }

  /** The names that the interactive shell starts with: `app`, `g`, and those of the shell context processors. */
  make_shell_context(): Record<string, unknown> {
    return Object.assign({ app: this, g }, ...this.shell_context_processors.map((processor) => processor()))
  }

  /**
   * What matches and builds URLs for a request, or, for undefined, for `SERVER_NAME`; undefined where that is unset.
   */
  create_url_adapter(request: Request | undefined): MapAdapter | undefined {
    const { SERVER_NAME, APPLICATION_ROOT, PREFERRED_URL_SCHEME } = this.config
    if (request !== undefined) {
      const { host_matching, default_subdomain } = this.url_map
      const { host, scheme, method, path, root_path } = request
      const query_string = request.query_string.toString('latin1')
      const environ = { host, scheme, method, path_info: path, script_name: root_path, query_string }
      const server_name = host_matching || SERVER_NAME === null ? undefined : SERVER_NAME
      return this.url_map.bind_to_environ(
        environ,
        server_name,
        host_matching || this.subdomain_matching ? undefined : default_subdomain,
      )
    }
    if (SERVER_NAME === null) return undefined
    return this.url_map.bind(SERVER_NAME, { script_name: APPLICATION_ROOT, url_scheme: PREFERRED_URL_SCHEME })
  }

  /**
   * Sets the rule and arguments of a request.
   *
   * @throws {@link HTTPException} what the client is to be told where no rule matches, or its host is not trusted.
   */
  match_request(request: Request): void {
    const { TRUSTED_HOSTS } = this.config
    if (TRUSTED_HOSTS !== null) {
      request.trusted_hosts = TRUSTED_HOSTS
      // Reading the host checks it.
      void request.host
    }
    const byHost = this.subdomain_matching || this.url_map.host_matching
    const domain = byHost ? this.create_url_adapter(request)?.domain : this.url_map.default_subdomain
    const found = this.url_map.lookup(domain ?? '', request.method, request.path)
    if (found.kind !== 'match') throw this.create_url_adapter(request)?.error_for(found) ?? new NotFound()
    request.url_rule = found.rule
    request.view_args = found.values
  }

  /** What has to be waited for before a request is handled: the `before_first_request` hooks, until they ran through once. */
  start(): Promise<void> | undefined {
    if (this.#isStarted) return undefined
    this.got_first_request = true
    if (this.before_first_request_funcs.length > 0) {
      this.#starting ??= this.#runFirst()
      return this.#starting
    }
    this.#isStarted = true
    return undefined
  }

  async #runFirst(): Promise<void> {
    try {
      for (const hook of this.before_first_request_funcs) await hook()
      this.#isStarted = true
    } finally {
      // After a failure the next request tries again.
      this.#starting = undefined
    }
  }

  /**
   * The URL of an endpoint with the given values.
   *
   * @throws {@link BuildError} when no rule of the endpoint takes the values and no handler answers.
   * @throws {@link FlagonError} `OUTSIDE_CONTEXT` outside of a request while `SERVER_NAME` is unset.
   */
  url_for(endpoint: string, options: UrlForOptions = {}): string {
    return buildUrl(this, endpoint, options)
  }

  /** Lets the `url_defaults` functions add to the values of a URL. */
  inject_url_defaults(endpoint: string, values: UrlArguments): void {
    addUrlDefaults(this, endpoint, values)
  }

  /** Asks the `url_build_error_handlers` for a URL that could not be built; throws the error where none answers. */
  handle_url_build_error(error: BuildError, endpoint: string, values: UrlArguments): string {
    return answerBuildError(this, error, endpoint, values)
  }

  /** A response that sends the client to another URL; 302 unless another code is given. */
  redirect(location: string, code?: number): Response {
    return makeRedirect(location, code, this.response_class)
  }

  /**
   * The response that a result of a view stands for, with status and headers where they are given.
   *
   * @throws {@link FlagonError} `VIEW_RETURN` when the result is no answer.
   */
  make_response(result: unknown, status?: unknown, headers?: unknown): Response {
    return status === undefined && headers === undefined
      ? toResponse(this, result)
      : makeResponse(this, result, status, headers)
  }

  /** The answer to OPTIONS: an empty body and the methods of the URL in `Allow`. */
  make_default_options_response(): Response {
    const { url_adapter } = currentRequestContext('make_default_options_response')
    const response = new this.response_class()
    response.allow.update(url_adapter?.allowed_methods() ?? [])
    return response
  }

  /** Throws what matching the URL of the request threw. */
  raise_routing_exception(request: Request): never {
    throw request.routing_exception
  }

  /** Runs the URL value preprocessors and the `before_request` hooks; gives what the first that answers returned. */
  preprocess_request(
    context: Context = currentRequestContext('preprocess_request'),
  ): MaybePromise<ViewReturn | undefined> {
    return preprocess(context)
  }

  /** Calls the view of the matched endpoint. */
  dispatch_request(context: Context = currentRequestContext('dispatch_request')): MaybePromise<ViewReturn> {
    return dispatchView(context)
  }

  /** Runs hooks, view and error handlers, and gives the response. */
  full_dispatch_request(context: Context = currentRequestContext('full_dispatch_request')): MaybePromise<Response> {
    return fullDispatch(context)
  }

  /** Makes the response of a result and runs the hooks after it. */
  finalize_request(
    result: unknown,
    from_error_handler = false,
    context: Context = currentRequestContext('finalize_request'),
  ): MaybePromise<Response> {
    return finalize(result, from_error_handler, context)
  }

  /** Runs `after_this_request` and `after_request` hooks on a response and saves the session. */
  process_response(
    response: Response,
    context: Context = currentRequestContext('process_response'),
  ): MaybePromise<Response> {
    return processResponse(response, context)
  }

  /** The answer to an error that nothing took; throws it on where errors propagate. */
  handle_exception(
    error: unknown,
    context: Context = currentRequestContext('handle_exception'),
  ): MaybePromise<Response> {
    return handleException(error, context)
  }

  /** What an error handler makes of an error of a view or hook; throws it on where there is none. */
  handle_user_exception(
    error: unknown,
    context: Context = currentRequestContext('handle_user_exception'),
  ): MaybePromise<unknown> {
    return handleUserException(error, context)
  }

  /** What an error handler makes of an HTTP exception; the exception itself where there is none. */
  handle_http_exception(
    error: HTTPException,
    context: Context = currentRequestContext('handle_http_exception'),
  ): MaybePromise<unknown> {
    return handleHttpException(error, context)
  }

  /** Writes an error that nothing took to the log, with the method and path of the request. */
  log_exception(error: unknown): void {
    const context = currentContext('log_exception')
    const where = context.request === undefined ? '' : ` on ${context.request.path} [${context.request.method}]`
    this.logger.error({ err: error }, `Exception${where}`)
  }

  /** Runs the `teardown_request` hooks. */
  do_teardown_request(
    error: unknown = undefined,
    context: Context = currentRequestContext('do_teardown_request'),
  ): Promise<void> | undefined {
    return tearDownRequest(error, context)
  }

  /** Runs the `teardown_appcontext` hooks. */
  do_teardown_appcontext(
    error: unknown = undefined,
    context: Context = currentContext('do_teardown_appcontext'),
  ): Promise<void> | undefined {
    return tearDownApp(error, context)
  }

  /** A context without a request: `app.app_context().run(() => …)`. */
  app_context(): Context {
    return new Context(this, undefined, undefined)
  }

  /** The context of a request that node received, with its URL matched. */
  request_context(req: IncomingMessage, res?: ServerResponse): Context {
    const context = new Context(this, new this.request_class(req, this), res)
    matchRequest(context)
    return context
  }

  /**
   * A context with a made-up request, for tests: `app.test_request_context('/x?a=1').run(() => request.args.get('a'))`.
   * No hook runs and no view is called.
   */
  test_request_context(path = '/', options: RequestBuilderOptions = {}): Context {
    return this.request_context(makeIncoming(buildRequest(this, path, options)))
  }

  /** A client that sends requests to the app, for tests; it keeps cookies. */
  test_client(options: FlagonClientOptions = {}): FlagonClient {
    return new this.test_client_class(this, options)
  }

  /** A runner for the commands of the app, for tests. */
  test_cli_runner(options: FlagonCliRunnerOptions = {}): FlagonCliRunner {
    return new this.test_cli_runner_class(this, options)
  }

  /**
   * The answer to a web `Request` as a web `Response`, without a server; for what speaks these, such as other runtimes and
   * frameworks. Bodies stream both ways. The function may be passed on by itself: `export default { fetch: app.fetch }`.
   *
   * The promise rejects with an error that the app propagates, with the reason of the request's signal where that aborts,
   * and with a `TypeError` where the connection is broken off before the answer.
   *
   * @see docs/guide/mounting.md
   */
  fetch(request: globalThis.Request): Promise<globalThis.Response> {
    return answerFetch((req, res) => this.handler(req, res), request)
  }

  /**
   * Serves the app and gives the listening server; `close_gracefully(server)` ends it, and so do SIGTERM and SIGINT, which
   * also end the process, unless `signals` is false. The limits of the server are those of the config (`SERVER_…`).
   *
   * Where the module of the app was loaded by the command line (`flagon run`, `flagon routes`), which serves by itself, the
   * call is ignored with a notice, and gives a server that does not listen.
   *
   * @throws {@link FlagonError} `STARTUP_FAILED` when a `before_serving` function fails; `ADDRESS_UNAVAILABLE`;
   *   `CONFIG_VALUE`.
   * @see docs/guide/deploying.md
   */
  async run(options: RunOptions = {}): Promise<HttpServer> {
    if (process.env['FLAGON_RUN_FROM_CLI'] === 'true') return ignoreRun()
    if (options.debug !== undefined) this.debug = options.debug
    if (this.debug) lengthenStacks()
    const listener = logAccess((req, res) => this.handler(req, res), this.config, options.access_log)
    const server = await serveApp(this, listener, options)
    this.#shutdown.follow(closingSignal(server))
    // A process that serves the port of another one leaves it to that to tell the address.
    if (server.listening) {
      const address = addressText(server, options.cert !== undefined)
      process.stderr.write(` * Serving the app '${this.name}' on ${address} (Ctrl+C to stop)\n`)
    }
    return server
  }

  /**
   * Runs the `before_serving` functions; {@link run} does it. For tests, and where another server carries the app.
   *
   * @throws {@link FlagonError} `STARTUP_FAILED` when one of them fails.
   * @see Quart `quart.Quart.startup`
   */
  startup(): Promise<void> {
    return startUp(this)
  }

  /** Runs the `after_serving` functions, as the end of {@link run} does; what they throw is logged. */
  shutdown(): Promise<void> {
    return shutDown(this)
  }
}

function ignoreRun(): HttpServer {
  process.stderr.write(
    " * Ignoring a call to 'app.run()', as it is the command 'flagon' that runs the app.\n" +
      "   Write 'if (import.meta.filename === process.argv[1])' before it, for when the file is started by itself.\n",
  )
  return createServer()
}
