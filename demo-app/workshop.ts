import { Blueprint, flash, redirect, render_template, request, url_for } from 'flagon'

/** The cookie workshop: every option of a cookie in one form, what came back, and what JavaScript sees of it. */
export const workshop = new Blueprint('workshop', import.meta.url, { url_prefix: '/workshop' })

workshop.get('/', function page() {
  return render_template('workshop.html', { cookies: [...request.cookies] })
})

workshop.post('/set', function set() {
  const { form } = request
  const response = redirect(url_for('workshop.page'))
  try {
    response.set_cookie(form.require('name'), form.get('value', ''), {
      max_age: form.get('max_age', undefined, wholeSeconds),
      expires: form.get('expires', undefined, dateOf),
      path: form.get('path') || '/',
      domain: form.get('domain') || undefined,
      httponly: form.has('httponly'),
      secure: form.has('secure'),
      samesite: samesiteOf(form.get('samesite')),
    })
  } catch (error) {
    // A name with a space, SameSite=None without Secure: the message says what the browser would not take.
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    flash(error.message, 'error')
    return response
  }
  flash(`Set-Cookie: ${response.headers.get('Set-Cookie')}`, 'header')
  return response
})

workshop.post('/delete', function remove() {
  const { form } = request
  const response = redirect(url_for('workshop.page'))
  try {
    response.delete_cookie(form.require('name'), {
      path: form.get('path') || '/',
      domain: form.get('domain') || undefined,
    })
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    flash(error.message, 'error')
    return response
  }
  flash(`Set-Cookie: ${response.headers.get('Set-Cookie')}`, 'header')
  return response
})

function wholeSeconds(text: string): number {
  return text === '' ? Number.NaN : Math.trunc(Number(text))
}

function dateOf(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new RangeError(`${text} is no date`)
  return date
}

function samesiteOf(text: string | undefined): 'Lax' | 'Strict' | 'None' | undefined {
  return text === 'Lax' || text === 'Strict' || text === 'None' ? text : undefined
}
