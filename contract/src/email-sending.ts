/** What a channel configuration says about each mail beside its content: sender, header, copies, links. */
import { type Static, Type } from 'typebox'
import { LiveCheck } from './dkim.ts'
import { DeviceToRegister } from './push.ts'
import { choice, closed, Id, Instant, listOf, nullable } from './shapes.ts'

/** At most so many parameters on each link, and so many bytes in the value of one. */
export const MAX_URL_PARAMETERS = 10
export const MAX_URL_PARAMETER_BYTES = 5_120
/** At most so many addresses in a seed list. */
export const MAX_SEEDS = 300
/** At most so many transports in a group, and so many fallbacks behind the first choice. */
export const MAX_GROUP_TRANSPORTS = 20
export const MAX_FALLBACKS = 5
/** At most so many fields that a configuration adds to the header, with names of so many characters. */
export const MAX_HEADER_FIELDS = 20
export const MAX_HEADER_NAME = 60
/** The longest name of a parameter of links. */
export const MAX_PARAMETER_NAME = 100
/** The longest personalised text of a configuration. */
export const MAX_SENDING_TEMPLATE = 2_000
/** At most so many addresses that get a copy of a mail. */
export const MAX_COPIES = 5

const Template = Type.String({ maxLength: MAX_SENDING_TEMPLATE })
const Host = Type.String({ minLength: 3, maxLength: 253 })

/** A field of the header; the value is personalised, the name is not. */
export const HeaderField = closed({
  name: Type.String({ minLength: 1, maxLength: MAX_HEADER_NAME }),
  value: Template,
})
/** What is added to every http(s) link of the content; the value is personalised. */
export const UrlParameter = closed({
  name: Type.String({ minLength: 1, maxLength: MAX_PARAMETER_NAME }),
  value: Type.String({ maxLength: MAX_URL_PARAMETER_BYTES }),
})
/** What is added to every link. */
export type UrlParameter = Static<typeof UrlParameter>
/** A domain that mail may be from, with the host that its links lead to; null: the configuration's. */
export const SendingDomain = closed({ domain: Host, linkHost: nullable(Host) })
/**
 * The domain of From by person: `expression` gives one of `domains`. A mail for which it gives none of them is not sent.
 */
export const DynamicDomain = closed({
  expression: Template,
  domains: Type.Array(SendingDomain, { minItems: 1, maxItems: 50 }),
})
/** The domain of From by person. */
export type DynamicDomain = Static<typeof DynamicDomain>

/**
 * What every configuration says of itself. `labels` are for people to find it by. `category`: the campaigns that may use it;
 * null: both.
 */
export const ABOUT_CONFIGURATION = {
  description: Type.String({ maxLength: 2_000 }),
  category: nullable(choice(['transactional', 'marketing'])),
  labels: Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 20, uniqueItems: true }),
  transportGroupId: nullable(Id),
} as const
/** What it is where nobody said anything. */
export const ABOUT_CONFIGURATION_DEFAULTS = {
  description: '',
  category: null,
  labels: [] as string[],
  transportGroupId: null,
} as const satisfies { [K in keyof typeof ABOUT_CONFIGURATION]: Static<(typeof ABOUT_CONFIGURATION)[K]> }

/**
 * The members of an email configuration that are about single mails. Texts with placeholders are personalised; one that comes out
 * empty keeps the mail from that person, except for `cc`. `cc` names up to five addresses, separated by commas; what is none is
 * left out. `bcc` are fixed.
 * `linkHost`: the host of unsubscribe links, which has to lead to this instance; null: the instance's own address.
 */
export const EMAIL_SENDING = {
  replyToName: nullable(Template),
  senderName: nullable(Template),
  senderAddress: nullable(Template),
  headers: Type.Array(HeaderField, { maxItems: MAX_HEADER_FIELDS }),
  cc: nullable(Template),
  bcc: Type.Array(Type.String({ minLength: 3, maxLength: 320 }), { maxItems: MAX_COPIES, uniqueItems: true }),
  urlParameters: Type.Array(UrlParameter, { maxItems: MAX_URL_PARAMETERS }),
  linkHost: nullable(Host),
  dynamicDomain: nullable(DynamicDomain),
  seedListId: nullable(Id),
} as const

