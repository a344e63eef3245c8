/** The signed addresses: what is written can be read, what was changed cannot. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress } from './address.ts'
import { createFeedbackAddresses, fromBase32, toBase32 } from './verp.ts'

const addresses = createFeedbackAddresses('a secret that is long enough to be one')
const messageId = '0190f5fe-7c00-7a00-8abc-def012345678'
const of = { messageId, generation: 2, attempt: 7 }

describe('the envelope sender of an attempt', () => {
  const address = addresses.verpAddress(of, 'bounce.example.com')

  it('names the message, its generation and its attempt', () => {
    expect(addresses.read(address)).toEqual({ kind: 'bounce', ...of })
  })
  it('says whether the mail had copies, and cannot be made to say so', () => {
    const copied = addresses.verpAddress({ ...of, hasCopies: true }, 'bounce.example.com')
    expect(addresses.read(copied.toUpperCase())).toEqual({ kind: 'bounce', ...of, hasCopies: true })
    expect(addresses.read(copied.replace(/^c/, 'b'))).toBeUndefined()
    expect(addresses.read(address.replace(/^b/, 'c'))).toBeUndefined()
  })
  it('fits an SMTP envelope', () => {
    expect(parseAddress(address)).toEqual({ address })
  })
  it('is read in any case, for relays change it', () => {
    expect(addresses.read(address.toUpperCase())).toEqual({ kind: 'bounce', ...of })
  })
  it('is refused when any character of it was changed', () => {
    const local = address.split('@')[0] ?? ''
    for (let at = 2; at < local.length; at++) {
      const other = local[at] === 'a' ? 'b' : 'a'
      expect(addresses.read(`${local.slice(0, at)}${other}${local.slice(at + 1)}@x.example`)).toBeUndefined()
    }
  })
  it('is refused by an instance with another secret, and as an address of another kind', () => {
    const others = createFeedbackAddresses('another secret that is long enough too')
    expect(others.read(address)).toBeUndefined()
    expect(addresses.read(address.replace(/^b/, 'u'))).toBeUndefined()
  })
})

it('the unsubscribe address names its message alone', () => {
  const address = addresses.unsubscribeAddress(messageId, 'example.com')
  expect(parseAddress(address)).toEqual({ address })
  expect(addresses.read(address.toUpperCase())).toEqual({ kind: 'unsubscribe', messageId })
  expect(addresses.read(address.replace(/^u/, 'b'))).toBeUndefined()
})

it('the mailbox of feedback loops is one of ours, others are not', () => {
  expect(addresses.read('FBL@example.com')).toEqual({ kind: 'loop' })
  for (const other of ['', '@', 'b+', 'u+@x', 'postmaster@example.com', 'b@x', `b+${'a'.repeat(48)}@x`])
    expect(addresses.read(other)).toBeUndefined()
})

it('any bytes survive base32, and any text at all is read without harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
      expect(fromBase32(toBase32(bytes))).toEqual(Buffer.from(bytes))
    }),
  )
  fc.assert(fc.property(fc.string(), text => void addresses.read(text)))
})
