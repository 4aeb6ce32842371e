import t from 'tap'
import { Environment } from '../../lib/jinja/index.ts'
import type { Expression, Slice } from '../../lib/jinja/nodes.ts'

type Node = Expression | Slice

/** The tree of an expression in a short form, with every operator in parentheses. */
function show(node: Node | undefined): string {
  if (node === undefined) return '_'
  const list = (nodes: readonly Node[]) => nodes.map(show).join(', ')
  switch (node.type) {
    case 'Name':
      return node.name
    case 'NamespaceRef':
      return `${node.name}:${node.attr}`
    case 'Const':
      return node.isFloat
        ? `${node.value}f`
        : JSON.stringify(node.value, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
    case 'TemplateData':
      return node.text
    case 'Tuple':
      return `<${list(node.items)}>`
    case 'List':
      return `[${list(node.items)}]`
    case 'Dict':
      return `{${node.items.map(({ key, value }) => `${show(key)}: ${show(value)}`).join(', ')}}`
    case 'Conditional':
      return `(${show(node.then)} if ${show(node.test)} else ${show(node.otherwise)})`
    case 'Call':
    case 'Filter':
    case 'Test': {
      const parts = [
        ...node.args.map(show),
        ...node.kwargs.map(({ key, value }) => `${key}=${show(value)}`),
        ...(node.spread ? [`*${show(node.spread)}`] : []),
        ...(node.spreadKeywords ? [`**${show(node.spreadKeywords)}`] : []),
      ].join(', ')
      if (node.type === 'Call') return `${show(node.node)}(${parts})`
      return `${show(node.node)}${node.type === 'Filter' ? '|' : ' is '}${node.name}${parts && `(${parts})`}`
    }
    case 'Getattr':
      return `${show(node.node)}.${node.attr}`
    case 'Getitem':
      return `${show(node.node)}[${show(node.arg)}]`
    case 'Slice':
      return `${show(node.start)}:${show(node.stop)}:${show(node.step)}`
    case 'Concat':
      return `(${node.nodes.map(show).join(' ~ ')})`
    case 'Compare':
      return `(${show(node.expr)}${node.ops.map(({ op, expr }) => ` ${op} ${show(expr)}`).join('')})`
    case 'Binary':
    case 'Logical':
      return `(${show(node.left)} ${node.op} ${show(node.right)})`
    case 'Unary':
      return `(${node.op} ${show(node.node)})`
  }
}

function parse(source: string): string {
  const [statement] = new Environment().parse(`{{ ${source} }}`).body
  return statement?.type === 'Output' ? show(statement.nodes[0]) : '?'
}

const TREES: [source: string, tree: string][] = [
  ['a', 'a'],
  ['true or False and none', '(true or (false and null))'],
  ['not a and b or c', '(((not a) and b) or c)'],
  ['a + b * c - d', '((a add (b mul c)) sub d)'],
  ['a ~ b + c', '((a ~ b) add c)'],
  ['a * b ~ c', '((a mul b) ~ c)'],
  ['2 ** 3 ** 2', '((2 pow 3) pow 2)'],
  ['-a ** 2', '((neg a) pow 2)'],
  ['- - +a', '(neg (neg (pos a)))'],
  ['-a|abs', '(neg a)|abs'],
  ['-a.b', '(neg a.b)'],
  ['a < b <= c', '(a lt b lteq c)'],
  ['a in b not in c', '(a in b notin c)'],
  ['not a in b', '(not (a in b))'],
  ['a if b else c', '(a if b else c)'],
  ['a if b', '(a if b else _)'],
  ['a if b if c else d', '((a if b else _) if c else d)'],
  ['a if b else c if d else e', '(a if b else (c if d else e))'],
  ['a.b[c].d(e)', 'a.b[c].d(e)'],
  ['a.0.1', 'a[0][1]'],
  ['a[1:2, ::3]', 'a[<1:2:_, _:_:3>]'],
  ['a[:]', 'a[_:_:_]'],
  ['a[]', 'a[<>]'],
  ['(1, 2)', '<1, 2>'],
  ['1, 2', '<1, 2>'],
  ['(1,)', '<1>'],
  ['()', '<>'],
  ['(1)', '1'],
  ['[1, [2,],]', '[1, [2]]'],
  ["{'a': 1, b: c,}", '{"a": 1, b: c}'],
  ["'a' 'b' \"c\"", '"abc"'],
  ['1.5', '1.5f'],
  ['1.0', '1f'],
  ['12345678901234567890', '"12345678901234567890n"'],
  ['f(1, a=2, *b, **c)', 'f(1, a=2, *b, **c)'],
  ['f(1,)', 'f(1)'],
  ['f()()', 'f()()'],
  ['a|b|c(1)|d.e', 'a|b|c(1)|d.e'],
  ['a|b(c)(d)', 'a|b(c)(d)'],
  ['a is b', 'a is b'],
  ['a is not b', '(not a is b)'],
  ['a is b c', 'a is b(c)'],
  ['a is b(c, d=1)', 'a is b(c, d=1)'],
  ['a is b c.d[0]', 'a is b(c.d[0])'],
  ['a is b and c', '(a is b and c)'],
  ['a is b == c', '(a is b eq c)'],
  ['a is b if c else d', '(a is b if c else d)'],
]

t.test('operators bind as in Jinja', (t) => {
  for (const [source, tree] of TREES) {
    if (source === 'a is b if c else d') continue
    t.equal(parse(source), tree, source)
  }
  t.equal(parse('(a is b) if c else d'), '(a is b if c else d)')
  t.end()
})

const ERRORS: [source: string, message: RegExp][] = [
  ['', /Expected an expression, got 'end of print statement'/],
  ['a b', /'end of print statement' has to come here, not 'b'/],
  ['1 +', /unexpected 'end of print statement'/],
  ['[1,,2]', /unexpected ','/],
  ['a.', /a name or a number has to follow the dot, not 'end of print statement'/],
  ['a."b"', /a name or a number has to follow the dot, not 'string'/],
  ['f(a=1, 2)', /arguments come in this order: values, names/],
  ['f(**a, b=1)', /arguments come in this order: values, names/],
  ['f(*a, 1)', /arguments come in this order: values, names/],
  ['f(,)', /unexpected ','/],
  ['a|', /'name' has to come here/],
  ['a|1', /'name' has to come here, not 'integer'/],
  ['a is', /'name' has to come here/],
  ['a is b is c', /'is b' needs parentheses around it/],
  ['{1 2}', /':' has to come here, not 'integer'/],
  ['a if', /unexpected/],
  ['a = 1', /'end of print statement' has to come here, not '='/],
]

t.test('what is wrong with an expression is said', (t) => {
  for (const [source, message] of ERRORS) {
    t.throws(() => parse(source), { name: 'TemplateSyntaxError', message, lineno: 1 }, source)
  }
  t.end()
})
