/** The dates of a campaign as they are kept, so that JavaScript and PostgreSQL read the same moment. Pure. */
import type { CampaignCreate } from '@carillon/contract'
import { Fault, type Problem } from '../lib/fault.ts'

type Schedule = Pick<CampaignCreate, 'startAt' | 'endAt'>

const MEMBERS = ['startAt', 'endAt'] as const
const EARLIEST_MS = 0
const LATEST_MS = Date.UTC(9999, 11, 31)

// Missing for a text that is no moment we can work with.
const toInstant = (text: string): string | undefined => {
  const ms = Date.parse(text)
  return ms >= EARLIEST_MS && ms <= LATEST_MS ? new Date(ms).toISOString() : undefined
}

/**
 * The same members with `startAt` and `endAt` in UTC. RFC 3339 allows what one of the two readers refuses (a leap
 * second, the year 0, an offset of 17 hours), and such a date in one campaign would break the list of all of them:
 * a moment that is none, or lies outside 1970 to 9999, is a `payload_invalid` with its pointer.
 */
export const withCanonicalDates = <T extends Schedule>(given: T): T => {
  const kept: Schedule = {}
  const problems: Problem[] = []
  for (const member of MEMBERS) {
    const text = given[member]
    if (text === undefined || text === null) continue
    const instant = toInstant(text)
    if (instant === undefined)
      problems.push({ pointer: `/${member}`, message: 'is not a moment between 1970 and 9999' })
    else kept[member] = instant
  }
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  return { ...given, ...kept }
}
