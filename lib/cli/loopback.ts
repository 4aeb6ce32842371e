import { BlockList, isIP } from 'node:net'

/** Addresses that only this machine reaches: RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3. */
const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether only this machine reaches what listens on a host; of names, `localhost` and those below it (RFC 6761). */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  const family = isIP(name)
  if (family === 0) return name === 'localhost' || name.endsWith('.localhost')
  return LOOPBACK.check(name, family === 4 ? 'ipv4' : 'ipv6')
}
