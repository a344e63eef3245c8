import { describe, expect, it } from 'vitest'
import type { StoredRecipient } from '../messages/ledger.ts'
import { type Attributes, areaOf, planMessage } from './plan.ts'

const recipient = (more: Partial<StoredRecipient> = {}): StoredRecipient => ({
  type: 'aep',
  userId: 'u-1',
  namespace: 'crm',
  ...more,
})
const EMAIL = { channel: 'email', country: null } as const
const planEmail = (given: StoredRecipient, context: Attributes, attributes: Attributes) =>
  planMessage(given, { context, attributes }, EMAIL)
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

describe('the plan of a short message', () => {
  const numberOf = (
    given: Partial<StoredRecipient>,
    attributes: Attributes,
    country: string | null = null,
  ) => {
    const plan = planMessage(recipient(given), { context: {}, attributes }, { channel: 'sms', country })
    return plan.kind === 'planned' ? plan.address : plan.reason
  }
  const attributes = { mobilePhone: { number: '+31 6 1234 5678' } }

  it("takes the call's number before the profile's, and the profile's before the identity, all in E.164", () => {
    const identity = { userId: '+12025550123', namespace: 'Phone' }
    const channelData = { mobilePhoneNumber: '+44 20 7946 0958' }
    expect(numberOf({ ...identity, channelData }, attributes)).toBe('+442079460958')
    expect(numberOf(identity, attributes)).toBe('+31612345678')
    expect(numberOf(identity, {})).toBe('+12025550123')
  })

  it('leaves out who has no number, and a number that is none or lacks its country', () => {
    expect(numberOf({}, {})).toBe('sms_no_number')
    expect(numberOf({}, { mobilePhone: { number: '0612345678' } })).toBe('sms_malformed_number')
    expect(numberOf({}, { mobilePhone: { number: '0612345678' } }, 'NL')).toBe('+31612345678')
    expect(numberOf({ userId: 'ada@example.test', namespace: 'email' }, {})).toBe('sms_no_number')
  })

  it('has the country of its number for its area, as a mail has its domain', () => {
    expect(areaOf('sms', '+31612345678')).toBe('nl')
    expect(areaOf('email', 'ada@Example.test')).toBe('example.test')
  })
})
