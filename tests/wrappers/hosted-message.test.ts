import t from 'tap'
import { type HostedMessage, mountedAt } from '../../lib/wrappers/hosted-message.ts'
import { makeIncoming } from '../../lib/wrappers/incoming.ts'

function messageWith(parts: Partial<Pick<HostedMessage, 'url' | 'baseUrl' | 'originalUrl'>>): HostedMessage {
  return Object.assign(makeIncoming(), parts)
}

t.test('the path of a mounting is what its host says, or what it took off the target', (t) => {
  const cases: [parts: Parameters<typeof messageWith>[0], expected: string][] = [
    [{ url: '/x' }, ''],
    [{ url: '/x', originalUrl: '/x' }, ''],
    [{ url: '/x?q', baseUrl: '/api', originalUrl: '/api/x?q' }, '/api'],
    [{ url: '/x', baseUrl: '', originalUrl: '/x' }, ''],
    [{ url: '/x?a=/x', originalUrl: '/api/x?a=/x' }, '/api'],
    [{ url: '/', originalUrl: '/api' }, '/api'],
    [{ url: '/?q', originalUrl: '/api?q' }, '/api'],
    [{ url: '/', originalUrl: '/api/' }, '/api'],
    [{ url: '/other', originalUrl: '/api/x' }, ''],
  ]
  for (const [parts, expected] of cases) t.equal(mountedAt(messageWith(parts)), expected, JSON.stringify(parts))
  t.equal(mountedAt(Object.assign(makeIncoming(), { baseUrl: 1, originalUrl: 2 })), '', 'only text counts')
  t.end()
})
