import t from 'tap'
import { CliResult, FlagonCliRunner } from '../../lib/testing/cli-runner.ts'
import { FlagonClient } from '../../lib/testing/client.ts'
import * as testing from '../../lib/testing/index.ts'
import { SentRequest, TestResponse } from '../../lib/testing/response.ts'

t.test('flagon/testing has the client, the runner of commands and what they give', async (t) => {
  t.same({ ...testing }, { CliResult, FlagonCliRunner, FlagonClient, SentRequest, TestResponse })
})
