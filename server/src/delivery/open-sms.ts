/** From stored transports of short messages to their channels. A stand-in's address names its sandbox: its Inbox is that one's. */
import type { CustomSmsSettings } from '@carillon/contract'
import type { TransportRow } from '../campaigns/transport.store.ts'
import { carrying } from '../channels/rendered.ts'
import { STAND_IN_SMS, standInCustomSms } from '../channels/sandbox/sms-accounts.ts'
import type { CustomAuth } from '../channels/sms/custom/auth.ts'
import {
  type CustomSmsOptions,
  checkCustomSms,
  createCustomSmsChannel,
} from '../channels/sms/custom/custom.ts'
import { checkInfobip, createInfobipChannel, type InfobipOptions } from '../channels/sms/infobip/infobip.ts'
import { checkSinch, createSinchChannel, type SinchOptions } from '../channels/sms/sinch/sinch.ts'
import { checkTwilio, createTwilioChannel, type TwilioOptions } from '../channels/sms/twilio/twilio.ts'
import { domainConnectionsOf, type OpenContext, type Opener, SLOTS } from './opener.ts'

const standIn = (row: TransportRow, { sinks }: OpenContext): string =>
  `http://127.0.0.1:${sinks.http}/sandbox/${encodeURIComponent(row.sandboxName)}`

// Members that are null are left out: adapters know no null.
type Given<T> = { [K in keyof T]?: Exclude<T[K], null> }
const given = <T extends object>(members: T): Given<T> =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== null && value !== undefined),
  ) as Given<T>

const shared = (
  row: TransportRow,
  context: OpenContext,
  pace: Pick<CustomSmsSettings, 'connections' | 'domainLimits'> | undefined,
): Pick<TwilioOptions, 'now' | 'connections' | 'countryConnections' | 'callbackUrl'> => {
  const callbackUrl = context.callbackUrl?.(row)
  return {
    now: context.now,
    connections: pace?.connections ?? SLOTS,
    countryConnections: domainConnectionsOf(pace ?? {}),
    ...(callbackUrl === undefined ? {} : { callbackUrl }),
  }
}

const twilioOptions = (row: TransportRow, context: OpenContext): TwilioOptions => {
  const { twilio } = row
  const more = shared(row, context, twilio)
  if (twilio === undefined) return { ...more, ...STAND_IN_SMS.twilio, endpoint: standIn(row, context) }
  const { accountSid, authToken, keySid, keySecret, messagingServiceSid, endpoint } = twilio
  const token = keySid ? keySecret : authToken
  return { ...more, accountSid, authToken: token ?? '', ...given({ keySid, messagingServiceSid, endpoint }) }
}

const sinchOptions = (row: TransportRow, context: OpenContext): SinchOptions => {
  const { sinch } = row
  const more = shared(row, context, sinch)
  if (sinch === undefined) return { ...more, ...STAND_IN_SMS.sinch, endpoint: standIn(row, context) }
  const { region, servicePlanId, apiToken, endpoint } = sinch
  return { ...more, region, servicePlanId, apiToken: apiToken ?? '', ...given({ endpoint }) }
}

const infobipOptions = (row: TransportRow, context: OpenContext): InfobipOptions => {
  const { infobip } = row
  const more = shared(row, context, infobip)
  if (infobip === undefined) return { ...more, ...STAND_IN_SMS.infobip, endpoint: standIn(row, context) }
  return { ...more, endpoint: infobip.endpoint.replace(/\/+$/, ''), apiKey: infobip.apiKey ?? '' }
}

const text = (value: string | null | undefined): string => value ?? ''

const authOf = ({ auth }: CustomSmsSettings): CustomAuth => {
  switch (auth.kind) {
    case 'none':
      return { kind: 'none' }
    case 'api_key':
      return { ...auth, value: text(auth.value) }
    case 'basic':
      return { ...auth, password: text(auth.password) }
    case 'bearer':
      return { ...auth, token: text(auth.token) }
    case 'mac':
      return { ...auth, token: text(auth.token), secret: text(auth.secret) }
    case 'oauth2':
      return { ...auth, clientSecret: text(auth.clientSecret), scope: text(auth.scope) }
    case 'jwt':
      return { ...auth, secret: text(auth.secret) }
  }
}

const customOptions = (row: TransportRow, context: OpenContext): CustomSmsOptions => {
  const { custom_sms: custom } = row
  const more = shared(row, context, custom)
  if (custom === undefined) return { ...more, ...standInCustomSms(standIn(row, context)) }
  const { method, url, contentType, headers, payload, certificate, key, ca } = custom
  const tls = given({ cert: certificate, key, ca })
  return {
    ...more,
    ...{ method, url, contentType, payload, auth: authOf(custom) },
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
    ...(custom.idPath === '' ? {} : { idPath: custom.idPath }),
    ...(custom.errorPath === '' ? {} : { errorPath: custom.errorPath }),
  }
}

/** The providers of short messages. */
export const OPEN_SMS = {
  twilio: {
    open: (row, context) => carrying('sms', createTwilioChannel(twilioOptions(row, context))),
    check: (row, context) => checkTwilio(twilioOptions(row, context)),
  },
  sinch: {
    open: (row, context) => carrying('sms', createSinchChannel(sinchOptions(row, context))),
    check: (row, context) => checkSinch(sinchOptions(row, context)),
  },
  infobip: {
    open: (row, context) => carrying('sms', createInfobipChannel(infobipOptions(row, context))),
    check: (row, context) => checkInfobip(infobipOptions(row, context)),
  },
  custom_sms: {
    open: (row, context) => carrying('sms', createCustomSmsChannel(customOptions(row, context))),
    check: (row, context) => checkCustomSms(customOptions(row, context)),
  },
} as const satisfies Record<string, Opener>
