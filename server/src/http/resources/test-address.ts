/** The address of a test: the one member that the channel needs, and no other. */
import type { CampaignChannel, Recipient, TestSendRequest } from '@carillon/contract'
import { parseAddress } from '../../channels/email/address.ts'
import { parsePhone } from '../../channels/sms/phone.ts'
import { Fault } from '../../lib/fault.ts'
import { normalizeDevice } from '../../profiles/push-devices.ts'

type Addresses = Pick<TestSendRequest, 'emailAddress' | 'phoneNumber' | 'device'>
type Member = keyof Addresses
type TextMember = Exclude<Member, 'device'>

interface Needed {
  readonly member: TextMember
  readonly given: 'emailAddress' | 'mobilePhoneNumber'
  readonly namespace: string
  readonly wrong: string
  read(text: string, country: string | null): string | undefined
}

const NEEDED: Readonly<Record<Exclude<CampaignChannel, 'push'>, Needed>> = {
  email: {
    ...{
      member: 'emailAddress',
      given: 'emailAddress',
      namespace: 'email',
      wrong: 'is not an email address',
    },
    read: text => (parseAddress(text) === undefined ? undefined : text),
  },
  sms: {
    ...{
      member: 'phoneNumber',
      given: 'mobilePhoneNumber',
      namespace: 'phone',
      wrong: 'is no phone number with its country code',
    },
    read: (text, country) => parsePhone(text, country ?? undefined),
  },
}

const refuse = (pointer: string, message: string): Fault =>
  new Fault('payload_invalid', { problems: [{ pointer, message }] })

/** Whom a test goes to. `channelData`: the address, whatever the sample data have. */
export interface TestAddress {
  readonly userId: string
  readonly namespace: string
  readonly channelData: NonNullable<Recipient['channelData']>
}

const deviceAddress = ({ device }: Addresses): TestAddress => {
  if (device === undefined) throw refuse('/device', 'is missing')
  return { userId: 'test-device', namespace: 'ecid', channelData: { pushInfo: normalizeDevice(device) } }
}

const textAddress = (
  { member, namespace, wrong, read, given: name }: Needed,
  given: Addresses,
  country: string | null,
): TestAddress => {
  const text = given[member]
  if (text === undefined) throw refuse(`/${member}`, 'is missing')
  const userId = read(text, country)
  if (userId === undefined) throw refuse(`/${member}`, wrong)
  return { userId, namespace, channelData: { [name]: userId } }
}

/** Whom a test goes to; throws when the member is missing, wrong, or of another channel. */
export const testAddress = (
  channel: CampaignChannel,
  given: Addresses,
  country: string | null,
): TestAddress => {
  const needed = channel === 'push' ? 'device' : NEEDED[channel].member
  const other = (Object.keys(given) as Member[]).find(one => one !== needed && given[one] !== undefined)
  if (other !== undefined) throw refuse(`/${other}`, `is no address of the channel ${channel}`)
  return channel === 'push' ? deviceAddress(given) : textAddress(NEEDED[channel], given, country)
}

/** The address as the channel of a configuration has it. */
export const addressOfTest = ({ userId, channelData }: TestAddress): string => {
  if (!('pushInfo' in channelData)) return userId
  const { appID: appId, platform, token } = channelData.pushInfo
  return JSON.stringify([{ appId, platform, token }])
}
