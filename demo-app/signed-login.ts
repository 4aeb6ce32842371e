import { randomUUID } from 'node:crypto'
import {
  Blueprint,
  check_password_hash,
  flash,
  generate_password_hash,
  redirect,
  render_template,
  request,
  timedelta,
  url_for,
} from 'flagon'

/**
 * A login without a session: the cookie `account` says who, and is signed. Whoever lacks the secret key cannot make one for
 * another account. With a password, its stamp is signed along: a new password ends the old cookies.
 */
export const signed = new Blueprint('signed', import.meta.url, { url_prefix: '/signed' })

/** What is signed: the account, and the stamp of its password where it has one. */
interface Claim {
  account: string
  stamp?: string | undefined
}

/** Account → its password; kept in memory, for the demo. The stamp says which password it is and gives nothing away. */
const passwords = new Map<string, { hash: string; stamp: string }>()

const LIFETIME = timedelta({ days: 1 })

/** Who the cookie says is there, and whether it says so rightly. */
function whoIsThere() {
  const cookie = request.cookies.get('account')
  if (cookie === undefined) return { state: 'guest' }
  const claim = request.get_signed_cookie<Claim>('account', { max_age: LIFETIME })
  const isRight = claim !== undefined && claim.stamp === passwords.get(claim.account)?.stamp
  return { state: isRight ? 'member' : 'forged', account: claim?.account, parts: partsOf(cookie) }
}

/** The three parts of a signed cookie, the first of which anybody can read. */
function partsOf(cookie: string) {
  const [payload = '', time = '', ssid = ''] = cookie.split('.')
  return { payload, text: Buffer.from(payload, 'base64url').toString(), time, ssid }
}

function answerWithCookie(account: string) {
  const response = redirect(url_for('signed.page'))
  const claim: Claim = { account, stamp: passwords.get(account)?.stamp }
  response.set_signed_cookie('account', claim, { httponly: true, samesite: 'Lax', max_age: LIFETIME })
  return response
}

function setPassword(account: string, password: string): void {
  passwords.set(account, { hash: generate_password_hash(password), stamp: randomUUID() })
}

signed.get('/', function page() {
  const visitor = whoIsThere()
  return render_template('signed.html', { ...visitor, has_password: passwords.has(visitor.account ?? '') })
})

signed.post('/login', function login() {
  const account = request.form.require('account').trim()
  if (account !== '' && !passwords.has(account)) return answerWithCookie(account)
  flash(account === '' ? '请填写账号。' : `账号 ${account} 设了密码，请用第二张表登录。`, 'error')
  return redirect(url_for('signed.page'))
})

signed.post('/login-with-password', function login_with_password() {
  const account = request.form.require('account').trim()
  const password = request.form.require('password')
  const kept = passwords.get(account)
  if (account === '' || password === '') flash('请填写账号和密码。', 'error')
  else if (kept !== undefined && !check_password_hash(kept.hash, password)) flash('密码不对。', 'error')
  else {
    if (kept === undefined) setPassword(account, password)
    return answerWithCookie(account)
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
  setPassword(account, password)
  flash('密码改好了：旧的 Cookie 不再有效，这次回应带来了新的。')
  return answerWithCookie(account)
})

signed.post('/forge', function forge() {
  const [, time, ssid] = (request.cookies.get('account') ?? '').split('.')
  const payload = Buffer.from(JSON.stringify({ account: request.form.require('account') })).toString('base64url')
  const response = redirect(url_for('signed.page'))
  response.set_cookie('account', `${payload}.${time}.${ssid}`, { httponly: true, samesite: 'Lax' })
  return response
})

signed.post('/logout', function logout() {
  const response = redirect(url_for('signed.page'))
  response.delete_cookie('account')
  return response
})
