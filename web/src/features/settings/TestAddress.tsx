/** Where a test goes: an address of its channel, or a device. */
import type { CampaignChannel, ConfigurationTest } from '@carillon/contract'
import { TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { NO_DEVICE, type TestDevice, TestDeviceFields } from '../push/TestDeviceFields.tsx'

/** What is typed. */
export interface TestTo {
  readonly address: string
  readonly device: TestDevice
}
/** Nothing yet. */
export const NO_ADDRESS: TestTo = { address: '', device: NO_DEVICE }

/** How each channel asks for the address. */
const FIELDS = {
  email: { member: 'emailAddress', type: 'email', example: 'ada@example.com' },
  sms: { member: 'phoneNumber', type: 'tel', example: '+31612345678' },
} as const satisfies Record<Exclude<CampaignChannel, 'push'>, object>

/** The address as the API takes it. */
export const addressOf = (channel: CampaignChannel, { address, device }: TestTo): ConfigurationTest =>
  channel === 'push' ? { device } : { [FIELDS[channel].member]: address }

/** The field, or the fields of a device; `label` names the address. */
export const TestAddress = (props: {
  channel: CampaignChannel
  to: TestTo
  label: string
  description?: ReactNode
  onChange: (to: TestTo) => void
}) => {
  const { channel, to, onChange } = props
  if (channel === 'push')
    return <TestDeviceFields device={to.device} onChange={device => onChange({ ...to, device })} />
  const { type, example } = FIELDS[channel]
  return (
    <TextInput
      key={channel}
      type={type}
      required
      maxLength={320}
      label={props.label}
      description={props.description}
      placeholder={example}
      miw={220}
      style={{ flexGrow: 1 }}
      value={to.address}
      onChange={event => onChange({ ...to, address: event.currentTarget.value })}
    />
  )
}
