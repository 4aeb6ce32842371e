import t from 'tap'
import { RetryException } from '../../lib/http/retry-exception.ts'

t.test('Retry-After is seconds or a date, and is left out when there is none', (t) => {
  const fields: [after: number | Date | undefined, field: string[]][] = [
    [30, ['30']],
    [new Date(Date.UTC(2030, 0, 2, 3, 4, 5)), ['Wed, 02 Jan 2030 03:04:05 GMT']],
    [0, []],
    [undefined, []],
  ]
  for (const [retry_after, field] of fields) {
    const headers = new RetryException({ retry_after }).get_headers()
    t.same(
      headers.filter(([name]) => name === 'Retry-After').map(([, value]) => value),
      field,
      String(retry_after),
    )
  }
  t.equal(new RetryException('later').retry_after, undefined)
  t.end()
})
