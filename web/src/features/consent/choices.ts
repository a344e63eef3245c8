/** A person's choices as rows of one table, and the change that each row can make. Pure. */
import type { ConsentChange, ConsentEvent, ProfileConsent } from '@carillon/contract'
import type { Key, Language, Translate } from '../../i18n/translate.ts'
import type { Tone } from '../../ui/Chip.tsx'

/** One choice: what it is about, its value (null: nothing was said), and what a change of it names. */
export interface Choice {
  readonly key: string
  readonly name: string
  readonly value: string | null
  readonly change: Omit<ConsentChange, 'value'>
}

const REFUSALS: readonly (string | null)[] = ['n', 'dn']

/** How a value is shown. A topic is subscribed to, or not; nothing said of a channel keeps nothing back. */
export const shownAs = (value: string | null, isTopic: boolean): { key: Key; tone: Tone } => {
  if (isTopic && value === 'y') return { key: 'consent.subscribed', tone: 'green' }
  if (value === 'p') return { key: 'consent.pending', tone: 'amber' }
  if (isTopic) return { key: 'consent.unsubscribed', tone: 'grey' }
  if (value === null) return { key: 'consent.unsaid', tone: 'grey' }
  return REFUSALS.includes(value)
    ? { key: 'consent.refuse', tone: 'red' }
    : { key: 'consent.allow', tone: 'green' }
}

/** All choices of a person: channels, single addresses, topics. */
export const choicesOf = (consent: ProfileConsent, t: Translate, language: Language): Choice[] => [
  ...consent.channels.map(({ channel, value }) => ({
    key: channel,
    name: t(`consent.channel.${channel}`),
    value,
    change: { level: 'channel' as const, channel },
  })),
  ...consent.identities.map(({ namespace, value, channel, choice }) => ({
    key: JSON.stringify([namespace, value, channel]),
    name: `${t(`consent.channel.${channel}`)}: ${value}`,
    value: choice,
    change: { level: 'identity' as const, channel, identity: { namespace, value } },
  })),
  ...consent.topics.map(({ topicId, name, value }) => ({
    key: topicId,
    name: name[language] || name.en,
    value,
    change: { level: 'topic' as const, topicId },
  })),
]

/** What a piece of evidence is about, in the words of the choices. */
export const subjectOf = (event: ConsentEvent, choices: readonly Choice[], t: Translate): string => {
  const channel = event.channel === null ? '' : t(`consent.channel.${event.channel}`)
  if (event.level === 'channel') return channel
  if (event.identity !== null) return `${channel}: ${event.identity.value}`
  return choices.find(choice => choice.key === event.topicId)?.name ?? event.topicId ?? ''
}
