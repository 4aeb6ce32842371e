import t from 'tap'
import {
  BadData,
  BadHeader,
  BadPayload,
  BadSignature,
  BadTimeSignature,
  SignatureExpired,
} from '../../lib/signing/errors.ts'

t.test('the errors form the family that itsdangerous has', async (t) => {
  const date_signed = new Date(0)
  const expired = new SignatureExpired('too old', { payload: 'value', date_signed })
  t.ok(expired instanceof BadTimeSignature)
  t.ok(expired instanceof BadSignature)
  t.ok(expired instanceof BadData)
  t.ok(expired instanceof Error)
  t.equal(expired.name, 'SignatureExpired')
  t.equal(expired.message, 'too old')
  t.equal(expired.payload, 'value')
  t.equal(expired.date_signed, date_signed)
  t.notOk(new BadPayload('x') instanceof BadSignature)
})

t.test('errors carry what went wrong beneath them', async (t) => {
  const original_error = new Error('beneath')
  t.equal(new BadPayload('x', { original_error }).original_error, original_error)
  t.equal(new BadPayload('x', { original_error }).cause, original_error)
  const header = new BadHeader('x', { header: 'h', payload: 'p', original_error })
  t.same([header.header, header.payload, header.original_error], ['h', 'p', original_error])
  t.equal(new BadSignature('x').payload, undefined)
})

t.test('each error tells its own name', async (t) => {
  for (const Class of [BadData, BadHeader, BadPayload, BadSignature, BadTimeSignature, SignatureExpired]) {
    t.equal(new Class('x').name, Class.name)
  }
})
