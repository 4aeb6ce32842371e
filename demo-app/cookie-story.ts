import { Blueprint, flash, redirect, render_template, request, url_for } from 'flagon'

/** The cookie story: a name goes into a cookie, the browser brings it back, and leaving deletes it. */
export const blue = new Blueprint('blue', import.meta.url)

const MAX_NAME_LENGTH = 40

blue.get('/tologincookie/', function tologincookie() {
  return render_template('logincookie.html', { max_length: MAX_NAME_LENGTH })
})

blue.post('/logincookie/', function logincookie() {
  const name = request.form.require('name').trim()
  if (name === '' || name.length > MAX_NAME_LENGTH) {
    flash(`名字要有 1 到 ${MAX_NAME_LENGTH} 个字。`, 'error')
    return redirect(url_for('blue.tologincookie'))
  }
  const response = redirect(url_for('blue.welcomecookie'))
  response.set_cookie('name', name)
  return response
})

blue.get('/welcomecookie/', function welcomecookie() {
  return render_template('welcomecookie.html', { name: request.cookies.get('name') })
})

blue.get('/logoutcookie/', function logoutcookie() {
  const response = redirect(url_for('blue.welcomecookie'))
  response.delete_cookie('name')
  return response
})
