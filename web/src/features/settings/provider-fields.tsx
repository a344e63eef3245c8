/** The fields of each provider. A new provider has an entry here. */
import type { ProviderKind, SettingsByProvider } from '@carillon/contract'
import type { FunctionComponent } from 'react'
import { CustomSmsFields } from './CustomSmsFields.tsx'
import { PushTransportFields } from './PushTransportFields.tsx'
import { InfobipFields, SinchFields, TwilioFields } from './SmsTransportFields.tsx'
import { type FieldsProps, SendgridFields, SesFields, SmtpFields } from './TransportFields.tsx'

const FIELDS: { readonly [K in ProviderKind]: FunctionComponent<FieldsProps<SettingsByProvider[K]>> } = {
  smtp: SmtpFields,
  ses: SesFields,
  sendgrid: SendgridFields,
  twilio: TwilioFields,
  sinch: SinchFields,
  infobip: InfobipFields,
  custom_sms: CustomSmsFields,
  push: PushTransportFields,
}

/** The fields of a provider; the settings are its own. */
export const ProviderFields = ({
  provider,
  ...props
}: FieldsProps<SettingsByProvider[ProviderKind]> & { provider: ProviderKind }) => {
  const Fields = FIELDS[provider] as FunctionComponent<FieldsProps<SettingsByProvider[ProviderKind]>>
  return <Fields {...props} />
}
