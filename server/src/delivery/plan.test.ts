import { describe, expect, it } from 'vitest'
import type { StoredRecipient } from '../messages/ledger.ts'
import { planEmail } from './plan.ts'

const recipient = (more: Partial<StoredRecipient> = {}): StoredRecipient => ({
  type: 'aep',
  userId: 'u-1',
  namespace: 'crm',
  ...more,
})
const addressOf = (given: StoredRecipient, attributes: Record<string, unknown> = {}): string => {
  const plan = planEmail(given, {}, attributes)
  return plan.kind === 'planned' ? plan.address : plan.reason
}
const profile = {
  personalEmail: { address: 'home@example.test' },
  workEmail: { address: 'work@example.test' },
}

describe('the plan of an email', () => {
  it('leaves out who was erased, whatever a re-drive asks', () => {
    expect(addressOf(recipient({ erased: true, userId: 'erased' }), profile)).toBe('profile_erased')
  })

  it('lays no word of a call over what a stored person chose', () => {
    const consents = { marketing: { email: { val: 'n' } } }
    const call = { name: 'Ada', consents: { marketing: { email: { val: 'y' } } } }
    const plan = planEmail(recipient({ profile: call }), {}, { ...profile, consents })
    expect(plan.kind === 'planned' && plan.data.profile).toMatchObject({ name: 'Ada', consents })
  })

  it("takes the call's own address before the profile's, and the profile's before the identity", () => {
    const identity = recipient({ userId: 'id@example.test', namespace: 'Email' })
    expect(addressOf({ ...identity, channelData: { emailAddress: 'call@example.test' } }, profile)).toBe(
      'call@example.test',
    )
    expect(addressOf(identity, profile)).toBe('home@example.test')
    expect(addressOf(identity, { workEmail: profile.workEmail })).toBe('work@example.test')
    expect(addressOf(identity)).toBe('id@example.test')
  })

  it('leaves a person without an address out, and one whose address cannot be one', () => {
    expect(addressOf(recipient())).toBe('email_no_address')
    expect(addressOf(recipient({ channelData: { emailAddress: ' ' } }))).toBe('email_no_address')
    expect(addressOf(recipient({ channelData: { emailAddress: 'a@b@c' } }))).toBe('email_malformed_address')
  })

  it("lets the call's profile override the stored one, for this message only", () => {
    const stored = { name: 'Ada', personalEmail: { address: 'home@example.test', status: 'active' } }
    const plan = planEmail(recipient({ profile: { name: 'Bea' } }), { n: 1 }, stored)
    expect(plan).toEqual({
      kind: 'planned',
      address: 'home@example.test',
      data: { profile: { ...stored, name: 'Bea' }, context: { n: 1 } },
    })
    expect(stored.name).toBe('Ada')
  })

  it('reads no inherited member', () => {
    const inherited = Object.create({ personalEmail: { address: 'evil@example.test' } })
    expect(addressOf(recipient(), inherited)).toBe('email_no_address')
  })
})
