import t from 'tap'
import { UserAgent } from '../../lib/http/user-agent.ts'

t.test('the text of the header is kept and nothing is guessed from it', (t) => {
  const agent = new UserAgent('Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0')
  t.equal(agent.string, 'Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0')
  t.equal(agent.to_header(), agent.string)
  t.equal(`${agent}`, agent.string)
  t.same([agent.platform, agent.browser, agent.version, agent.language], [undefined, undefined, undefined, undefined])
  t.end()
})

t.test('a subclass can read more from the text', (t) => {
  class Named extends UserAgent {
    override readonly browser: string | undefined = this.string.split('/', 1)[0]
  }
  t.equal(new Named('curl/8.5.0').browser, 'curl')
  t.end()
})
