export {
  type BindOptions,
  type BuildOptions,
  type BuildValues,
  type DispatchOptions,
  MapAdapter,
  type MatchOptions,
  type QueryArguments,
} from './adapter.ts'
export type { Converters, RouteArguments } from './arguments.ts'
export type { QueryOrder, RuleValues } from './build.ts'
export type { ConverterArgument, ConverterOptions } from './converter-arguments.ts'
export {
  AnyConverter,
  BaseConverter,
  type ConverterClass,
  type ConverterOwner,
  FloatConverter,
  IntegerConverter,
  PathConverter,
  UnicodeConverter,
  UUIDConverter,
  ValidationError,
} from './converters.ts'
export { BuildError, RequestRedirect, RoutingException, type RuleSource, WebsocketMismatch } from './exceptions.ts'
export { EndpointPrefix, Subdomain, Submount } from './factories.ts'
export { type Environ, UrlMap as Map } from './map.ts'
export type { Lookup, Miss } from './matcher.ts'
export { type RedirectTarget, Rule, RuleFactory, type RuleOptions, type RuleOwner, type UrlBuilder } from './rule.ts'
export { type MapOptions, RuleTable } from './table.ts'
export type { Match } from './tree.ts'
export type { MatchValues } from './values.ts'
