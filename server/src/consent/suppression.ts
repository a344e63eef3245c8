/** The two lists as people change them. A call is whole or refused. It does not know who asks the lists before sending. */
import { MAX_ALLOWED_ENTRIES, type SuppressionType } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import {
  countSuppressions,
  deleteSuppression,
  type Listed,
  listedAmong,
  type ManualEntry,
  type SuppressionKey,
  type SuppressionRecord,
  upsertManual,
} from './suppression.store.ts'
import { lockAllowedList } from './suppression-setting.store.ts'
import { listedValue } from './suppression-value.ts'

/** Who changes a list, in which sandbox, now. */
export interface ListAuthor {
  readonly pool: pg.Pool
  readonly sandboxId: string
  readonly by: string
  readonly now: Date
  readonly newId: () => string
}

/** What somebody asks to be added; `by` says on whose behalf, if it is not the author. */
export interface EntryWish {
  readonly type: SuppressionType
  readonly value: string
  readonly comment?: string | undefined
  readonly by?: string | undefined
}

/** The sentence for a value that is none. */
export const notListable = (type: SuppressionType): string =>
  type === 'email' ? 'is not an email address' : 'is not a domain'

/** Of these values, those that an allowed list has no room for. The transaction keeps others out of the list. */
export const withoutRoom = async (
  tx: pg.PoolClient,
  listed: Listed,
  values: readonly string[],
): Promise<ReadonlySet<string>> => {
  if (listed.list === 'client') return new Set()
  await lockAllowedList(tx, listed.sandboxId)
  const known = await listedAmong(tx, listed, values)
  const room = Math.max(0, MAX_ALLOWED_ENTRIES - (await countSuppressions(tx, listed)))
  return new Set(values.filter(value => !known.has(value)).slice(room))
}

// What is wished twice counts once, as it was wished last. `pointerOf` says where a wish stands in the request.
const readWishes = (
  author: ListAuthor,
  wishes: readonly EntryWish[],
  pointerOf: (index: number) => string,
): ManualEntry[] => {
  const entries = new Map<string, ManualEntry>()
  const problems = wishes.flatMap(({ type, value: text, comment = '', by = author.by }, index) => {
    const value = listedValue(type, text)
    if (value === undefined) return [{ pointer: pointerOf(index), message: notListable(type) }]
    entries.set(value, { id: author.newId(), type, value, comment, by })
    return []
  })
  if (problems.length > 0) throw new Fault('payload_invalid', { problems: problems.slice(0, 50) })
  return [...entries.values()]
}

/** Adds entries, all or none, and answers them in the order of the wishes. */
export const addEntries = async (
  author: ListAuthor,
  list: Listed['list'],
  ask: { readonly wishes: readonly EntryWish[]; readonly pointerOf: (index: number) => string },
): Promise<SuppressionRecord[]> => {
  const entries = readWishes(author, ask.wishes, ask.pointerOf)
  const listed = { sandboxId: author.sandboxId, list }
  return transaction(author.pool, async tx => {
    const values = entries.map(entry => entry.value)
    if ((await withoutRoom(tx, listed, values)).size > 0)
      throw new Fault('list_full', {
        detail: `An allowed list has at most ${MAX_ALLOWED_ENTRIES} entries.`,
      })
    const written = await upsertManual(tx, listed, { entries, now: author.now })
    const byValue = new Map(written.map(entry => [entry.value, entry]))
    return entries.flatMap(entry => byValue.get(entry.value) ?? [])
  })
}

/** Removes an entry with all that counts against its address; 404 when there is none. */
export const removeEntry = async (
  author: Pick<ListAuthor, 'pool' | 'sandboxId'>,
  list: Listed['list'],
  key: SuppressionKey,
): Promise<void> => {
  const gone = await deleteSuppression(author.pool, { sandboxId: author.sandboxId, list }, key)
  if (gone === undefined) throw missingEntry()
}

/** 404 for an entry. */
export const missingEntry = (): Fault =>
  new Fault('not_found', { detail: 'There is no such entry on this list.' })
