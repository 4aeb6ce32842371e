import { Blueprint, Flagon, redirect, render_template, request, session, url_for } from '../../../lib/index.ts'
import { DictLoader } from '../../../lib/jinja/index.ts'

const FILES = {
  'logincookie.html':
    '<form action="{{ url_for(\'blue.logincookie\') }}" method="post"><input name="name"><button>登录</button></form>',
  'welcomecookie.html':
    "<p>欢迎{{ name }}光临red romance。。。。</p>{% if name != '游客' %}<a href=\"{{ url_for('blue.logoutcookie') }}\">退出</a>{% endif %}",
}

/** The cookie demo and the session demo: tologincookie, logincookie, welcomecookie, logoutcookie; login, center, logout. */
export function create_app(): Flagon {
  const app = new Flagon(import.meta.url, { static_folder: null })
  app.config.update({ SECRET_KEY: '110', SESSION_COOKIE_SAMESITE: null })
  app.jinja_loader = new DictLoader(FILES)
  const blue = new Blueprint('blue', import.meta.url)

  blue.route('/tologincookie/')(function tologincookie() {
    return render_template('logincookie.html')
  })

  blue.route('/logincookie/', { methods: ['post'] })(function logincookie() {
    const name = request.form.get('name')
    const response = redirect(url_for('blue.welcomecookie'))
    response.set_cookie('name', name)
    return response
  })

  blue.route('/welcomecookie/')(function welcomecookie() {
    const name = request.cookies.get('name', '游客')
    return render_template('welcomecookie.html', { name })
  })

  blue.route('/logoutcookie/')(function logoutcookie() {
    const response = redirect(url_for('blue.welcomecookie'))
    response.delete_cookie('name')
    return response
  })

  const member = new Blueprint('member', import.meta.url, { url_prefix: '/member' })

  member.before_request(function need_login() {
    if (request.endpoint !== 'member.login' && !('username' in session)) {
      return redirect(url_for('member.login', { next: request.path }))
    }
    return undefined
  })

  member.route('/login', { methods: ['GET', 'POST'] })(function login() {
    if (request.method === 'POST') {
      session.clear()
      session['username'] = request.form.require('username')
      session.permanent = Boolean(request.form.get('remember'))
      return redirect(request.args.get('next') || url_for('member.center'))
    }
    return 'please log in'
  })

  member.route('/center')(function center() {
    return `center of ${session['username']}`
  })

  member.route('/logout')(function logout() {
    session.pop('username', null)
    return redirect(url_for('blue.welcomecookie'))
  })

  app.register_blueprint(blue)
  app.register_blueprint(member)
  return app
}
