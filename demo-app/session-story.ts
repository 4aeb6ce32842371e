import { abort, Blueprint, flash, is_safe_redirect, redirect, render_template, request, session, url_for } from 'flagon'

/** The session story: who is logged in stands in a signed session, and a guard keeps everybody else out. */
export const member = new Blueprint('member', import.meta.url)

declare module 'flagon' {
  interface SessionData {
    username?: string
    visits?: number
  }
}

const LETTERS = ['欢迎来到会员中心。', '这一页的地址里有一个整数参数。', '退出以后再打开这封信，登录完会回到这里。']

member.before_request(function guard() {
  if (request.endpoint === 'member.login' || 'username' in session) return
  flash('这一页只给登录的人看，请先登录。')
  return redirect(url_for('member.login', { next: request.query_string.length > 0 ? request.full_path : request.path }))
})

member.route('/login', { methods: ['GET', 'POST'] })(function login() {
  if (request.method === 'GET') return render_template('login.html')
  const username = request.form.require('username').trim()
  if (username === '') {
    flash('请填写用户名。', 'error')
    return render_template('login.html')
  }
  session.clear()
  // A new id: who planted the old one in this browser has nothing of the login.
  session.regenerate()
  session.username = username
  session.permanent = request.form.has('remember')
  // Whoever sends a link can write anything into `next`: only a place of this site is followed.
  const next = request.args.get('next', '')
  return redirect(is_safe_redirect(next) ? next : url_for('member.center'))
})

member.get('/center', function center() {
  session.visits = (session.visits ?? 0) + 1
  return render_template('center.html', { letters: LETTERS })
})

member.get('/center/letters/<int:number>', function letter({ number }) {
  const text = LETTERS[number - 1] ?? abort(404)
  return render_template('letter.html', { number, text })
})

member.get('/logout', function logout() {
  session.destroy()
  return redirect(url_for('blue.welcomecookie'))
})
