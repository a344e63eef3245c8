/** Who is in an audience now, as a query: whoever runs over the members pages through it. */
import type { AudienceRule } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { type AudienceRecord, findAudience, knownAudiences } from './audience.store.ts'
import { compileRule, type KnownAudience } from './compile.ts'

/** A query of all members: columns profile_id uuid, extra jsonb (null without an upload). `values` begin at $1. */
export interface MemberQuery {
  readonly text: string
  readonly values: readonly unknown[]
}

/** The audiences that a rule names itself. */
export const namedAudiences = (rule: AudienceRule): string[] => {
  if (rule.kind === 'audience') return [rule.audienceId]
  return 'rules' in rule ? rule.rules.flatMap(namedAudiences) : []
}

/** All audiences that a rule names, and those that these name; one that is gone or archived is not among them. */
export const audiencesWithin = async (
  db: Db,
  sandboxId: string,
  rule: AudienceRule,
): Promise<ReadonlyMap<string, KnownAudience>> => {
  const known = new Map<string, KnownAudience>()
  const asked = new Set<string>()
  let wanted = [...new Set(namedAudiences(rule))]
  while (wanted.length > 0) {
    for (const id of wanted) asked.add(id)
    const found = await knownAudiences(db, sandboxId, wanted)
    for (const one of found) known.set(one.id, one)
    const named = found.flatMap(one => (one.rule === null ? [] : namedAudiences(one.rule)))
    wanted = [...new Set(named)].filter(id => !asked.has(id))
  }
  return known
}

const queryOf = async (
  db: Db,
  audience: AudienceRecord,
  { sandboxId, now }: { sandboxId: string; now: Date },
): Promise<MemberQuery> => {
  const { id, name, rule } = audience
  if (rule === null)
    return {
      text: 'select am.profile_id, am.extra from audience_member am where am.audience_id = $1',
      values: [id],
    }
  const audiences = await audiencesWithin(db, sandboxId, rule)
  const { joins, where, values } = compileRule(rule, { sandboxId, now, audiences }, { id, name, rule })
  return {
    text: `select p.id as profile_id, null::jsonb as extra from profile p ${joins} where ${where}`,
    values,
  }
}

/**
 * The query of an audience as it stands at `now`; undefined: there is none in this sandbox. Throws a Fault when it
 * refers to something that is gone, and when the audience itself is archived.
 */
export const memberQuery = async (
  db: Db,
  audience: { readonly sandboxId: string; readonly id: string; readonly now: Date },
): Promise<MemberQuery | undefined> => {
  const found = await findAudience(db, audience.sandboxId, audience.id)
  if (found === undefined) return undefined
  if (found.archivedAt !== null)
    throw new Fault('resource_state', { detail: `The audience "${found.name}" is archived.` })
  return queryOf(db, found, audience)
}
