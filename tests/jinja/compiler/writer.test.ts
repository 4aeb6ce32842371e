import t from 'tap'
import { answers } from '../../support/templates.ts'

t.test('generated code survives every character of text and strings', async (t) => {
  answers(t, [
    { source: '`${x}` \\ \' "   \u0000 </script>', answer: '`${x}` \\ \' "   \u0000 </script>' },
    { source: "{{ '`${x}` \\\\ \\' \" </script>' }}", answer: '`${x}` \\ \' " </script>' },
    { source: "{{ x['a\"b\\\\'] }}", context: { x: { 'a"b\\': 1 } }, answer: '1' },
  ])
})
