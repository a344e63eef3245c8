/** How two people become one: whose attributes win, and that no refusal is lost. Pure. */
import {
  type AttributePolicy,
  type Identity,
  MAX_PUSH_DEVICES,
  type MergeDifference,
} from '@carillon/contract'
import { isTree, put, type Tree } from '../lib/tree.ts'
import { mergeAttributes, valueAt } from './attributes.ts'
import { type NamespaceFacts, rankOf } from './namespaces.ts'
import { deviceKey } from './push-token.ts'
import { isRefusal } from './refusal.ts'

/** A person before a merge. */
export interface MergeSide {
  readonly id: string
  readonly attributes: Tree
  readonly modifiedAt: Date
  readonly identities: readonly Identity[]
}

/** What decides between two people; `namespaces` with their priorities. */
export interface MergePolicy {
  readonly attributes: AttributePolicy
  readonly namespaces: readonly NamespaceFacts[]
}

const newer = (a: MergeSide, b: MergeSide): MergeSide =>
  a.modifiedAt.getTime() === b.modifiedAt.getTime()
    ? a.id < b.id
      ? a
      : b
    : a.modifiedAt > b.modifiedAt
      ? a
      : b

/** The one whose values win: the more recently modified, or who has the identity of the namespace that comes first. */
export const preferred = (a: MergeSide, b: MergeSide, policy: MergePolicy): MergeSide => {
  if (policy.attributes === 'newest') return newer(a, b)
  const [first, second] = [a, b].map(side => rankOf(side.identities, policy.namespaces)) as [number, number]
  return first === second ? newer(a, b) : first < second ? a : b
}

// At every place where a choice stands, a refusal wins with all that stands beside it (its time, its reason).
const mergeChoices = (winner: unknown, other: unknown): unknown => {
  if (!isTree(winner) || !isTree(other)) return isTree(other) || winner === undefined ? other : winner
  const yields = isRefusal(valueAt(other, 'val')) && !isRefusal(valueAt(winner, 'val'))
  const [first, second] = yields ? [other, winner] : [winner, other]
  const merged: Record<string, unknown> = {}
  for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
    const [here, there] = [valueAt(first, name), valueAt(second, name)]
    const value = isTree(here) || isTree(there) ? mergeChoices(here, there) : (here ?? there)
    if (value !== undefined) put(merged, name, value)
  }
  return merged
}

const isDenied = (device: unknown): boolean => isTree(device) && valueAt(device, 'denylisted') === true

// The devices of both; one that either has on its deny list is on that of both.
const mergeDevices = (winner: unknown, other: unknown): unknown => {
  if (!Array.isArray(winner) || !Array.isArray(other)) return winner ?? other
  const byKey = new Map<string, unknown>()
  for (const device of [...winner, ...other] as unknown[]) {
    const key = deviceKey(device)
    const known = byKey.get(key)
    if (known === undefined) byKey.set(key, device)
    else if (isTree(known) && isDenied(device)) byKey.set(key, { ...known, denylisted: true })
  }
  return [...byKey.values()].slice(0, MAX_PUSH_DEVICES)
}

const APART = { consents: mergeChoices, pushNotificationDetails: mergeDevices }

/**
 * The attributes of both: the winner's laid over the other's. Apart from that a refusal wins over every yes, and the
 * push devices are those of both.
 */
export const mergePair = (winner: Tree, other: Tree): Record<string, unknown> => {
  const merged = mergeAttributes(other, winner)
  for (const [name, merge] of Object.entries(APART)) {
    const value = merge(valueAt(winner, name), valueAt(other, name))
    if (value !== undefined) put(merged, name, value)
  }
  return merged
}

/** Two people made one: the first, with everything of both. */
export const joinPair = (
  kept: MergeSide,
  other: MergeSide,
  policy: MergePolicy,
): { readonly side: MergeSide; readonly preferred: string } => {
  const wins = preferred(kept, other, policy)
  return {
    preferred: wins.id,
    side: {
      id: kept.id,
      attributes: mergePair(wins.attributes, (wins === kept ? other : kept).attributes),
      modifiedAt: new Date(Math.max(kept.modifiedAt.getTime(), other.modifiedAt.getTime())),
      identities: [...kept.identities, ...other.identities],
    },
  }
}

const MOST_DIFFERENCES = 500

const leaves = (tree: Tree, path: readonly string[] = []): [string[], unknown][] =>
  Object.entries(tree).flatMap(([name, value]): [string[], unknown][] =>
    isTree(value) && Object.keys(value).length > 0
      ? leaves(value, [...path, name])
      : [[[...path, name], value]],
  )

const byPath = (tree: Tree): ReadonlyMap<string, readonly [string[], unknown]> =>
  new Map(leaves(tree).map(([path, value]) => [JSON.stringify(path), [path, value]]))

/** The values on which two people differ, and what becomes of each; null: there is none. The first 500. */
export const differencesOf = (into: Tree, from: Tree, merged: Tree): MergeDifference[] => {
  const sides = [into, from, merged].map(byPath)
  const keys = [...new Set(sides.flatMap(side => [...side.keys()]))]
  return keys
    .flatMap((key): MergeDifference[] => {
      const path = sides.map(side => side.get(key)?.[0]).find(one => one !== undefined) ?? []
      const [a, b, result] = sides.map(side => side.get(key)?.[1] ?? null)
      return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ path, into: a, from: b, result }]
    })
    .slice(0, MOST_DIFFERENCES)
}
