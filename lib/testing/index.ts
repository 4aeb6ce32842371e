export {
  type CliArguments,
  CliResult,
  type CliRunnerApp,
  FlagonCliRunner,
  type FlagonCliRunnerOptions,
  type InvokeOptions,
} from './cli-runner.ts'
export {
  type ClientApp,
  type ClientContext,
  type ClientMethodOptions,
  type ClientRequestOptions,
  FlagonClient,
  type FlagonClientOptions,
  type SessionTransactionOptions,
} from './client.ts'
export type { ClientCookie, ClientCookieOptions, CookiePlace } from './cookie-jar.ts'
export type { FormFields, FormValue, Upload, UploadContent } from './form-body.ts'
export type { HeaderMaker, RequestAuth, RequestBuilderOptions, RequestData } from './request-builder.ts'
export { SentRequest, TestResponse } from './response.ts'
