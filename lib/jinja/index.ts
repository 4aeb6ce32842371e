/** Jinja2 for JavaScript: `flagon/jinja`. It needs nothing else of Flagon. */
export { type AutoescapeOptions, select_autoescape } from './autoescape.ts'
export { Context } from './context.ts'
export { type AutoescapeSelector, Environment, type EnvironmentOptions } from './environment.ts'
export {
  FilterArgumentError,
  SecurityError,
  TemplateAssertionError,
  TemplateError,
  type TemplateFrame,
  TemplateNotFound,
  TemplateRuntimeError,
  TemplateSyntaxError,
  TemplatesNotFound,
  UndefinedError,
} from './exceptions.ts'
export type { Extension } from './extensions.ts'
export type { EvalContext, FilterFunction, Names, TestFunction } from './host.ts'
export {
  BaseLoader,
  ChoiceLoader,
  type CompiledTemplate,
  DictLoader,
  FileSystemLoader,
  type FileSystemOptions,
  FunctionLoader,
  ModuleLoader,
  PrefixLoader,
  type TemplateMapping,
  type TemplateSource,
} from './loaders.ts'
export { escape, type HasHtml, Markup } from './markup.ts'
export { pass_context, pass_environment, pass_eval_context } from './pass.ts'
export { ImmutableSandboxedEnvironment, SandboxedEnvironment } from './sandbox.ts'
export { TemplateStream } from './stream.ts'
export { Template, type TemplateContext, type TemplateModule } from './template.ts'
export {
  ChainableUndefined,
  DebugUndefined,
  make_logging_undefined,
  StrictUndefined,
  Undefined,
  type UndefinedClass,
  type UndefinedInit,
  type UndefinedLogger,
} from './undefined.ts'
