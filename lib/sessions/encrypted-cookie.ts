import { SecureCookieSessionInterface } from './cookie.ts'

/**
 * Keeps sessions in encrypted cookies, whatever `SESSION_COOKIE_ENCRYPTED` says: AES-256-GCM, with a key made of
 * `SECRET_KEY`. Assign one to `app.session_interface`, or set `SESSION_COOKIE_ENCRYPTED`.
 *
 * What was not encrypted with one of the keys is an empty session, also a cookie that is signed with them.
 */
export class EncryptedCookieSessionInterface extends SecureCookieSessionInterface {
  /** True. */
  override is_encrypted(): boolean {
    return true
  }
}
