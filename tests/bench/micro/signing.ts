import type * as Signing from '../../../lib/signing/index.ts'
import type { MicroCase } from './bench.ts'
import { built, theirs } from './load.ts'

interface CookieSignature {
  sign(value: string, secret: string): string
  unsign(value: string, secret: string): string | false
}

const INPUTS = 64
const SECRET = '0123456789abcdef0123456789abcdef'

const { Signer } = await built<typeof Signing>('signing/index.js')
const { sign, unsign } = theirs<CookieSignature>('cookie-signature')

/** Both digests of Flagon beside the SHA-256 of the other; the signatures differ, so what they protect is compared. */
export function signingCases(): MicroCase[] {
  const values = Array.from({ length: INPUTS }, (_, at) => `eyJ1c2VybmFtZSI6ImFubiIsInVzZXJfaWQiOjQyfQ${at}`)
  const signers = [
    { name: 'SHA-1, as Flask', signer: new Signer(SECRET, { salt: 'bench' }) },
    { name: 'SHA-256', signer: new Signer(SECRET, { salt: 'bench', digest_method: 'sha256' }) },
  ]
  return signers.flatMap(({ name, signer }) => {
    const own = values.map((value) => signer.sign(value))
    const others = values.map((value) => sign(value, SECRET))
    const at = (index: number): number => index % INPUTS
    return [
      {
        group: 'Signing',
        title: `sign, ${name}`,
        contenders: [
          {
            name: 'Flagon',
            run: (index: number) => signer.sign(values[at(index)]!),
            answer: (index: number) => signer.unsign(signer.sign(values[at(index)]!)),
          },
          {
            name: 'cookie-signature',
            run: (index: number) => sign(values[at(index)]!, SECRET),
            answer: (index: number) => unsign(sign(values[at(index)]!, SECRET), SECRET),
          },
        ],
      },
      {
        group: 'Signing',
        title: `verify, ${name}`,
        contenders: [
          {
            name: 'Flagon',
            run: (index: number) => signer.unsign(own[at(index)]!),
            answer: (index: number) => signer.unsign(own[at(index)]!),
          },
          {
            name: 'cookie-signature',
            run: (index: number) => unsign(others[at(index)]!, SECRET),
            answer: (index: number) => unsign(others[at(index)]!, SECRET),
          },
        ],
      },
    ]
  })
}
