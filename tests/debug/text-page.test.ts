import t from 'tap'
import type { FailureReport } from '../../lib/debug/report.ts'
import { textPage } from '../../lib/debug/text-page.ts'

const FRAME = {
  kind: 'app',
  file: '/app.ts',
  line: 2,
  column: 7,
  function: 'view',
  source: [
    { number: 1, text: 'one' },
    { number: 2, text: 'two' },
  ],
} as const
const REPORT: FailureReport = {
  errors: [
    { relation: undefined, name: 'TypeError', message: 'boom', properties: undefined, frames: [FRAME] },
    {
      relation: 'cause',
      name: 'Error',
      message: 'below',
      properties: "{ code: 'X' }",
      frames: [{ ...FRAME, kind: 'flagon' }],
    },
  ],
  advice: ['Do this.'],
  sections: [
    {
      title: 'Query',
      rows: [
        ['q', '1'],
        ['longer', 'a\nb'],
      ],
    },
  ],
}

t.test('a page for terminals has errors with source, advice and sections', async (t) => {
  t.equal(
    textPage(REPORT),
    `TypeError: boom
    at view (/app.ts:2:7)
        1 | one
      > 2 | two

  → Do this.

Caused by: Error: below
  with { code: 'X' }
    at view (/app.ts:2:7)

Query
  q       1
  longer  a
          b
`,
  )
})

// security 1.8: what a client sends steers no terminal
t.test('control characters are shown, not obeyed', async (t) => {
  const nasty = '\u001b[2J\u009b\u0000\t'
  const rows = [[nasty, nasty]] as const
  const errors = REPORT.errors.map((error) => ({ ...error, name: nasty, message: nasty }))
  t.notMatch(
    textPage({ errors, advice: [nasty], sections: [{ title: nasty, rows }] }),
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/,
  )
})
