/** What is wrong with the settings of a transport beyond their schema, with pointers. Pure. */
import {
  type CustomSmsSettings,
  type ProviderKind,
  providerOf,
  type TransportWrite,
} from '@carillon/contract'
import { compilePayload } from '../channels/sms/custom/payload.ts'
import type { Problem } from '../lib/fault.ts'

const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:\/\//i.test(text)

const endpointProblems = (kind: ProviderKind, settings: { readonly endpoint?: string | null }): Problem[] =>
  settings.endpoint && !isWebAddress(settings.endpoint)
    ? [{ pointer: `/${kind}/endpoint`, message: 'is not an http(s) address' }]
    : []

const customProblems = (custom: CustomSmsSettings): Problem[] => {
  const { url, contentType, payload, method, auth } = custom
  // Of a call without a body the address has to say everything.
  const compiled = compilePayload({ url, contentType, body: method === 'GET' ? '{}' : payload })
  const mistakes = compiled.ok ? [] : compiled.mistakes
  return [
    ...mistakes.map(({ member, message }) => ({ pointer: `/custom_sms/${member}`, message })),
    ...(auth.kind === 'oauth2' && !isWebAddress(auth.tokenUrl)
      ? [{ pointer: '/custom_sms/auth/tokenUrl', message: 'is not an http(s) address' }]
      : []),
  ]
}

/** Everything that is wrong; empty: it can be stored. */
export const transportProblems = (write: TransportWrite): Problem[] => {
  const kind = providerOf(write.kind ?? 'smtp')
  const settings = write[kind] as { readonly endpoint?: string | null } | undefined
  return [
    ...(settings === undefined ? [] : endpointProblems(kind, settings)),
    ...(write.custom_sms === undefined ? [] : customProblems(write.custom_sms)),
  ]
}
