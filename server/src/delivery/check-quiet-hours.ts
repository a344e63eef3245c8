/** Check: is it quiet where the person is, by a rule of the campaign? Then the message waits for the end, or is discarded. */
import { MAX_QUIET_WAIT_DAYS } from '@carillon/contract'
import { type Zone, zoneOf } from '@carillon/template'
import { isQuiet, quietUntil } from '../rules/calendar.ts'
import type { QuietRule } from '../rules/in-force.ts'
import { type Asked, type Check, isMarketing, type Objection } from './check.ts'

const LONGEST_MS = MAX_QUIET_WAIT_DAYS * 86_400_000
/** What waits for one end is let go over so long, not in one instant. */
const SPREAD_MS = 120_000

interface Applied {
  readonly rule: QuietRule
  readonly zone: Zone
}

// Who has no zone of their own is under no rule that asks for it.
const appliedTo = ({ version, attributes }: Asked): Applied[] => {
  const own = attributes['timeZone']
  return version.rules.quiet.flatMap(rule => {
    const zone = rule.zone ?? (typeof own === 'string' ? zoneOf(own) : undefined)
    return zone === undefined ? [] : [{ rule, zone }]
  })
}

// Until no rule is quiet any more: where one ends, another may begin.
const endOf = (applied: readonly Applied[], now: Date): Date => {
  let end = now
  for (let before: Date | undefined; before !== end && end.getTime() - now.getTime() <= LONGEST_MS; ) {
    before = end
    for (const { rule, zone } of applied) end = quietUntil(rule.spans, zone, end)
  }
  return end
}

// The last digits of an id are random, and the same at every look.
const spreadMs = (messageId: string): number =>
  Math.floor((Number.parseInt(messageId.slice(-8), 16) / 2 ** 32) * SPREAD_MS)

const out = (applied: readonly Applied[]): Objection => ({
  kind: 'excluded',
  reason: 'quiet_hours',
  detail: applied.map(({ rule }) => rule.name).join(', '),
})

// Undefined: it would be too late then.
const waitFor = (end: Date, { messageId, expiresAt, now }: Asked): Objection | undefined => {
  const last = expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt.getTime()
  if (end.getTime() - now.getTime() > LONGEST_MS || end.getTime() >= last) return undefined
  const spread = messageId === undefined ? 0 : spreadMs(messageId)
  // The spread must not be what makes a message expire.
  const until = new Date(end.getTime() + Math.min(spread, (last - end.getTime()) / 2))
  return { kind: 'wait', reason: 'quiet_hours_wait', until }
}

const objectionTo = (one: Asked): Objection | undefined => {
  const quiet = appliedTo(one).filter(({ rule, zone }) => isQuiet(rule.spans, zone, one.now))
  if (quiet.length === 0) return undefined
  const discarding = quiet.filter(({ rule }) => rule.action === 'discard')
  if (discarding.length > 0) return out(discarding)
  const queueing = appliedTo(one).filter(({ rule }) => rule.action === 'queue')
  return waitFor(endOf(queueing, one.now), one) ?? out(quiet)
}

/** AJO 050002 for what is discarded, or would wait for more than a week or past its expiry. */
export const quietHoursCheck: Check = {
  name: 'quiet hours',
  load: async () => one =>
    isMarketing(one) && one.version.rules.quiet.length > 0 ? objectionTo(one) : undefined,
}
