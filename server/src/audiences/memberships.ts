/** In which audiences one person is now: what the person's page shows. */
import type { AudienceRule, Membership } from '@carillon/contract'
import { Fault } from '../lib/fault.ts'
import { type AudienceRecord, listAudiences } from './audience.store.ts'
import type { AudienceAuthor } from './audiences.ts'
import { type CompiledRule, compileRule, type KnownAudience } from './compile.ts'
import { inTime } from './in-time.ts'
import { audiencesWithin } from './members.ts'
import { extrasOfPerson, isOfRules } from './membership.store.ts'

const EACH_MS = 1_000
const TOO_SLOW = 'The rule took too long to look at.'

/** One audience that was looked at; `membership` null: the person is not in it. */
export interface LookedAt {
  readonly audienceId: string
  readonly membership: Membership | null
}

type Answer = Pick<Membership, 'extra' | 'problem'> | null
type RuleAudience = AudienceRecord & { readonly rule: AudienceRule }

// Rules of one statement: so few that a slow one among them does not cost much, and none of a size that plans for long.
const MOST_RULES = 25
const MOST_TEXT = 50_000

const IS_IN: Answer = { extra: null, problem: null }

// A rule that refers to something gone says nothing of the person, and neither does one that is too slow.
const problemOf = (error: unknown): string => {
  if (error instanceof Fault && error.code === 'resource_state') return error.message
  throw error
}

interface Work {
  readonly author: AudienceAuthor
  readonly profileId: string
  /** All that the rules name. */
  readonly known: ReadonlyMap<string, KnownAudience>
  readonly answers: Map<string, Answer>
}

interface Statement {
  readonly values: unknown[]
  readonly rules: (Pick<CompiledRule, 'joins' | 'where'> & { readonly audience: RuleAudience })[]
  size: number
}

const newStatement = ({ author, profileId }: Work): Statement => ({
  values: [author.sandboxId, profileId],
  rules: [],
  size: 0,
})

// What says nothing of anybody leaves the statement as it was.
const add = ({ author, known, answers }: Work, into: Statement, audience: RuleAudience): void => {
  const { sandboxId, sandboxNow: now } = author
  const { id, name, rule } = audience
  const before = into.values.length
  try {
    const facts = { sandboxId, now, audiences: known, each: true, values: into.values }
    const { joins, where } = compileRule(rule, facts, { id, name, rule })
    into.rules.push({ joins, where, audience })
    into.size += joins.length + where.length
  } catch (error) {
    into.values.length = before
    answers.set(id, { extra: null, problem: problemOf(error) })
  }
}

const statementsOf = (work: Work, audiences: readonly RuleAudience[]): Statement[] => {
  const statements: Statement[] = []
  for (const audience of audiences) {
    let last = statements.at(-1)
    if (last === undefined || last.rules.length >= MOST_RULES || last.size >= MOST_TEXT) {
      last = newStatement(work)
      statements.push(last)
    }
    add(work, last, audience)
  }
  return statements.filter(one => one.rules.length > 0)
}

const ask = async (work: Work, { rules, values }: Statement): Promise<void> => {
  const found = await inTime(work.author, EACH_MS, tx => isOfRules(tx, rules, values))
  for (const [index, { audience }] of rules.entries()) {
    if (found !== undefined) {
      if (found[index]) work.answers.set(audience.id, IS_IN)
      continue
    }
    if (rules.length === 1) {
      work.answers.set(audience.id, { extra: null, problem: TOO_SLOW })
      continue
    }
    // One of them is slow: each for itself, so that the others are answered.
    const alone = newStatement(work)
    add(work, alone, audience)
    await ask(work, alone)
  }
}

const byRule = async (
  author: AudienceAuthor,
  audiences: readonly RuleAudience[],
  profileId: string,
): Promise<ReadonlyMap<string, Answer>> => {
  if (audiences.length === 0) return new Map()
  const all = { kind: 'or' as const, rules: audiences.map(one => one.rule) }
  const known = await audiencesWithin(author.pool, author.sandboxId, all)
  const work = { author, profileId, known, answers: new Map<string, Answer>() }
  for (const statement of statementsOf(work, audiences)) await ask(work, statement)
  return work.answers
}

const answers = async (
  author: AudienceAuthor,
  audiences: readonly AudienceRecord[],
  profileId: string,
): Promise<Answer[]> => {
  const uploads = audiences.filter(one => one.rule === null).map(one => one.id)
  const extras = await extrasOfPerson(author.pool, profileId, uploads)
  const ruled = await byRule(
    author,
    audiences.flatMap(one => (one.rule === null ? [] : [{ ...one, rule: one.rule }])),
    profileId,
  )
  return audiences.map(({ id, rule }) => {
    if (rule !== null) return ruled.get(id) ?? null
    const extra = extras.get(id)
    return extra === undefined ? null : { extra, problem: null }
  })
}

/** Looks at so many audiences, newest first, archived ones left out; one more than `limit` when there are more. */
export const membershipsPage = async (
  author: AudienceAuthor,
  profileId: string,
  page: { readonly limit: number; readonly after: string | null },
): Promise<LookedAt[]> => {
  const { pool, sandboxId } = author
  const audiences = await listAudiences(pool, { sandboxId, ...page, search: undefined, archived: false })
  const found = await answers(author, audiences, profileId)
  return audiences.map(({ id: audienceId, name, kind }, index) => {
    const answer = found[index] ?? null
    return { audienceId, membership: answer && { audienceId, name, kind, ...answer } }
  })
}
