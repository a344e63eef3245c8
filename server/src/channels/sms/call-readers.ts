/** Which reader the calls to a transport's address have, by its provider. A stand-in calls with the stand-in's secrets. */
import type { SettingsByProvider, TransportKind } from '@carillon/contract'
import { isSandboxTransport, providerOf } from '@carillon/contract'
import { STAND_IN_SMS } from '../sandbox/sms-accounts.ts'
import { hasToken, type SmsCallReader } from './callbacks.ts'
import { type CustomCallMap, customCalls } from './custom/calls.ts'
import { infobipCalls } from './infobip/calls.ts'
import { sinchCalls } from './sinch/calls.ts'
import { twilioCalls } from './twilio/calls.ts'

/** A transport as far as its calls need it: with its secrets. */
export interface CalledTransport extends Partial<SettingsByProvider> {
  readonly kind: TransportKind
}

const STAND_IN_MAP: CustomCallMap = {
  report: {
    ...{ referencePath: 'reference', statusPath: 'status', codePath: 'code' },
    ...{ deliveredStatuses: ['delivered'], failedStatuses: ['failed'] },
  },
  inbound: { idPath: 'id', fromPath: 'from', toPath: 'to', textPath: 'text', timePath: 'time' },
  signature: null,
}

const mapOf = (custom: SettingsByProvider['custom_sms']): CustomCallMap => ({
  report: custom.report,
  inbound: custom.inbound,
  signature: custom.signatureHeader
    ? { header: custom.signatureHeader, secret: custom.signatureSecret ?? '' }
    : null,
})

// The signature of a stand-in has a key that everybody knows: the secret in the address has to be there too.
const standInTwilio = (token: string): SmsCallReader => {
  const calls = twilioCalls(STAND_IN_SMS.twilio.authToken)
  return { ...calls, verify: call => (hasToken(call, token) ? calls.verify(call) : { genuine: false }) }
}

/** The reader; undefined: the transport is none of short messages. `token`: the secret in the address. */
export const callReader = (transport: CalledTransport, token: string): SmsCallReader | undefined => {
  switch (providerOf(transport.kind)) {
    case 'twilio':
      return isSandboxTransport(transport.kind)
        ? standInTwilio(token)
        : twilioCalls(transport.twilio?.authToken ?? '')
    case 'sinch':
      return sinchCalls({ secret: transport.sinch?.webhookSecret ?? '', token })
    case 'infobip':
      return infobipCalls(token)
    case 'custom_sms':
      return customCalls(
        transport.custom_sms === undefined ? STAND_IN_MAP : mapOf(transport.custom_sms),
        token,
      )
    default:
      return undefined
  }
}