/** What they are where nobody said anything. */
export const EMAIL_SENDING_DEFAULTS = {
  replyToName: null,
  senderName: null,
  senderAddress: null,
  headers: [] as Static<typeof HeaderField>[],
  cc: null,
  bcc: [] as string[],
  urlParameters: [] as UrlParameter[],
  linkHost: null,
  dynamicDomain: null,
  seedListId: null,
} as const satisfies { [K in keyof typeof EMAIL_SENDING]: Static<(typeof EMAIL_SENDING)[K]> }

/** The states of a configuration. Only an active one can be chosen for a campaign that is activated. */
export const CONFIGURATION_STATUSES = ['draft', 'active', 'failed', 'deactivated'] as const
/** A configuration's status. */
export type ConfigurationStatus = (typeof CONFIGURATION_STATUSES)[number]

/** `POST /api/v1/channel-configurations/{id}/submit`. `force`: active whatever the checks find. */
export const ConfigurationSubmit = closed({ force: Type.Optional(Type.Boolean({ default: false })) })
/** The body that submits a configuration. */
export type ConfigurationSubmit = Static<typeof ConfigurationSubmit>
/** The last live checks and when they were made; null: never. */
export const ConfigurationChecks = nullable(closed({ at: Instant, checks: Type.Array(LiveCheck) }))

/**
 * `POST /api/v1/channel-configurations/{id}/test`: a short message to one address, through the configuration's transports;
 * the address that its channel needs.
 */
export const ConfigurationTest = closed({
  emailAddress: Type.Optional(Type.String({ minLength: 3, maxLength: 320 })),
  phoneNumber: Type.Optional(Type.String({ minLength: 3, maxLength: 40 })),
  device: Type.Optional(DeviceToRegister),
})
/** The body of a test. */
export type ConfigurationTest = Static<typeof ConfigurationTest>
/** What a provider said, word for word. */
export const ProviderAnswer = closed({ ok: Type.Boolean(), code: Type.String(), answer: Type.String() })
/** What a provider said. */
export type ProviderAnswer = Static<typeof ProviderAnswer>

/** Addresses of one's own that get a copy of what a campaign sends, personalised as for one example person. */
export const SeedListWrite = closed({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  addresses: Type.Array(Type.String({ minLength: 3, maxLength: 320 }), { minItems: 1, maxItems: MAX_SEEDS }),
  profile: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  context: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
/** A seed list as written. */
export type SeedListWrite = Static<typeof SeedListWrite>
/** A seed list. */
export const SeedList = closed({
  id: Id,
  name: Type.String(),
  addresses: Type.Array(Type.String()),
  profile: Type.Record(Type.String(), Type.Unknown()),
  context: Type.Record(Type.String(), Type.Unknown()),
  createdAt: Instant,
  modifiedAt: Instant,
})
/** A seed list. */
export type SeedList = Static<typeof SeedList>
/** Seed lists, by name. */
export const SeedListList = listOf(SeedList)

/** Transports that share the mail of a configuration evenly, such as the addresses of a pool. */
export const TransportGroupWrite = closed({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  transportIds: Type.Array(Id, { minItems: 1, maxItems: MAX_GROUP_TRANSPORTS, uniqueItems: true }),
})
/** A group as written. */
export type TransportGroupWrite = Static<typeof TransportGroupWrite>
/** A group of transports. */
export const TransportGroup = closed({ id: Id, ...TransportGroupWrite.properties })
/** A group of transports. */
export type TransportGroup = Static<typeof TransportGroup>
/** Groups, by name. */
export const TransportGroupList = listOf(TransportGroup)
