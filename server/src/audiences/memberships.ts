/** In which audiences one person is now: what the person's page shows. */
import type { Membership } from '@carillon/contract'
import { Fault } from '../lib/fault.ts'
import { type AudienceRecord, listAudiences } from './audience.store.ts'
import type { AudienceAuthor } from './audiences.ts'
import { compileRule } from './compile.ts'
import { inTime } from './in-time.ts'
import { audiencesWithin } from './members.ts'
import { extrasOfPerson, isOfRule } from './membership.store.ts'

const EACH_MS = 1_000
const TOO_SLOW = 'The rule took too long to look at.'

/** One audience that was looked at; `membership` null: the person is not in it. */
export interface LookedAt {
  readonly audienceId: string
  readonly membership: Membership | null
}

type Answer = Pick<Membership, 'extra' | 'problem'> | null

// A rule that refers to something gone says nothing of the person, and neither does one that is too slow.
const problemOf = (error: unknown): string => {
  if (error instanceof Fault && error.code === 'resource_state') return error.message
  throw error
}

const byRule = async (
  author: AudienceAuthor,
  { id, name, rule }: AudienceRecord & { readonly rule: NonNullable<AudienceRecord['rule']> },
  profileId: string,
): Promise<Answer> => {
  const { pool, sandboxId, sandboxNow: now } = author
  try {
    const audiences = await audiencesWithin(pool, sandboxId, rule)
    const compiled = compileRule(rule, { sandboxId, now, audiences, each: true }, { id, name, rule })
    const isIn = await inTime(author, EACH_MS, tx => isOfRule(tx, compiled, profileId))
    if (isIn === undefined) return { extra: null, problem: TOO_SLOW }
    return isIn ? { extra: null, problem: null } : null
  } catch (error) {
    return { extra: null, problem: problemOf(error) }
  }
}

const answers = async (
  author: AudienceAuthor,
  audiences: readonly AudienceRecord[],
  profileId: string,
): Promise<Answer[]> => {
  const uploads = audiences.filter(one => one.rule === null).map(one => one.id)
  const extras = await extrasOfPerson(author.pool, profileId, uploads)
  const found: Answer[] = []
  for (const audience of audiences) {
    const { rule } = audience
    const extra = extras.get(audience.id)
    if (rule !== null) found.push(await byRule(author, { ...audience, rule }, profileId))
    else found.push(extra === undefined ? null : { extra, problem: null })
  }
  return found
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
