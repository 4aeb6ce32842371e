import {
  Blueprint,
  check_password_hash,
  current_app,
  flash,
  generate_password_hash,
  redirect,
  render_template,
  request,
  url_for,
} from 'flagon'
import { Signer } from 'flagon/signing'

/**
 * A login without a session: the cookie `account` says who, the cookie `ssid` is its HMAC. Whoever lacks the secret key
 * cannot make one for another account. With a password, its hash is signed along: a new password ends the old cookies.
 */
export const signed = new Blueprint('signed', import.meta.url, { url_prefix: '/signed' })

/** Account → hash of its password; kept in memory, for the demo. */
const passwords = new Map<string, string>()

function signer(): Signer {
  return new Signer(current_app.config.SECRET_KEY ?? '', { salt: 'signed-login' })
}

/** What is signed for an account: its name, and the hash of its password where it has one. */
function signedText(account: string): string {
  return JSON.stringify([account, passwords.get(account)])
}

/** The account whose cookies are right, and whether any came at all. */
function whoIsThere() {
  const account = request.cookies.get('account')
  const ssid = request.cookies.get('ssid')
  if (account === undefined || ssid === undefined) return { account, ssid, state: 'guest' }
  // The comparison takes the same time wherever the first wrong byte is.
  const isRight = signer().verify_signature(signedText(account), ssid)
  return { account, ssid, state: isRight ? 'member' : 'forged' }
}

function answerWithCookies(account: string) {
  const response = redirect(url_for('signed.page'))
  const options = { httponly: true, samesite: 'Lax' } as const
  response.set_cookie('account', account, options)
  response.set_cookie('ssid', signer().get_signature(signedText(account)), options)
  return response
}

signed.get('/', function page() {
  const visitor = whoIsThere()
  return render_template('signed.html', { ...visitor, has_password: passwords.has(visitor.account ?? '') })
})

signed.post('/login', function login() {
  const account = request.form.require('account').trim()
  if (account !== '' && !passwords.has(account)) return answerWithCookies(account)
  flash(account === '' ? '请填写账号。' : `账号 ${account} 设了密码，请用第二张表登录。`, 'error')
  return redirect(url_for('signed.page'))
})

signed.post('/login-with-password', function login_with_password() {
  const account = request.form.require('account').trim()
  const password = request.form.require('password')
  const hash = passwords.get(account)
  if (account === '' || password === '') flash('请填写账号和密码。', 'error')
  else if (hash !== undefined && !check_password_hash(hash, password)) flash('密码不对。', 'error')
  else {
    if (hash === undefined) passwords.set(account, generate_password_hash(password))
    return answerWithCookies(account)
  }
  return redirect(url_for('signed.page'))
})

signed.post('/change-password', function change_password() {
  const { account, state } = whoIsThere()
  const password = request.form.require('password')
  if (account === undefined || state !== 'member' || password === '') {
    flash('登录的人才能改密码，新密码不能为空。', 'error')
    return redirect(url_for('signed.page'))
  }
  passwords.set(account, generate_password_hash(password))
  flash('密码改好了：旧的 ssid 不再有效，这次回应带来了新的。')
  return answerWithCookies(account)
})

signed.post('/forge', function forge() {
  const response = redirect(url_for('signed.page'))
  response.set_cookie('account', request.form.require('account'), { httponly: true, samesite: 'Lax' })
  return response
})

signed.post('/logout', function logout() {
  const response = redirect(url_for('signed.page'))
  response.delete_cookie('account')
  response.delete_cookie('ssid')
  return response
})
