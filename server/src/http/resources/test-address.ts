/** The address of a test: the one member that the channel needs, and no other. */
import type { CampaignChannel, TestSendRequest } from '@carillon/contract'
import { parseAddress } from '../../channels/email/address.ts'
import { parsePhone } from '../../channels/sms/phone.ts'
import { Fault } from '../../lib/fault.ts'

type Addresses = Pick<TestSendRequest, 'emailAddress' | 'phoneNumber'>
type Member = keyof Addresses

interface Needed {
  readonly member: Member
  readonly namespace: string
  readonly wrong: string
  read(text: string, country: string | null): string | undefined
}

const NEEDED: Readonly<Record<CampaignChannel, Needed>> = {
  email: {
    ...{ member: 'emailAddress', namespace: 'email', wrong: 'is not an email address' },
    read: text => (parseAddress(text) === undefined ? undefined : text),
  },
  sms: {
    ...{ member: 'phoneNumber', namespace: 'phone', wrong: 'is no phone number with its country code' },
    read: (text, country) => parsePhone(text, country ?? undefined),
  },
}

/** Whom a test goes to; throws when the member is missing, wrong, or of another channel. */
export const testAddress = (
  channel: CampaignChannel,
  given: Addresses,
  country: string | null,
): { readonly userId: string; readonly namespace: string } => {
  const { member, namespace, wrong, read } = NEEDED[channel]
  const refuse = (pointer: string, message: string): Fault =>
    new Fault('payload_invalid', { problems: [{ pointer, message }] })
  const other = (Object.keys(given) as Member[]).find(one => one !== member && given[one] !== undefined)
  if (other !== undefined) throw refuse(`/${other}`, `is no address of the channel ${channel}`)
  const text = given[member]
  if (text === undefined) throw refuse(`/${member}`, 'is missing')
  const userId = read(text, country)
  if (userId === undefined) throw refuse(`/${member}`, wrong)
  return { userId, namespace }
}
