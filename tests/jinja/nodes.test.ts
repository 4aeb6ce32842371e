import t from 'tap'
import { Environment } from '../../lib/jinja/index.ts'
import { eachChild, someNode } from '../../lib/jinja/nodes.ts'

const TREE = new Environment().parse(
  "{% if a %}{{ b|f(c, d=e) }}{% elif g %}{% for h in i %}{% endfor %}{% else %}{{ {'j': k}[l:m] }}{% endif %}",
)

t.test('the children of a node are given in the order of the source', (t) => {
  const names: string[] = []
  const visit = (node: Parameters<typeof eachChild>[0]) => {
    if (node.type === 'Name') names.push(node.name)
    eachChild(node, visit)
  }
  visit(TREE)
  t.equal(names.join(''), 'abceghiklm')
  t.end()
})

t.test('a node is found wherever it is, and looking stops there', (t) => {
  t.ok(someNode(TREE, (node) => node.type === 'Slice'))
  t.notOk(someNode(TREE, (node) => node.type === 'Block'))
  let seen = 0
  someNode(TREE, (node) => {
    seen++
    return node.type === 'If'
  })
  t.equal(seen, 2)
  t.end()
})
