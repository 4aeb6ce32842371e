/** One place in a template that a run-time error passed through, innermost first. */
export interface TemplateFrame {
  /** Name of the template, `<template>` for one made from a string. */
  template: string
  /** Line in that template, counted from 1. */
  line: number
}

/** What every error of the template engine is an instance of. */
export class TemplateError extends Error {
  override readonly name: string = 'TemplateError'
  /** Where in the templates a run-time error arose, innermost first; absent on errors of loading and parsing. */
  template_frames?: TemplateFrame[]
}

/**
 * A template that a loader does not have.
 *
 * @see jinja2.TemplateNotFound
 */
export class TemplateNotFound extends TemplateError {
  override readonly name: string = 'TemplateNotFound'
  /** The name that was asked for. */
  readonly template: string
  /** Every name that was tried. */
  readonly templates: readonly string[]

  constructor(template: string, message: string = template) {
    super(message)
    this.template = template
    this.templates = [template]
  }
}

/** None of several templates exists; {@link TemplateNotFound.template} is the last one tried. */
export class TemplatesNotFound extends TemplateNotFound {
  override readonly name: string = 'TemplatesNotFound'
  override readonly templates: readonly string[]

  constructor(templates: readonly string[] = [], message?: string) {
    super(
      templates.at(-1) ?? '',
      message ?? `none of these templates exists: ${templates.join(', ') || 'the list is empty'}`,
    )
    this.templates = templates
  }
}

/**
 * A template's source cannot be read.
 *
 * @see jinja2.TemplateSyntaxError
 */
export class TemplateSyntaxError extends TemplateError {
  override readonly name: string = 'TemplateSyntaxError'
  /** What is wrong, without the place. */
  readonly description: string
  /** Line of the template, counted from 1. */
  readonly lineno: number
  /** Name of the template, undefined for one made from a string. */
  readonly template: string | undefined
  /** The file it came from, undefined where the loader knows none. */
  readonly filename: string | undefined
  /** The whole source text, undefined until the environment adds it. */
  readonly source: string | undefined

  constructor(description: string, lineno: number, template?: string, filename?: string, source?: string) {
    super(describe(description, lineno, template, filename, source))
    this.description = description
    this.lineno = lineno
    this.template = template
    this.filename = filename
    this.source = source
  }
}

function describe(text: string, line: number, template?: string, filename?: string, source?: string): string {
  const place = filename !== undefined ? `File "${filename}"` : template !== undefined ? `Template "${template}"` : ''
  const shown = source === undefined ? undefined : source.split(/\r\n|\r|\n/)[line - 1]?.trim()
  return `${text}\n  ${place}${place && ', '}line ${line}${shown ? `\n    ${shown}` : ''}`
}

/**
 * A template reads well but cannot be compiled: an unknown filter, a block defined twice.
 *
 * @see jinja2.TemplateAssertionError
 */
export class TemplateAssertionError extends TemplateSyntaxError {
  override readonly name: string = 'TemplateAssertionError'
}

/** Something that a template does fails while it renders. */
export class TemplateRuntimeError extends TemplateError {
  override readonly name: string = 'TemplateRuntimeError'
}

/** A template used an undefined value for more than printing, looping or testing it. */
export class UndefinedError extends TemplateRuntimeError {
  override readonly name: string = 'UndefinedError'
}

/** A sandboxed template reached for something that it may not have. */
export class SecurityError extends TemplateRuntimeError {
  override readonly name: string = 'SecurityError'
}

/** A filter was given arguments that it cannot work with. */
export class FilterArgumentError extends TemplateRuntimeError {
  override readonly name: string = 'FilterArgumentError'
}

/** Templates include, extend, import or call themselves without an end. */
export class RecursionError extends TemplateError {
  override readonly name: string = 'RecursionError'
}

/** What Python raises for a number divided by zero. */
export class ZeroDivisionError extends Error {
  override readonly name: string = 'ZeroDivisionError'
}

/** What Python raises for a value of the right type that cannot be used. */
export class ValueError extends Error {
  override readonly name: string = 'ValueError'
}

/** What Python raises for a key that a dict does not have. */
export class KeyError extends Error {
  override readonly name: string = 'KeyError'
}

/** What Python raises for an index outside of a list. */
export class IndexError extends Error {
  override readonly name: string = 'IndexError'
}

/** What Python raises for a number too large to be worked with. */
export class OverflowError extends Error {
  override readonly name: string = 'OverflowError'
}
