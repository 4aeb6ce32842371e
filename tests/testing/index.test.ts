import t from 'tap'
import { FlagonClient } from '../../lib/testing/client.ts'
import * as testing from '../../lib/testing/index.ts'
import { SentRequest, TestResponse } from '../../lib/testing/response.ts'

t.test('flagon/testing has the client and what it gives', async (t) => {
  t.same({ ...testing }, { FlagonClient, SentRequest, TestResponse })
})
