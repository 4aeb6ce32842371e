import { domainToASCII } from 'node:url'

/** The longest domain name that there is, RFC 1035 section 2.3.4. */
const MAX_HOST_CHARACTERS = 255
const MAX_PORT = 65_535

/*
 * Host = uri-host [ ":" port ], RFC 9110 section 7.2; uri-host of RFC 3986 section 3.2.2 without what no client sends: percent-encoding
 * and sub-delims in names, IPvFuture, zone ids, ports that are empty or begin with 0. Names are labels of 1 to 63 characters, RFC 1035
 * section 2.3.4. Werkzeug draws the line at the same place.
 */
const HOST = /^(?:([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*\.?)|(\[[a-f0-9]*:[a-f0-9.:]+\]))(?::([1-9][0-9]{0,4}))?$/i

/** The name of a well-formed `host[:port]`, without its port; undefined for anything else. */
export function hostname_of(host: string): string | undefined {
  if (host.length > MAX_HOST_CHARACTERS) return undefined
  const match = HOST.exec(host)
  if (match === null) return undefined
  if (match[3] !== undefined && Number(match[3]) > MAX_PORT) return undefined
  return match[1] ?? match[2]
}

/**
 * Whether `host` (with or without a port, which is ignored) is well-formed and one of the trusted names. A name that starts with a dot
 * trusts itself and all its subdomains. Names may be written in Unicode. No list, or an empty one, trusts every well-formed host.
 *
 * @see werkzeug.wsgi.host_is_trusted
 */
export function host_is_trusted(
  host: string | undefined,
  trusted: readonly string[] | string | null | undefined,
): boolean {
  const given = host && hostname_of(host)
  if (!given) return false
  const names = typeof trusted === 'string' ? [trusted] : (trusted ?? [])
  if (names.length === 0) return true
  const hostname = given.toLowerCase()
  return names.some((name) => matches(hostname, name))
}

function matches(hostname: string, trusted: string): boolean {
  const withSubdomains = trusted.startsWith('.')
  const name = asciiName(withSubdomains ? trusted.slice(1) : trusted)
  return name !== '' && (hostname === name || (withSubdomains && hostname.endsWith(`.${name}`)))
}

/** The trusted name as a `Host` field spells it: in lower case, IDNA-encoded, without a port. */
function asciiName(name: string): string {
  const bare = hostname_of(name)?.toLowerCase()
  return bare ?? domainToASCII(name.replace(/:[0-9]+$/, ''))
}
