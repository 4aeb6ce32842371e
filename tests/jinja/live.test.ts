import { spawnSync } from 'node:child_process'
import t from 'tap'
import { DictLoader, Environment } from '../../lib/jinja/index.ts'
import { type GeneratedCase, randomNumbers, TemplateGrammar } from '../support/jinja-grammar.ts'
import { HOW_TO_GET_PYTHON, python } from '../support/python.ts'
import { DEFAULT_SEED } from '../support/seed.ts'

const TEMPLATES = Number(process.env['FLAGON_TEMPLATES'] ?? 300)
const SEED = Number(process.env['FLAGON_SEED'] ?? DEFAULT_SEED)

/** Renders each line of its input with Jinja and answers with the output or the error. */
const RENDERER = `
import json, sys
from jinja2 import Environment, DictLoader
for line in sys.stdin:
    case = json.loads(line)
    try:
        env = Environment(loader=DictLoader(case["files"]), **{"autoescape": True, **case["options"]})
        answer = {"output": env.get_template("main").render(case["context"])}
    except Exception as error:
        answer = {"error": type(error).__name__}
    print(json.dumps(answer))
`

type Answer = { output: string } | { error: string }

function askPython(command: string, cases: readonly GeneratedCase[]): Answer[] {
  const input = cases.map((one) => JSON.stringify(one)).join('\n')
  const result = spawnSync(command, ['-c', RENDERER], { input, encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (result.status !== 0) throw new Error(result.stderr)
  return result.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)
}

function render({ files, options, context }: GeneratedCase): Answer {
  try {
    const environment = new Environment({ autoescape: true, ...options, loader: new DictLoader(files) })
    return { output: environment.get_template('main').render(structuredClone(context)) }
  } catch (error) {
    return { error: (error as Error).name }
  }
}

/** Python's own errors may have other names; that there is one has to agree. */
function comparable(answer: Answer): Answer {
  if ('output' in answer) return answer
  return { error: /^(?:Template|Undefined)/.test(answer.error) ? answer.error : 'an error of the language' }
}

const command = python()
const isCi = process.env['CI'] === 'true'
const skip = command === undefined && !isCi && `no Python with Jinja: ${HOW_TO_GET_PYTHON}`

t.test(`${TEMPLATES} random templates render as live Jinja renders them`, { skip }, (t) => {
  if (command === undefined) throw new Error(`no Python with Jinja: ${HOW_TO_GET_PYTHON}`)
  t.comment(`FLAGON_SEED=${SEED}`)
  const grammar = new TemplateGrammar(randomNumbers(SEED))
  const cases = Array.from({ length: TEMPLATES }, () => grammar.next())
  const answers = askPython(command, cases)
  t.equal(answers.length, TEMPLATES)
  let outputs = 0
  cases.forEach((one, index) => {
    const wanted = comparable(answers[index]!)
    // Python prints where in memory a lazy value is.
    if ('output' in wanted && / object at 0x/.test(wanted.output)) return
    if ('output' in wanted) outputs++
    const found = comparable(render(one))
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      t.same(found, wanted, `${JSON.stringify(one.options)} ${one.files['main']}`)
  })
  t.ok(outputs > TEMPLATES / 2, `${outputs} of ${TEMPLATES} templates render, the others fail alike`)
  t.end()
})
