/** The call that triggers a campaign: its URL, headers and a body with every variable that the content uses. */
import type { CampaignChannel, CampaignProperties, TriggerSample } from '@carillon/contract'
import { type FragmentLibrary, samplePayload } from '@carillon/template'
import { compileContent } from '../content/content.ts'
import { withoutMailLinks } from '../content/mail-links.ts'
import { mergeAttributes } from '../profiles/attributes.ts'
import { kindOf } from './trigger.ts'

/** Who is asked to call, with which credentials; placeholders where they are not known. */
export interface SampleCaller {
  readonly publicUrl: string
  readonly organization: string
  readonly sandboxName: string
  readonly clientId?: string
  readonly token?: string
}

/** What the sample is made for. */
export interface SampleFor {
  readonly campaignId: string
  readonly properties: CampaignProperties
  readonly requestId: string
  readonly fragments: FragmentLibrary
}

const EXAMPLES: Readonly<Record<string, string>> = { email: 'ada@example.com', phone: '+31201234567' }

// Within single quotes a shell reads everything as it stands, the quote itself apart.
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const toCurl = (url: string, headers: Readonly<Record<string, string>>, body: object): string =>
  [
    `curl -X POST ${quote(url)}`,
    ...Object.entries(headers).map(([name, value]) => `  -H ${quote(`${name}: ${value}`)}`),
    `  -d ${quote(JSON.stringify(body, null, 2))}`,
  ].join(' \\\n')

/** The paths that a caller fills: those the content uses, its own links apart; empty when the content has errors. */
export const variablesOf = (
  properties: CampaignProperties,
  fragments: FragmentLibrary,
): { readonly paths: string[]; readonly payload: ReturnType<typeof samplePayload> } => {
  const compiled = compileContent(properties, { fragments })
  if (!compiled.ok) return { paths: [], payload: samplePayload([]) }
  const variables = withoutMailLinks(compiled.content.variables)
  return { paths: [...new Set(variables.map(variable => variable.path))], payload: samplePayload(variables) }
}

// The address that a call may bring along, where the identity is none of the channel's.
const CALL_ADDRESS: Readonly<Record<CampaignChannel, { namespace: string; channelData: object }>> = {
  email: { namespace: 'email', channelData: { emailAddress: 'ada@example.com' } },
  sms: { namespace: 'phone', channelData: { mobilePhoneNumber: '+31201234567' } },
  push: {
    namespace: '',
    channelData: { pushInfo: { appID: 'com.example.app', platform: 'fcm', token: 'TOKEN' } },
  },
}

type Payload = ReturnType<typeof variablesOf>['payload']

// A high-throughput call knows no profile: the address comes with the call, the content has the context alone.
const sampleRecipient = (properties: CampaignProperties, payload: Payload): object => {
  const namespace = properties.identityNamespace
  const address = CALL_ADDRESS[properties.channel]
  // The devices of a person whom we know are the person's.
  const isAddressed =
    namespace.toLowerCase() === address.namespace ||
    (properties.channel === 'push' && !properties.highThroughput)
  const profile = properties.highThroughput ? {} : mergeAttributes(payload.profile, properties.sample.profile)
  const context = mergeAttributes(payload.context, properties.sample.context)
  return {
    type: properties.highThroughput ? 'external' : 'aep',
    userId: EXAMPLES[namespace.toLowerCase()] ?? 'customer-1',
    namespace,
    ...(isAddressed ? {} : { channelData: address.channelData }),
    ...(Object.keys(profile).length > 0 ? { profile } : {}),
    ...(Object.keys(context).length > 0 ? { context } : {}),
  }
}

/** Makes the sample. Values come from the campaign's own sample payload where it has them. */
export const triggerSample = (campaign: SampleFor, caller: SampleCaller): TriggerSample => {
  const { properties } = campaign
  const { paths, payload } = variablesOf(properties, campaign.fragments)
  const route = kindOf(properties)
  const url = `${caller.publicUrl}/ajo/im/executions/${route}`
  const headers = {
    authorization: `Bearer ${caller.token ?? 'ACCESS_TOKEN'}`,
    'x-api-key': caller.clientId ?? 'CLIENT_ID',
    'x-gw-ims-org-id': caller.organization,
    'x-sandbox-name': caller.sandboxName,
    'content-type': 'application/json',
  }
  const { requestId, campaignId } = campaign
  const context = mergeAttributes(payload.context, properties.sample.context)
  const body =
    route === 'audience'
      ? { requestId, campaignId, ...(Object.keys(context).length > 0 ? { context } : {}) }
      : { requestId, campaignId, recipients: [sampleRecipient(properties, payload)] }
  return { url, headers, body, curl: toCurl(url, headers, body), variables: paths }
}
