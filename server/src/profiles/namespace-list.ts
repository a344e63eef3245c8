/** The list of namespaces: those with a priority in its order, behind them those that people have all the same, by code. */
import type { Namespace } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { namespacesInUse, readNamespaces, usedAmong } from './namespace.store.ts'
import { allNamespaces, type NamespaceFacts, unnamed } from './namespaces.ts'

interface Page {
  /** A place of the list as `placeOf` wrote it; null: from the start. */
  readonly after: string | null
  readonly limit: number
}

// `named PRIORITY CODE` or `unnamed CODE`: whoever is renamed or removed meanwhile moves nobody else out of the list.
const NAMED = /^named (\d{1,9}) (.+)$/su
const UNNAMED = /^unnamed (.+)$/su

/** Where a namespace stands in the list. */
export const placeOf = ({ code, priority, standard, written }: Namespace): string =>
  standard || written ? `named ${priority} ${code}` : `unnamed ${code}`

const comesAfter =
  (priority: number, code: string) =>
  (one: NamespaceFacts): boolean =>
    one.priority > priority || (one.priority === priority && one.code > code)

const foreign = (): Fault =>
  new Fault('payload_invalid', {
    problems: [{ pointer: '/cursor', message: 'is not a cursor of this list' }],
  })

const namedAfter = (known: readonly NamespaceFacts[], after: string | null): readonly NamespaceFacts[] => {
  if (after === null) return known
  if (UNNAMED.test(after)) return []
  const [, priority, code = ''] = NAMED.exec(after) ?? []
  if (priority === undefined) throw foreign()
  return known.filter(comesAfter(Number(priority), code))
}

/** Namespaces from a place on; one more than `limit` when there are more. Throws a Fault at a place that is none. */
export const listNamespaces = async (
  db: Db,
  sandboxId: string,
  { after, limit }: Page,
): Promise<Namespace[]> => {
  const known = allNamespaces(await readNamespaces(db, sandboxId))
  const named = namedAfter(known, after).slice(0, limit + 1)
  const codes = named.map(one => one.code)
  const used = new Set(await usedAmong(db, sandboxId, codes))
  const shown = named.map(one => ({ ...one, inUse: used.has(one.code) }))
  if (shown.length > limit) return shown
  const hasPlace = new Set(known.map(one => one.code))
  const found = await namespacesInUse(db, sandboxId, {
    after: UNNAMED.exec(after ?? '')?.[1] ?? '',
    limit: limit + 1 - shown.length + hasPlace.size,
  })
  const others = found.filter(code => !hasPlace.has(code)).map(unnamed)
  return [...shown, ...others].slice(0, limit + 1)
}
