/**
 * Choices within a profile's attributes (XDM: `consents.marketing`, `consents.idSpecific`), as whoever writes attributes
 * changes them: what cannot be a choice, and which choices differ between two trees. Pure.
 */
import { CONSENT_CHANNELS, CONSENT_VALUES, type ConsentChannel, type ConsentSource } from '@carillon/contract'
import type { Problem } from '../lib/fault.ts'
import { isTree, type Tree } from '../lib/tree.ts'
import { valueAt } from './attributes.ts'
import type { Circumstances, ConsentEventRecord } from './consent-event.store.ts'

const VALUES: readonly unknown[] = CONSENT_VALUES

const step = (pointer: string, name: string): string =>
  `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined

// What is there must be an object; null takes away what was there.
const within = (
  tree: unknown,
  pointer: string,
  look: (tree: Tree) => readonly Problem[],
): readonly Problem[] => {
  if (isAbsent(tree)) return []
  return isTree(tree) ? look(tree) : [{ pointer, message: 'must be an object' }]
}

const marketingProblems = (marketing: unknown, pointer: string): readonly Problem[] =>
  within(marketing, pointer, channels =>
    CONSENT_CHANNELS.flatMap(channel => {
      const at = step(pointer, channel)
      return within(valueAt(channels, channel), at, choice => {
        const value = valueAt(choice, 'val')
        if (isAbsent(value) || VALUES.includes(value)) return []
        return [{ pointer: `${at}/val`, message: `must be one of ${CONSENT_VALUES.join(', ')}` }]
      })
    }),
  )

const identityProblems = (all: unknown, pointer: string): readonly Problem[] =>
  within(all, pointer, namespaces =>
    Object.entries(namespaces).flatMap(([namespace, values]) =>
      within(values, step(pointer, namespace), own =>
        Object.entries(own).flatMap(([value, choices]) => {
          const at = step(step(pointer, namespace), value)
          return within(choices, at, tree => marketingProblems(valueAt(tree, 'marketing'), `${at}/marketing`))
        }),
      ),
    ),
  )

/** What within attributes to be written stands where a choice does and is none. */
export const consentProblems = (attributes: Tree): readonly Problem[] =>
  Object.hasOwn(attributes, 'consents')
    ? within(attributes['consents'], '/attributes/consents', consents => [
        ...marketingProblems(valueAt(consents, 'marketing'), '/attributes/consents/marketing'),
        ...identityProblems(valueAt(consents, 'idSpecific'), '/attributes/consents/idSpecific'),
      ])
    : []

type Place = Pick<ConsentEventRecord, 'level' | 'channel' | 'namespace' | 'identityValue'>

/** A choice that differs. */
export type ChangedChoice = Place & Pick<ConsentEventRecord, 'before' | 'after'>

interface Found extends Place {
  readonly value: string
}

const choicesOf = (marketing: unknown, place: Omit<Place, 'channel'>): Found[] =>
  CONSENT_CHANNELS.flatMap((channel: ConsentChannel) => {
    const value = valueAt(marketing, channel, 'val')
    return typeof value === 'string' ? [{ ...place, channel, value }] : []
  })

const keyOf = ({ channel, namespace, identityValue }: Place): string =>
  JSON.stringify([channel, namespace, identityValue])

const allChoices = (consents: unknown): Map<string, Found> => {
  const all = valueAt(consents, 'idSpecific')
  const own = Object.entries(isTree(all) ? all : {}).flatMap(([namespace, values]) =>
    Object.entries(isTree(values) ? values : {}).flatMap(([identityValue, tree]) =>
      choicesOf(valueAt(tree, 'marketing'), {
        level: 'identity',
        namespace: namespace.toLowerCase(),
        identityValue,
      }),
    ),
  )
  const channels = choicesOf(valueAt(consents, 'marketing'), {
    level: 'channel',
    namespace: null,
    identityValue: null,
  })
  return new Map([...channels, ...own].map(one => [keyOf(one), one]))
}

/** The choices that differ between the attributes before and after a change. */
export const changedChoices = (before: Tree, after: Tree): ChangedChoice[] => {
  const [was, is] = [valueAt(before, 'consents'), valueAt(after, 'consents')]
  // A merge keeps what it does not touch: most changes touch no choice, and cost nothing here.
  if (was === is) return []
  const [old, fresh] = [allChoices(was), allChoices(is)]
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key): ChangedChoice[] => {
    const [from, to] = [old.get(key), fresh.get(key)]
    const place = to ?? from
    if (place === undefined || from?.value === to?.value) return []
    const { value: _, ...rest } = place
    return [{ ...rest, before: from?.value ?? null, after: to?.value ?? null }]
  })
}

/** Who changes people, from where and when. */
export interface TrailWriter {
  readonly sandboxId: string
  readonly by: string
  readonly source: ConsentSource
  readonly now: Date
  readonly newId: () => string
}

const UNKNOWN: Omit<Circumstances, 'source'> = {
  ...{ shown: null, shownVersion: null, language: null, ip: null },
  ...{ userAgent: null, messageId: null, campaignId: null },
}

/** The evidence of what a change of one person's attributes does to the choices in them. */
export const consentTrail = (
  { sandboxId, by, source, now, newId }: TrailWriter,
  profileId: string,
  change: { readonly before: Tree; readonly after: Tree },
): ConsentEventRecord[] =>
  changedChoices(change.before, change.after).map(changed => ({
    ...UNKNOWN,
    ...changed,
    ...{ id: newId(), sandboxId, profileId, topicId: null, source, by, at: now },
  }))
