import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { captureProcess, ProcessExit } from '../../lib/testing/captured-process.ts'

const nothing = { input: '', env: {} }

t.test('what is written to streams and console is kept, in the order of writing', async (t) => {
  const captured = await captureProcess(async () => {
    console.log('one %d', 1)
    process.stderr.write('two\n')
    await null
    process.stdout.write(Buffer.from('thr'))
    process.stdout.write('65650a', 'hex')
    console.error(new Set([4]))
    console.table([[5]])
    return 'value'
  }, nothing)
  t.equal(captured.value, 'value')
  t.equal(captured.stderr, 'two\nSet(1) { 4 }\n')
  t.match(captured.stdout, /^one 1\nthree\n┌/)
  t.match(captured.output, /^one 1\ntwo\nthree\nSet\(1\) \{ 4 \}\n┌/)
})

t.test('a character that is written in two pieces is whole', async (t) => {
  const bytes = Buffer.from('é')
  const { stdout } = await captureProcess(async () => {
    process.stdout.write(bytes.subarray(0, 1))
    process.stdout.write(bytes.subarray(1))
  }, nothing)
  t.equal(stdout, 'é')
})

t.test('a write calls back', async (t) => {
  await captureProcess(async () => {
    await new Promise((resolve) => process.stdout.write('x', resolve))
    await new Promise((resolve) => process.stderr.write('78', 'hex', resolve))
  }, nothing)
  t.pass('both were called')
})

t.test('what runs beside the work keeps the streams of the process', async (t) => {
  const written: unknown[] = []
  const { write } = process.stdout
  const hook = (...args: unknown[]): boolean => {
    if (args[0] !== 'beside\n') return Reflect.apply(write, process.stdout, args)
    written.push(args[0])
    return true
  }
  process.stdout.write = hook as typeof write
  t.teardown(() => {
    process.stdout.write = write
  })
  const release = new EventTarget()
  const captured = captureProcess(async () => {
    console.log('within')
    await once(release, 'go')
  }, nothing)
  await new Promise((resolve) => setImmediate(resolve))
  process.stdout.write('beside\n')
  release.dispatchEvent(new Event('go'))
  t.equal((await captured).output, 'within\n')
  t.same(written, ['beside\n'])
  t.equal(process.stdout.write, hook, 'and it is put back')
})

t.test('a console that does not write to the process, as that of other test runners, is captured too', async (t) => {
  const { log } = console
  const written: unknown[] = []
  console.log = (...args: unknown[]) => void written.push(...args)
  t.teardown(() => {
    console.log = log
  })
  const { stdout } = await captureProcess(async () => console.log('within'), nothing)
  console.log('after')
  t.equal(stdout, 'within\n')
  t.same(written, ['after'])
})

t.test('stdin has the input and ends', async (t) => {
  const read = (): Promise<string> => text(process.stdin)
  t.equal((await captureProcess(read, { ...nothing, input: 'bob\nli\n' })).value, 'bob\nli\n')
  t.equal((await captureProcess(read, { ...nothing, input: Buffer.from('é') })).value, 'é')
  t.equal((await captureProcess(read, nothing)).value, '')
  const asked = await captureProcess(
    async () => {
      const lines = createInterface({ input: process.stdin, output: process.stdout })
      const name = await new Promise<string>((resolve) => lines.question('Name: ', resolve))
      lines.close()
      return name
    },
    { ...nothing, input: 'ann\n' },
  )
  t.match(asked, { value: 'ann', stdout: 'Name: ' })
})

t.test('process.exit ends the work, not the process', async (t) => {
  const end = (work: () => unknown): Promise<ProcessExit | undefined> =>
    captureProcess(async () => {
      try {
        await work()
      } catch {
        // A command may catch everything.
      }
    }, nothing).then(({ exit }) => exit)
  t.match(await end(() => process.exit(3)), { exit_code: 3, message: 'process.exit(3) was called' })
  t.equal((await end(() => process.exit()))?.exit_code, 0)
  t.equal((await end(() => process.exit('4')))?.exit_code, 4)
  t.equal(
    (
      await end(() => {
        process.exitCode = 5
        process.exit()
      })
    )?.exit_code,
    5,
  )
  t.equal(await end(() => undefined), undefined)
  await t.rejects(
    captureProcess(async () => process.exit(1), nothing),
    ProcessExit,
  )
})

t.test('exit code and environment are put back, also after a failure', async (t) => {
  process.env['FLAGON_TEST_KEPT'] = 'kept'
  t.teardown(() => delete process.env['FLAGON_TEST_KEPT'])
  const env = { FLAGON_TEST_KEPT: undefined, FLAGON_TEST_NEW: 'new' }
  const seen = await captureProcess(
    async () => {
      process.exitCode = 7
      return [process.env['FLAGON_TEST_KEPT'], process.env['FLAGON_TEST_NEW']]
    },
    { input: '', env },
  )
  t.match(seen, { value: [undefined, 'new'], exit_code: 7 })
  t.equal(process.exitCode, undefined)
  await t.rejects(
    captureProcess(
      async () => {
        throw new RangeError('no')
      },
      { input: '', env },
    ),
    RangeError,
  )
  t.same([process.env['FLAGON_TEST_KEPT'], process.env['FLAGON_TEST_NEW']], ['kept', undefined])
  t.notOk(Object.hasOwn(process.env, 'FLAGON_TEST_NEW'))
})

t.test('works wait for one another, but for one within another', async (t) => {
  const order: string[] = []
  const work = (name: string) => async (): Promise<void> => {
    order.push(`${name} begins`)
    console.log(name)
    await new Promise((resolve) => setImmediate(resolve))
    order.push(`${name} ends`)
  }
  const both = await Promise.all([captureProcess(work('a'), nothing), captureProcess(work('b'), nothing)])
  t.same(order, ['a begins', 'a ends', 'b begins', 'b ends'])
  t.same(
    both.map(({ output }) => output),
    ['a\n', 'b\n'],
  )

  const outer = await captureProcess(async () => {
    console.log('before')
    const inner = await captureProcess(work('inner'), nothing)
    console.log('after')
    return inner.output
  }, nothing)
  t.match(outer, { value: 'inner\n', output: 'before\nafter\n' })
})
