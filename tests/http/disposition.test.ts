import t from 'tap'
import { dump_content_disposition } from '../../lib/http/disposition.ts'
import { Headers } from '../../lib/http/headers.ts'
import { parse_options_header } from '../../lib/http/options-header.ts'

/** What `send_file` of Flask answers. */
const WRITTEN: [filename: string, header: string][] = [
  ['hello.txt', 'attachment; filename=hello.txt'],
  ['a "b".txt', 'attachment; filename="a \\"b\\".txt"'],
  ['a;b.txt', 'attachment; filename="a;b.txt"'],
  ["a'b(c)*.txt", 'attachment; filename="a\'b(c)*.txt"'],
  ['', 'attachment; filename=""'],
  ['\\x', 'attachment; filename="\\\\x"'],
  ['游客.txt', "attachment; filename=.txt; filename*=UTF-8''%E6%B8%B8%E5%AE%A2.txt"],
  ['游客 report.txt', 'attachment; filename=" report.txt"; filename*=UTF-8\'\'%E6%B8%B8%E5%AE%A2%20report.txt'],
  ['é.txt', "attachment; filename=e.txt; filename*=UTF-8''%C3%A9.txt"],
  ['ﬁ.txt', "attachment; filename=fi.txt; filename*=UTF-8''%EF%AC%81.txt"],
  ['😀.png', "attachment; filename=.png; filename*=UTF-8''%F0%9F%98%80.png"],
  [
    "é'()*!#$&+-.^_`|~%.txt",
    "attachment; filename=\"e'()*!#$&+-.^_`|~%.txt\"; filename*=UTF-8''%C3%A9%27%28%29%2A!#$&+-.^_`|~%25.txt",
  ],
]

for (const [filename, header] of WRITTEN) {
  t.test(`the name ${JSON.stringify(filename)} is sent as ${header}`, (t) => {
    t.equal(dump_content_disposition('attachment', filename), header)
    t.equal(parse_options_header(header)[1].get('filename'), filename, 'and reads the same')
    t.end()
  })
}

t.test('a file that is shown has a name too', (t) => {
  t.equal(dump_content_disposition('inline', 'a.txt'), 'inline; filename=a.txt')
  t.end()
})

// security: filenames (header injection in Content-Disposition)
t.test('a name cannot add a header or a parameter', (t) => {
  const header = dump_content_disposition('attachment', 'a"b\r\n;é.txt')
  t.equal(header, 'attachment; filename="a\\"b;e.txt"; filename*=UTF-8\'\'a%22b%3B%C3%A9.txt')
  t.equal(dump_content_disposition('attachment', 'a\r\nX: y\0\x7f\x85.txt'), 'attachment; filename="aX: y.txt"')
  new Headers().set('Content-Disposition', header)
  t.end()
})

t.test('half of a surrogate pair does not stop the sending', (t) => {
  t.equal(
    dump_content_disposition('attachment', 'a\ud83d.txt'),
    "attachment; filename=a.txt; filename*=UTF-8''a%EF%BF%BD.txt",
  )
  t.end()
})
