/**
 * What a person chose, as the profile says it (XDM: `consents.marketing`, `consents.idSpecific`). Only a refusal blocks:
 * no value is consent (delivery-and-governance: consent). Pure.
 */
import { CONSENT_CHANNELS, type ConsentChannel, type ConsentValue } from '@carillon/contract'
import { mergeAttributes, valueAt } from '../profiles/attributes.ts'
import { isRefusal } from '../profiles/refusal.ts'

/** A choice of a person. */
export type Choice = ConsentValue

/** One address of record of a person, and the channel it is used for. */
export interface ChoiceOf {
  readonly channel: 'email' | 'sms' | 'push'
  readonly namespace: string
  readonly value: string
}

/** Where a choice stands in a profile: at a channel (`any`: all marketing), or at a channel of one address. */
export type ChoicePlace =
  | { readonly level: 'channel'; readonly channel: ConsentChannel }
  | {
      readonly level: 'identity'
      readonly channel: ConsentChannel
      readonly namespace: string
      readonly value: string
    }

type Tree = Readonly<Record<string, unknown>>

const treeOf = (value: unknown): Tree => (typeof value === 'object' && value !== null ? (value as Tree) : {})

const folded = (text: string): string => text.toLowerCase()

// Namespaces compare without case, and so do email addresses: a refusal of Ada@… is one of ada@….
const keysLike = (tree: unknown, name: string, fold: boolean): string[] => {
  const exact = Object.hasOwn(treeOf(tree), name) ? [name] : []
  const others = Object.keys(treeOf(tree)).filter(key => key !== name && folded(key) === folded(name))
  return fold ? [...exact, ...others] : exact
}

const isEmail = (namespace: string): boolean => folded(namespace) === 'email'

/** The `marketing` trees of one address; more than one when it is written in several ways. */
const ownMarketing = (consents: unknown, of: Pick<ChoiceOf, 'namespace' | 'value'>): unknown[] => {
  const all = valueAt(consents, 'idSpecific')
  return keysLike(all, of.namespace, true).flatMap(namespace => {
    const values = valueAt(all, namespace)
    return keysLike(values, of.value, isEmail(namespace)).map(value => valueAt(values, value, 'marketing'))
  })
}

/**
 * Whether the person refuses marketing on this channel: at all (`consents.marketing.any`), on the channel
 * (`consents.marketing.email.val`), or at this very address (`consents.idSpecific.<namespace>.<value>.marketing…`).
 */
export const refusesMarketing = (attributes: unknown, of: ChoiceOf): boolean => {
  const consents = valueAt(attributes, 'consents')
  return [valueAt(consents, 'marketing'), ...ownMarketing(consents, of)].some(
    marketing =>
      isRefusal(valueAt(marketing, 'any', 'val')) || isRefusal(valueAt(marketing, of.channel, 'val')),
  )
}

// What is there already is written where it stands, in whatever case.
const pathOf = (attributes: unknown, place: ChoicePlace): string[] => {
  if (place.level === 'channel') return ['consents', 'marketing', place.channel]
  const all = valueAt(attributes, 'consents', 'idSpecific')
  const [namespace = folded(place.namespace)] = keysLike(all, place.namespace, true)
  const [value = place.value] = keysLike(valueAt(all, namespace), place.value, isEmail(namespace))
  return ['consents', 'idSpecific', namespace, value, 'marketing', place.channel]
}

/** The value at a place; null: nothing was said there. */
export const choiceAt = (attributes: unknown, place: ChoicePlace): string | null => {
  const value = valueAt(attributes, ...pathOf(attributes, place), 'val')
  return typeof value === 'string' ? value : null
}

/** The attributes with a choice made at a moment. */
export const withChoice = (
  attributes: Tree,
  place: ChoicePlace,
  chosen: { readonly value: Choice; readonly now: Date },
): Record<string, unknown> => {
  const leaf: unknown = { val: chosen.value, time: chosen.now.toISOString() }
  const patch = pathOf(attributes, place).reduceRight<unknown>((inner, name) => ({ [name]: inner }), leaf)
  return mergeAttributes(attributes, treeOf(patch))
}

/** The choices that were made at single addresses. */
export const identityChoices = (
  attributes: unknown,
): { readonly namespace: string; readonly value: string; channel: ConsentChannel; choice: string }[] => {
  const all = valueAt(attributes, 'consents', 'idSpecific')
  return Object.entries(treeOf(all)).flatMap(([namespace, values]) =>
    Object.entries(treeOf(values)).flatMap(([value, own]) =>
      CONSENT_CHANNELS.flatMap(channel => {
        const choice = valueAt(own, 'marketing', channel, 'val')
        return typeof choice === 'string' ? [{ namespace, value, channel, choice }] : []
      }),
    ),
  )
}
