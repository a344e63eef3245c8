/** The accounts that the stand-ins of SMS providers know. They guard nothing: whoever reaches loopback may fill the Inbox. */
import type { CustomSmsOptions } from '../sms/custom/custom.ts'

/** By provider. */
export const STAND_IN_SMS = {
  twilio: { accountSid: 'ACcarillonsandbox', authToken: 'a stand-in needs no secret' },
  sinch: { region: 'eu', servicePlanId: 'carillon-sandbox', apiToken: 'a stand-in needs no secret' },
  infobip: { apiKey: 'a stand-in needs no secret' },
} as const

/** What the stand-in of a provider of one's own asks for. */
export const STAND_IN_CUSTOM_TOKEN = 'a stand-in needs no secret'

/** The settings of such a provider at an address. */
export const standInCustomSms = (
  endpoint: string,
): Omit<CustomSmsOptions, 'now' | 'connections' | 'callbackUrl'> => ({
  method: 'POST',
  url: `${endpoint}/custom/messages`,
  contentType: 'application/json',
  headers: {},
  payload:
    '{"from":"{{fromNumber}}","to":"{{toNumber}}","text":"{{message}}","reference":"{{reference}}","media":"{{mediaUrl}}","title":"{{mediaTitle}}","callback":"{{callbackUrl}}"}',
  auth: { kind: 'bearer', token: STAND_IN_CUSTOM_TOKEN },
  idPath: 'messages.0.id',
  errorPath: 'error',
})
