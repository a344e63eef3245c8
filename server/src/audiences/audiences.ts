/** Audiences as people change them: each call is whole or refused. It does not know who uses them. */
import type { AudienceCreate, AudiencePatch, AudienceRule } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { brokenUnique } from '../db/violations.ts'
import { Fault } from '../lib/fault.ts'
import {
  type AudienceRecord,
  findAudience,
  insertAudience,
  lockAudience,
  lockAudiences,
  markArchived,
  writeAudience,
} from './audience.store.ts'
import { compileRule, type KnownAudience } from './compile.ts'
import { audiencesWithin } from './members.ts'
import { checkedRule } from './rule.ts'

/** Who works on audiences, in which sandbox, now. `sandboxNow` is the time there, by which rules are read. */
export interface AudienceAuthor {
  readonly pool: pg.Pool
  readonly sandboxId: string
  readonly by: string
  readonly now: Date
  readonly sandboxNow: Date
  readonly newId: () => string
}

/** The audience, or 404. */
export const orNoAudience = (found: AudienceRecord | undefined): AudienceRecord => {
  if (found === undefined)
    throw new Fault('not_found', { detail: 'There is no such audience in this sandbox.' })
  return found
}

/** An audience of the author's sandbox; 404 when there is none. */
export const getAudience = async (author: AudienceAuthor, id: string): Promise<AudienceRecord> =>
  orNoAudience(await findAudience(author.pool, author.sandboxId, id))

const withFreeName = async (statement: Promise<void>): Promise<void> => {
  try {
    await statement
  } catch (error) {
    if (brokenUnique(error) !== 'audience_sandbox_id_name_key') throw error
    const problems = [{ pointer: '/name', message: 'is already used in this sandbox' }]
    throw new Fault('name_taken', { problems, cause: error })
  }
}

const asProblem = (error: unknown): unknown =>
  error instanceof Fault && error.code === 'resource_state'
    ? new Fault('payload_invalid', {
        detail: error.message,
        problems: [{ pointer: '/rule', message: error.message }],
      })
    : error

// What a rule names must be there, and must not lead back to it; compiling finds out.
const refuseBadReferences = async (
  tx: pg.PoolClient,
  author: AudienceAuthor,
  self: KnownAudience & { rule: AudienceRule },
): Promise<void> => {
  const { sandboxId, sandboxNow: now } = author
  const audiences = await audiencesWithin(tx, sandboxId, self.rule)
  try {
    compileRule(self.rule, { sandboxId, now, audiences }, self)
  } catch (error) {
    throw asProblem(error)
  }
}

const EVERYBODY: AudienceRule = { kind: 'and', rules: [] }

const ruleFor = (kind: AudienceRecord['kind'], rule: unknown): AudienceRule | null => {
  if (kind === 'rule') return checkedRule(rule ?? EVERYBODY, '/rule')
  if (rule === undefined) return null
  throw new Fault('payload_invalid', { problems: [{ pointer: '/rule', message: 'an upload has no rule' }] })
}

/** Makes an audience. A name that is taken, and a rule that names what is not there, are refused. */
export const createAudience = async (
  author: AudienceAuthor,
  { kind, name, description = '', rule: given }: AudienceCreate,
): Promise<AudienceRecord> => {
  const { sandboxId, by, now } = author
  const rule = ruleFor(kind, given)
  const id = author.newId()
  await transaction(author.pool, async tx => {
    await lockAudiences(tx, sandboxId)
    if (rule !== null) await refuseBadReferences(tx, author, { id, name, rule })
    await withFreeName(insertAudience(tx, { id, sandboxId, kind, name, description, rule, by, now }))
  })
  return getAudience(author, id)
}

const refuseStale = (revision: number | undefined, current: number): void => {
  if (revision !== undefined && revision !== current)
    throw new Fault('revision_stale', {
      detail: 'Somebody else changed the audience; load it again before you save.',
    })
}

/** Changes an audience. A stale revision, a taken name, and a rule that leads back to itself are refused. */
export const patchAudience = async (
  author: AudienceAuthor,
  id: string,
  patch: AudiencePatch,
): Promise<AudienceRecord> => {
  const { sandboxId, by, now } = author
  await transaction(author.pool, async tx => {
    await lockAudiences(tx, sandboxId)
    const audience = orNoAudience(await lockAudience(tx, sandboxId, id))
    refuseStale(patch.revision, audience.revision)
    const rule = patch.rule === undefined ? audience.rule : ruleFor(audience.kind, patch.rule)
    const { name = audience.name, description = audience.description } = patch
    if (rule !== null && patch.rule !== undefined) await refuseBadReferences(tx, author, { id, name, rule })
    await withFreeName(writeAudience(tx, { id, name, description, rule, by, now }))
  })
  return getAudience(author, id)
}

/** Brings an archived audience back, unless what it refers to is gone. */
export const unarchiveAudience = async (author: AudienceAuthor, id: string): Promise<AudienceRecord> => {
  await transaction(author.pool, async tx => {
    await lockAudiences(tx, author.sandboxId)
    const audience = orNoAudience(await lockAudience(tx, author.sandboxId, id))
    const { name, rule } = audience
    if (rule !== null) await refuseBadReferences(tx, author, { id, name, rule })
    await markArchived(tx, id, { archivedAt: null, by: author.by, now: author.now })
  })
  return getAudience(author, id)
}
