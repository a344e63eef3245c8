/** How many people a rule has, and some of them: exact when that is quick, else from a sample, and said so. */
import {
  type AudienceEstimate,
  type AudienceMember,
  type AudienceSample,
  SAMPLE_PEOPLE,
} from '@carillon/contract'
import { Fault } from '../lib/fault.ts'
import { findProfiles } from '../profiles/people.store.ts'
import type { AudienceAuthor } from './audiences.ts'
import { type CompiledRule, compileRule } from './compile.ts'
import { countPeople, countSample, type SampleCount, somePeople } from './estimate.store.ts'
import { inTime } from './in-time.ts'
import { listMembers } from './member.store.ts'
import { audiencesWithin, memberQuery } from './members.ts'
import { checkedRule } from './rule.ts'

const EXACT_MS = 2_000
const LAST_MS = 6_000
const SAMPLE_SIZE = 20_000

const orTooSlow = <T>(found: T | undefined): T => {
  if (found === undefined)
    throw new Fault('unavailable', {
      detail: 'The question took too long; make the rule narrower, or repeat it later.',
    })
  return found
}

type Compile = (each: boolean) => CompiledRule

const compilerOf = async (author: AudienceAuthor, given: unknown): Promise<Compile> => {
  const { pool, sandboxId, sandboxNow: now } = author
  const rule = checkedRule(given, '/rule')
  const audiences = await audiencesWithin(pool, sandboxId, rule)
  return each => compileRule(rule, { sandboxId, now, audiences, each })
}

/**
 * The estimate that a sample allows. 1.96 standard deviations are 19 of 20 cases; with few hits the rule of three is
 * the honest bound.
 */
export const fromSample = ({ fraction, sampled, hits }: SampleCount): AudienceEstimate => {
  const deviation = Math.sqrt(hits * (1 - fraction)) / fraction
  const error = fraction === 1 ? 0 : Math.ceil(Math.max(1.96 * deviation, 3 / fraction))
  return {
    count: Math.round(hits / fraction),
    exact: fraction === 1,
    error: fraction === 1 ? null : error,
    sampled: fraction === 1 ? null : sampled,
    of: fraction === 1 ? null : Math.round(sampled / fraction),
  }
}

/** How many people a rule has now. `exactMs`: how long the exact count may take before a sample has to do. */
export const estimateAudience = async (
  author: AudienceAuthor,
  rule: unknown,
  exactMs = EXACT_MS,
): Promise<AudienceEstimate> => {
  const compile = await compilerOf(author, rule)
  const count = await inTime(author, exactMs, tx => countPeople(tx, compile(false)))
  if (count !== undefined) return { count, exact: true, error: null, sampled: null, of: null }
  return fromSample(
    orTooSlow(await inTime(author, LAST_MS, tx => countSample(tx, compile(true), SAMPLE_SIZE))),
  )
}

/** Some people of a rule. */
export const sampleAudience = async (author: AudienceAuthor, rule: unknown): Promise<AudienceSample> => {
  const compile = await compilerOf(author, rule)
  const look = (ms: number, each: boolean) =>
    inTime(author, ms, tx => somePeople(tx, compile(each), SAMPLE_PEOPLE))
  const ids = orTooSlow((await look(EXACT_MS, false)) ?? (await look(LAST_MS, true)))
  return { items: await findProfiles(author.pool, author.sandboxId, ids) }
}

/** A page of an audience's members; undefined: there is none of this id. */
export const membersPage = async (
  author: AudienceAuthor,
  id: string,
  page: { readonly limit: number; readonly after: string | null },
): Promise<AudienceMember[] | undefined> => {
  const { pool, sandboxId, sandboxNow: now } = author
  const query = await memberQuery(pool, { sandboxId, id, now })
  if (query === undefined) return undefined
  return orTooSlow(await inTime(author, LAST_MS, tx => listMembers(tx, query, page)))
}

const EMPTY_MS = 1_000

/** Whether nobody is in an audience now; undefined where that is not known within a second, or it cannot be asked. */
export const isAudienceEmpty = async (author: AudienceAuthor, id: string): Promise<boolean | undefined> => {
  const { pool, sandboxId, sandboxNow: now } = author
  try {
    const query = await memberQuery(pool, { sandboxId, id, now })
    if (query === undefined) return undefined
    const found = await inTime(author, EMPTY_MS, tx => listMembers(tx, query, { limit: 1, after: null }))
    return found === undefined ? undefined : found.length === 0
  } catch (error) {
    // What is wrong with the audience is told elsewhere.
    if (error instanceof Fault) return undefined
    throw error
  }
}
