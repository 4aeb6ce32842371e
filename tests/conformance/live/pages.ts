import { readFileSync } from 'node:fs'
import { Blueprint, Flagon, flash, g, Markup, render_template_string, session } from '../../../lib/index.ts'
import type { Question } from './questions.ts'

/** The templates are those of the Python module: a list of texts in double quotes, one a line. */
const SOURCES = [
  ...readFileSync(new URL('pages.py', import.meta.url), 'utf8').matchAll(/^ {4}("(?:[^"\\]|\\.)*"),$/gm),
].map(([, text]) => JSON.parse(text!) as string)

/** What templates see of the request, the session and the helpers, and how they print it. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.update({ SECRET_KEY: '110', SESSION_COOKIE_SAMESITE: null, PROPAGATE_EXCEPTIONS: false })
  app.logger.disabled = true
  const part = new Blueprint('part', import.meta.url, { url_prefix: '/part' })

  app.context_processor(function app_names() {
    const twice = (n: number | { by: number }): number => (typeof n === 'number' ? n * 2 : n.by)
    return { shared: '<app>', twice, given: 'by the processor' }
  })

  part.context_processor(function part_names() {
    return { shared: 'part' }
  })

  app.template_filter('backwards')((text: string) => [...text].reverse().join(''))
  app.template_test('square')((n: number) => Number.isInteger(Math.sqrt(n)))
  app.template_global('shout')((text: string) => `${text.toUpperCase()}!`)

  app.before_request(function before() {
    g['user'] = '<ann>'
  })

  const show = ({ n }: { n: number }): string =>
    render_template_string(SOURCES[n]!, {
      name: "<n>&'",
      mark: new Markup('<m>'),
      given: 'by the view',
      items: [1, 2, 3],
    })

  app.add_url_rule('/<int:n>', 'show', show)
  part.add_url_rule('/<int:n>', 'show', show)

  app.route('/')(function index() {
    return 'index'
  })

  app.route('/flash')(function flash_both() {
    flash('<one>')
    flash('two', 'error')
    session['user'] = 'li'
    return 'flashed'
  })

  app.register_blueprint(part)
  return app
}

const HEADERS = [
  ['X-A', '<h>'],
  ['Referer', 'http://from.test/'],
] as const

/** What both apps are asked: every template bare, with arguments, in a blueprint, and with a session. */
export const questions: readonly Question[] = SOURCES.flatMap((_, n): Question[] => [
  `/${n}`,
  { line: `/${n}?q=1&q=<2>&r=3`, headers: [...HEADERS, ['Cookie', 'c=<k>']] },
  `/part/${n}?q=x`,
  { line: '/flash', jar: 'visitor' },
  { line: `/${n}`, jar: 'visitor' },
])
