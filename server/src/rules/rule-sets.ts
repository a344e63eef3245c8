/** Rule sets as people change them: drafts, activation and its limit, the global set that stays. */
import {
  MAX_ACTIVE_RULE_SETS,
  type Rule,
  type RuleSetCreate,
  type RuleSetPatch,
  type RuleWrite,
} from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { brokenUnique } from '../db/violations.ts'
import { Fault } from '../lib/fault.ts'
import { ruleProblems } from './check-rules.ts'
import {
  activeRuleSets,
  deleteRuleSet,
  findRuleSet,
  insertRuleSet,
  lockRuleSets,
  type RuleSetRecord,
  writeRuleSet,
} from './rule-set.store.ts'

/** Who changes rule sets, in which sandbox, now. */
export interface RuleAuthor {
  readonly pool: pg.Pool
  readonly sandboxId: string
  readonly by: string
  readonly now: Date
  readonly newId: () => string
}

const missing = (): Fault => new Fault('not_found', { detail: 'There is no such rule set in this sandbox.' })

const wrong = (pointer: string, message: string): Fault =>
  new Fault('payload_invalid', { problems: [{ pointer, message }] })

const wrongState = (detail: string): Fault => new Fault('resource_state', { detail })

/** A rule set of the author's sandbox; 404 when there is none. */
export const getRuleSet = async (author: RuleAuthor, id: string): Promise<RuleSetRecord> => {
  const set = await findRuleSet(author.pool, author.sandboxId, id)
  if (set === undefined) throw missing()
  return set
}

const withFreeName = async <T>(statement: Promise<T>): Promise<T> => {
  try {
    return await statement
  } catch (error) {
    if (!brokenUnique(error)?.endsWith('_name_key')) throw error
    throw new Fault('name_taken', {
      problems: [{ pointer: '/name', message: 'is already used in this sandbox' }],
      cause: error,
    })
  }
}

// A rule keeps its id as long as it is in the set: what its persons have had stays counted.
const withIds = (
  author: RuleAuthor,
  rules: readonly RuleWrite[],
  set: Pick<RuleSetRecord, 'global' | 'rules'>,
): Rule[] => {
  const problems = ruleProblems(rules, { global: set.global, known: new Set(set.rules.map(rule => rule.id)) })
  if (problems.length > 0) throw new Fault('payload_invalid', { problems: problems.slice(0, 50) })
  return rules.map(rule => ({ ...rule, id: rule.id?.toLowerCase() ?? author.newId() }) as Rule)
}

const refuseBlank = (name: string): void => {
  if (name.trim() === '') throw wrong('/name', 'must not be empty')
}

/** Makes a draft. */
export const createRuleSet = async (
  author: RuleAuthor,
  { name, description = '', rules: written = [] }: RuleSetCreate,
): Promise<RuleSetRecord> => {
  const { pool, sandboxId, by, now } = author
  refuseBlank(name)
  const rules = withIds(author, written, { global: false, rules: [] })
  const id = author.newId()
  const change = { id, sandboxId, name, description, status: 'draft', rules, by, now } as const
  await withFreeName(insertRuleSet(pool, change))
  return getRuleSet(author, id)
}

type Work = (tx: pg.PoolClient, set: RuleSetRecord) => Promise<void>

// All changes of a sandbox's sets follow each other: the limit of active ones holds, and no revision is lost.
const change = async (author: RuleAuthor, id: string, work: Work): Promise<void> => {
  await transaction(author.pool, async tx => {
    await lockRuleSets(tx, author.sandboxId)
    const set = await findRuleSet(tx, author.sandboxId, id)
    if (set === undefined) throw missing()
    await work(tx, set)
  })
}

/** Changes a set, the rules in whole; an active one is used as changed within seconds. A stale `revision` is refused. */
export const patchRuleSet = async (
  author: RuleAuthor,
  id: string,
  { revision, ...patch }: RuleSetPatch,
): Promise<RuleSetRecord> => {
  const { by, now } = author
  await change(author, id, async (tx, set) => {
    if (revision !== undefined && revision !== set.revision)
      throw new Fault('revision_stale', {
        detail: 'Somebody else changed this rule set; load it again before you save.',
      })
    const { name = set.name, description = set.description } = patch
    refuseBlank(name)
    if (set.global && name !== set.name) throw wrong('/name', 'of the global rule set cannot be changed')
    const rules = patch.rules === undefined ? set.rules : withIds(author, patch.rules, set)
    refuseEmpty(set.status === 'active' && !set.global ? rules : undefined)
    await withFreeName(writeRuleSet(tx, { ...set, name, description, rules, by, now }))
  })
  return getRuleSet(author, id)
}

const refuseEmpty = (rules: readonly Rule[] | undefined): void => {
  if (rules?.length === 0) throw wrong('/rules', 'of an active rule set must be at least one')
}

/** Puts a set in force for the campaigns that name it; at most ten custom ones are at once. An active one stays as it is. */
export const activateRuleSet = async (author: RuleAuthor, id: string): Promise<RuleSetRecord> => {
  const { by, now } = author
  await change(author, id, async (tx, set) => {
    if (set.status === 'active') return
    refuseEmpty(set.rules)
    const active = (await activeRuleSets(tx, author.sandboxId)).filter(one => !one.global)
    if (active.length >= MAX_ACTIVE_RULE_SETS)
      throw wrongState(`At most ${MAX_ACTIVE_RULE_SETS} rule sets may be active; deactivate one first.`)
    await writeRuleSet(tx, { ...set, status: 'active', by, now })
  })
  return getRuleSet(author, id)
}

/** Takes a set out of force; what its rules have counted stays counted. A draft is refused, and so is the global set. */
export const deactivateRuleSet = async (author: RuleAuthor, id: string): Promise<RuleSetRecord> => {
  const { by, now } = author
  await change(author, id, async (tx, set) => {
    if (set.global) throw wrongState('The global rule set is always active; take its rules out instead.')
    if (set.status === 'draft') throw wrongState('A draft is not active.')
    if (set.status === 'active') await writeRuleSet(tx, { ...set, status: 'inactive', by, now })
  })
  return getRuleSet(author, id)
}

/** Removes a set that is not active; a campaign that still names it says so at its next activation. */
export const removeRuleSet = (author: RuleAuthor, id: string): Promise<void> =>
  change(author, id, async (tx, set) => {
    if (set.global) throw wrongState('The global rule set cannot be deleted; take its rules out instead.')
    if (set.status === 'active')
      throw wrongState('An active rule set cannot be deleted; deactivate it first.')
    await deleteRuleSet(tx, id)
  })
