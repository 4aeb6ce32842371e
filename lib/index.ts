export type { AccessLogFormat, AccessLogOptions, AccessLogSetting } from './access-log.ts'
export { Flagon, type RunOptions } from './app.ts'
export { BaseApp, type FlagonOptions } from './base-app.ts'
export {
  Blueprint,
  type BlueprintOptions,
  type DeferredSetupFunction,
  type TemplateFunction,
  type TemplateFunctionDecorator,
} from './blueprints.ts'
export { BaseCommand, type CommandFacts } from './commands/base-command.ts'
export { Command } from './commands/command.ts'
export { CommandError, type CommandErrorOptions, CommandUsageError } from './commands/errors.ts'
export { AppGroup, type AppGroupOptions, type CommandDecorator } from './commands/group.ts'
export type { CommandApp, CommandRunOptions } from './commands/program.ts'
export type {
  ArgumentSpec,
  ArgumentSpecs,
  CommandFunction,
  CommandOptions,
  CommandValues,
  OptionSpec,
  OptionSpecs,
} from './commands/values.ts'
export { Config, type ConfigSource, type ConfigValues, type SecretKey } from './config.ts'
export {
  type App,
  after_this_request,
  Context,
  copy_current_request_context,
  has_app_context,
  has_request_context,
} from './context.ts'
export { current_app } from './current-app.ts'
export { ERROR_CODES, type ErrorCode, FlagonError } from './errors.ts'
export { type EventStreamOptions, type EventStreamSource, event_stream, type ServerSentEvent } from './event-stream.ts'
export { type SendFileOptions, send_file, send_from_directory } from './files.ts'
export { type FlashedOptions, flash, get_flashed_messages } from './flashing.ts'
export { g, request, session } from './globals.ts'
export { abort, jsonify, make_response, redirect, url_for } from './helpers.ts'
export type { CookieOptions } from './http/cookies.ts'
export { type Timedelta, timedelta } from './http/dates.ts'
export { secure_filename } from './http/filename.ts'
export { Headers } from './http/headers.ts'
export { ImmutableMultiDict, MultiDict } from './http/multi-dict.ts'
export { check_password_hash, generate_password_hash } from './http/password.ts'
export { safe_join } from './http/safe-join.ts'
export { escape, Markup } from './jinja/index.ts'
export { DefaultJSONProvider, JSONProvider } from './json/provider.ts'
export { json } from './json-module.ts'
export { AppContextGlobals, type GlobalData, type SessionData } from './keyed.ts'
export { type LogFormat, type LogLevel, type LogThreshold, log_context } from './logging.ts'
export { is_safe_redirect } from './redirects.ts'
export type { ErrorHandlerDecorator, RouteDecorator, RouteOptions, UrlRuleOptions } from './scaffold.ts'
export { DispatcherMiddleware } from './serving/dispatcher-middleware.ts'
export { type ConnectMiddleware, with_middleware } from './serving/middleware.ts'
export { ProxyFix } from './serving/proxy-fix.ts'
export type { RequestHandler } from './serving/server.ts'
export { close_gracefully } from './serving/shutdown.ts'
export { SecureCookieSessionInterface } from './sessions/cookie.ts'
export { SessionInterface } from './sessions/interface.ts'
export { BlueprintSetupState, type RegisterOptions } from './setup-state.ts'
export {
  appcontext_popped,
  appcontext_pushed,
  appcontext_tearing_down,
  before_render_template,
  got_request_exception,
  message_flashed,
  Namespace,
  type RequestMessage,
  request_finished,
  request_started,
  request_tearing_down,
  Signal,
  template_rendered,
} from './signals.ts'
export { stream_with_context } from './stream-with-context.ts'
export {
  get_template_attribute,
  render_template,
  render_template_async,
  render_template_string,
  stream_template,
  stream_template_string,
} from './templating.ts'
export type * from './types.ts'
export { MethodView, View, type ViewDecorator } from './views.ts'
export { FileStorage } from './wrappers/file-storage.ts'
export { Request } from './wrappers/request.ts'
export { Response } from './wrappers/response.ts'
export type { SignedCookieOptions } from './wrappers/signed-cookies.ts'
