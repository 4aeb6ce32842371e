import type { IncomingMessage } from 'node:http'
import { BadRequest, type HTTPException, MethodNotAllowed, RequestHeaderFieldsTooLarge } from '../http/exceptions.ts'
import { hostname_of } from './host.ts'
import { type HostedMessage, PROXY_VALUES } from './hosted-message.ts'
import { isBehindLastRequest, markLastRequest } from './last-request.ts'

/** Header fields that a request may have where nothing else is said. */
const DEFAULT_MAX_HEADER_FIELDS = 100

const SLASH = 47

/*
 * request-target = origin-form / absolute-form / authority-form / asterisk-form, RFC 9112 section 3.2. Without controls,
 * spaces and fragments; bytes past ASCII node refuses by itself.
 */
const ORIGIN_FORM = /^\/[^\x00-\x20#\x7f]*$/
const ABSOLUTE_FORM = /^https?:\/\/([^\x00-\x20#/?\x7f]*)(?:[/?][^\x00-\x20#\x7f]*)?$/i
const ASTERISK_FORM = '*'

/** The host that passed last: requests to one server nearly always name the same. */
let knownHost = ''

/**
 * Why the head of a request must not be answered by the app; undefined where it may be. These are the checks that
 * node:http leaves open: what two readers could understand differently is refused, not guessed at.
 *
 * @returns 400 for a version of HTTP other than 1.0 and 1.1, for a Host field that is missing, malformed or there twice, for a Transfer-Encoding other than chunked,
 * for chunked in HTTP/1.0, for two lengths or content types, for an unreadable target, and for a request behind one that
 * closes its connection; 431 past `maxFields`; 405 for TRACE and CONNECT.
 * @see RFC 9112 sections 3.2 and 6
 */
export function checkHead(
  req: IncomingMessage,
  maxFields: number = DEFAULT_MAX_HEADER_FIELDS,
): HTTPException | undefined {
  if (isBehindLastRequest(req.socket)) return new BadRequest('The connection is about to close.')
  const refusal = refusalOf(req, maxFields)
  // Who sent this may mean something else by the bytes that follow.
  if (refusal !== undefined) markLastRequest(req.socket)
  return refusal
}

function refusalOf(req: IncomingMessage, maxFields: number): HTTPException | undefined {
  const { rawHeaders, method } = req
  if (rawHeaders.length > 2 * maxFields) return new RequestHeaderFieldsTooLarge()
  // Node's parser takes 0.9, which has no header fields, and 2.0, which is not written as text.
  if (req.httpVersionMajor !== 1) return new BadRequest('The version of HTTP is neither 1.0 nor 1.1.')
  if (method === 'TRACE' || method === 'CONNECT') return new MethodNotAllowed()
  let host: string | undefined
  let contentTypes = 0
  let lengths = 0
  let codings = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    // The length tells most names apart without looking at them.
    switch (name.length) {
      case 4:
        if (name.toLowerCase() !== 'host') break
        if (host !== undefined) return new BadRequest('The request names two hosts.')
        host = rawHeaders[at + 1]
        break
      case 12:
        if (name.toLowerCase() === 'content-type') contentTypes++
        break
      case 14:
        if (name.toLowerCase() === 'content-length') lengths++
        break
      case 17:
        if (name.toLowerCase() !== 'transfer-encoding') break
        codings++
        if (rawHeaders[at + 1]?.toLowerCase() !== 'chunked') {
          return new BadRequest('The only transfer encoding that is understood is chunked.')
        }
        break
    }
  }
  if (contentTypes > 1) return new BadRequest('The request has two content types.')
  if (lengths + codings > 1) return new BadRequest('The request has two lengths.')
  if (codings > 0 && isOld(req)) return new BadRequest('HTTP/1.0 has no transfer encodings.')
  return refusalOfHost(req, host) ?? refusalOfTarget(req, host)
}

/** Whether the request is one of HTTP/1.0. */
function isOld(req: IncomingMessage): boolean {
  return req.httpVersionMinor < 1
}

function refusalOfHost(req: IncomingMessage, host: string | undefined): HTTPException | undefined {
  if (host === undefined) {
    if (!isOld(req)) return new BadRequest('The request names no host.')
  } else if (host !== knownHost) {
    if (hostname_of(host) === undefined) return new BadRequest('The request names a host that is none.')
    knownHost = host
  }
  const forwarded = (req as HostedMessage)[PROXY_VALUES]?.host
  if (forwarded !== undefined && hostname_of(forwarded) === undefined) {
    return new BadRequest('The proxy named a host that is none.')
  }
  return undefined
}

function refusalOfTarget(req: IncomingMessage, host: string | undefined): HTTPException | undefined {
  const target = req.url ?? ''
  if (target.charCodeAt(0) === SLASH) {
    return ORIGIN_FORM.test(target) ? undefined : new BadRequest('The target of the request is malformed.')
  }
  if (target === ASTERISK_FORM && req.method === 'OPTIONS') return undefined
  const absolute = ABSOLUTE_FORM.exec(target)
  if (absolute === null) return new BadRequest('The target of the request is malformed.')
  // A client must send both alike, RFC 9112 section 3.2.2; who checks one and uses the other would be fooled.
  if (absolute[1]?.toLowerCase() !== host?.toLowerCase()) {
    return new BadRequest('The target and the Host field of the request name different hosts.')
  }
  return undefined
}
