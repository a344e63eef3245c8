/** Taking an audience away: refused while a live campaign runs over it or another audience refers to it. */
import {
  type AudienceRecord,
  audiencesNaming,
  deleteAudience,
  lockAudience,
  lockAudiences,
  markArchived,
} from '../audiences/audience.store.ts'
import { type AudienceAuthor, getAudience, orNoAudience } from '../audiences/audiences.ts'
import { type Db, transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { liveCampaignsOf } from './audience-uses.store.ts'

const MOST_NAMED = 10

const sentenceOf = (names: readonly string[]): string => {
  const more = names.length - MOST_NAMED
  return `Used by ${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
}

const refuseUsed = async (tx: Db, author: AudienceAuthor, id: string): Promise<void> => {
  const { sandboxId, sandboxNow: now } = author
  const campaigns = await liveCampaignsOf(tx, { sandboxId, id, now })
  const audiences = await audiencesNaming(tx, sandboxId, id)
  const names = [
    ...campaigns.map(name => `the campaign "${name}"`),
    ...audiences.map(name => `the audience "${name}"`),
  ]
  if (names.length > 0) throw new Fault('resource_in_use', { detail: sentenceOf(names) })
}

const taken = (author: AudienceAuthor, id: string, deed: (tx: Db) => Promise<void>): Promise<void> =>
  transaction(author.pool, async tx => {
    await lockAudiences(tx, author.sandboxId)
    orNoAudience(await lockAudience(tx, author.sandboxId, id))
    await refuseUsed(tx, author, id)
    await deed(tx)
  })

/** Puts an audience away: it keeps its members, and nothing can use it until it is brought back. */
export const archiveAudience = async (author: AudienceAuthor, id: string): Promise<AudienceRecord> => {
  const change = { archivedAt: author.now, by: author.by, now: author.now }
  await taken(author, id, tx => markArchived(tx, id, change))
  return getAudience(author, id)
}

/** Removes an audience with its members. */
export const removeAudience = (author: AudienceAuthor, id: string): Promise<void> =>
  taken(author, id, tx => deleteAudience(tx, id))
