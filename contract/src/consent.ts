/** What people chose about marketing: choices, topics, and the evidence of every change. */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/** Values of a choice (XDM). `n` and `dn` refuse; all others, and none at all, do not. */
export const CONSENT_VALUES = ['y', 'n', 'p', 'u', 'dy', 'dn', 'LI', 'CT', 'CP', 'VI', 'PI'] as const
/** A choice of a person. */
export type ConsentValue = (typeof CONSENT_VALUES)[number]
/** What a choice is about; `any` is all marketing. */
export const CONSENT_CHANNELS = ['any', 'email', 'sms', 'push'] as const
/** What a choice is about. */
export type ConsentChannel = (typeof CONSENT_CHANNELS)[number]
/** A choice is about a channel, about a channel at one address, or about a topic. */
export const CONSENT_LEVELS = ['channel', 'identity', 'topic'] as const
/** The level of a choice. */
export type ConsentLevel = (typeof CONSENT_LEVELS)[number]
/** How a choice came in; `profile`: among attributes that were written, which proves no choice of the person. */
export const CONSENT_SOURCES = [
  'api',
  'profile',
  'preference_page',
  'one_click',
  'link',
  'import',
  'studio',
  'mailto',
  'provider',
  'sms',
] as const
/** How a choice came in. */
export type ConsentSource = (typeof CONSENT_SOURCES)[number]
/** What an unsubscribe by the mail program or by a link changes. */
export const UNSUBSCRIBE_LEVELS = ['channel', 'identity'] as const
/** What an unsubscribe changes. */
export type UnsubscribeLevel = (typeof UNSUBSCRIBE_LEVELS)[number]

const TopicKey = Type.String({ minLength: 1, maxLength: 100, pattern: '^[a-z0-9][a-z0-9_-]*$' })
const TopicName = closed({
  en: Type.String({ minLength: 1, maxLength: 200 }),
  nl: Type.String({ maxLength: 200 }),
})
const TopicDescription = closed({
  en: Type.String({ maxLength: 1_000 }),
  nl: Type.String({ maxLength: 1_000 }),
})

/** `POST /api/v1/topics`: a subscription list. Dutch texts may be empty: then the English ones are shown. */
export const TopicCreate = closed({
  key: TopicKey,
  name: TopicName,
  description: Type.Optional(TopicDescription),
  doubleOptIn: Type.Optional(Type.Boolean()),
})
/** The body that makes a topic. */
export type TopicCreate = Static<typeof TopicCreate>

/** `PATCH /api/v1/topics/{id}`: the key stays. */
export const TopicPatch = closed({
  name: Type.Optional(TopicName),
  description: Type.Optional(TopicDescription),
  doubleOptIn: Type.Optional(Type.Boolean()),
})
/** The body that changes a topic. */
export type TopicPatch = Static<typeof TopicPatch>

/** A topic. An archived one takes no subscriptions, and a campaign about it is sent to nobody. */
export const Topic = closed({
  id: Id,
  key: Type.String(),
  name: closed({ en: Type.String(), nl: Type.String() }),
  description: closed({ en: Type.String(), nl: Type.String() }),
  doubleOptIn: Type.Boolean(),
  archivedAt: nullable(Instant),
  createdAt: Instant,
  createdBy: Type.String(),
  modifiedAt: Instant,
  modifiedBy: Type.String(),
})
/** A topic. */
export type Topic = Static<typeof Topic>

/** Filters of the list: archived topics only, or those that are not; left out: all. */
export const TopicListQuery = listQuery({ archived: Type.Optional(Type.Boolean()) })
/** Topics, newest first. */
export const TopicList = listOf(Topic)

/** An address that a choice is about. */
export const ConsentIdentity = closed({
  namespace: Type.String({ minLength: 1, maxLength: 100 }),
  value: Type.String({ minLength: 1, maxLength: 512 }),
})

/**
 * `PUT /api/v1/profiles/{id}/consent`: one change. `channel` for the levels `channel` and `identity`, `identity` for
 * `identity`, `topicId` for `topic` (whose value is `y` or `n`). `shown` is what the person saw, kept as evidence.
 */
export const ConsentChange = closed({
  level: choice(CONSENT_LEVELS),
  channel: Type.Optional(choice(CONSENT_CHANNELS)),
  identity: Type.Optional(ConsentIdentity),
  topicId: Type.Optional(Id),
  value: choice(CONSENT_VALUES),
  shown: Type.Optional(Type.String({ maxLength: 5_000 })),
  shownVersion: Type.Optional(Type.String({ maxLength: 100 })),
  language: Type.Optional(Type.String({ maxLength: 35 })),
})
/** The body that changes one choice. */
export type ConsentChange = Static<typeof ConsentChange>

/**
 * One piece of evidence; it is never changed. `before` null: nothing was said before; `after` null: what was said was
 * taken away. `by` empty: the person.
 */
export const ConsentEvent = closed({
  id: Id,
  profileId: Id,
  level: choice(CONSENT_LEVELS),
  channel: nullable(choice(CONSENT_CHANNELS)),
  identity: nullable(ConsentIdentity),
  topicId: nullable(Id),
  before: nullable(Type.String()),
  after: nullable(Type.String()),
  source: choice(CONSENT_SOURCES),
  by: Type.String(),
  shown: nullable(Type.String()),
  shownVersion: nullable(Type.String()),
  language: nullable(Type.String()),
  ip: nullable(Type.String()),
  userAgent: nullable(Type.String()),
  messageId: nullable(Id),
  campaignId: nullable(Id),
  at: Instant,
})
/** One piece of evidence. */
export type ConsentEvent = Static<typeof ConsentEvent>
/** Evidence, newest first. */
export const ConsentEventList = listOf(ConsentEvent)
/** Filters of the evidence. */
export const ConsentEventListQuery = listQuery({
  profileId: Type.Optional(Type.String()),
  topicId: Type.Optional(Type.String()),
  source: Type.Optional(choice(CONSENT_SOURCES)),
})

/** What a person chose: by channel, by address, by topic; then the evidence, newest first. */
export const ProfileConsent = closed({
  profileId: Id,
  channels: Type.Array(closed({ channel: choice(CONSENT_CHANNELS), value: nullable(Type.String()) })),
  identities: Type.Array(
    closed({
      namespace: Type.String(),
      value: Type.String(),
      channel: choice(CONSENT_CHANNELS),
      choice: Type.String(),
    }),
  ),
  topics: Type.Array(
    closed({
      topicId: Id,
      key: Type.String(),
      name: closed({ en: Type.String(), nl: Type.String() }),
      archived: Type.Boolean(),
      value: nullable(choice(['y', 'n', 'p'])),
    }),
  ),
  events: ConsentEventList,
})
/** What a person chose. */
export type ProfileConsent = Static<typeof ProfileConsent>
/** The page of evidence. */
export const ProfileConsentQuery = listQuery({})

/**
 * What a change did. `confirmationUrl`: the topic asks for a second yes; send this link to the person, for whom the
 * subscription waits (`p`) until it is used.
 */
export const ConsentChanged = closed({ event: ConsentEvent, confirmationUrl: nullable(Type.String()) })
/** What a change did. */
export type ConsentChanged = Static<typeof ConsentChanged>

/** `POST /api/v1/profiles/{id}/preference-link`: the person's own preference page. */
export const PreferenceLink = closed({ url: Type.String() })
/** The person's own preference page. */
export type PreferenceLink = Static<typeof PreferenceLink>
