import t from 'tap'
import * as errors from '../../lib/jinja/exceptions.ts'

t.test('every error has the name of its class', (t) => {
  const made = [
    new errors.TemplateError('x'),
    new errors.TemplateNotFound('x'),
    new errors.TemplatesNotFound(['x']),
    new errors.TemplateSyntaxError('x', 1),
    new errors.TemplateAssertionError('x', 1),
    new errors.TemplateRuntimeError('x'),
    new errors.UndefinedError('x'),
    new errors.SecurityError('x'),
    new errors.FilterArgumentError('x'),
    new errors.RecursionError('x'),
    new errors.ZeroDivisionError('x'),
    new errors.ValueError('x'),
    new errors.KeyError('x'),
    new errors.IndexError('x'),
    new errors.OverflowError('x'),
  ]
  for (const error of made) {
    t.type(error, Error)
    t.equal(error.name, error.constructor.name)
    t.match(error.stack, error.name)
  }
  t.end()
})

t.test('errors are of the families that Jinja sorts them into', (t) => {
  t.type(new errors.TemplatesNotFound(['a']), errors.TemplateNotFound)
  t.type(new errors.TemplateAssertionError('x', 1), errors.TemplateSyntaxError)
  t.type(new errors.UndefinedError('x'), errors.TemplateRuntimeError)
  t.type(new errors.SecurityError('x'), errors.TemplateRuntimeError)
  t.type(new errors.FilterArgumentError('x'), errors.TemplateRuntimeError)
  t.type(new errors.TemplateNotFound('a'), errors.TemplateError)
  t.end()
})

t.test('a missing template is named, and of several all are', (t) => {
  const one = new errors.TemplateNotFound('a.html')
  t.same([one.message, one.template, one.templates], ['a.html', 'a.html', ['a.html']])
  const several = new errors.TemplatesNotFound(['a', 'b'])
  t.same([several.template, several.templates], ['b', ['a', 'b']])
  t.match(several.message, 'a, b')
  t.equal(new errors.TemplatesNotFound().template, '')
  t.end()
})

t.test('a syntax error shows its place and the line of the source', (t) => {
  const error = new errors.TemplateSyntaxError('unexpected x', 2, 'page.html', undefined, 'one\n  two x\nthree')
  t.same(
    [error.description, error.lineno, error.template, error.source],
    ['unexpected x', 2, 'page.html', 'one\n  two x\nthree'],
  )
  t.equal(error.message, 'unexpected x\n  Template "page.html", line 2\n    two x')
  t.equal(new errors.TemplateSyntaxError('bad', 1, 'a', 'dir/a').message, 'bad\n  File "dir/a", line 1')
  t.equal(new errors.TemplateSyntaxError('bad', 3).message, 'bad\n  line 3')
  t.end()
})
