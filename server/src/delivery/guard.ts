/**
 * The runaway guard: counts messages as they are taken up, and holds a campaign that goes over a ceiling of its own,
 * until a person decides. It must never be the reason why mail stops for another cause: without a database it lets pass.
 */
import type { RunawayGuard } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { openHold } from '../messages/holds.store.ts'
import { type CampaignCount, countMessages, minuteOf, removeCountsBefore } from './guard.store.ts'

/** A message that is taken up for the first time. */
export interface GuardedMessage {
  readonly messageId: string
  readonly sandboxId: string
  readonly campaignId: string
  readonly guard: RunawayGuard
}

/** Counts messages against the ceilings of their campaigns. */
export interface Guard {
  /**
   * Counts messages taken up for the first time (attempt 0, generation 1, not released from hold), by campaign, against
   * the ceilings of their campaign; opens a `runaway` hold when one is passed. Returns the ids of messages that went over
   * (they must become held, reason runaway). Never throws: when the database is away it lets pass and logs.
   */
  check(batch: readonly GuardedMessage[]): Promise<ReadonlySet<string>>
}

/** What a guard needs. */
export interface GuardDeps {
  readonly db: pg.Pool
  readonly clock: Clock
  readonly newId: () => string
  readonly log: Log
}

/** A minute is a sudden rise only above so many. */
const RISE_LEAST = 100
const RISE_TIMES = 10
/** A campaign is known, and can rise suddenly, so long after the first minute that was counted. */
const KNOWN_AFTER_MS = 10 * 60_000
const MINUTES_OF_MEAN = 60
/** A day's sum needs a day of minutes; a second one for clocks that differ. */
const KEPT_MS = 2 * 86_400_000
const CLEAN_EVERY_MS = 3_600_000

/** A campaign's messages of one batch. Versions of one campaign may differ in their guards: the strictest holds. */
interface Group {
  readonly sandboxId: string
  readonly messageIds: string[]
  guard: RunawayGuard
}

const isGuarded = ({ perMinute, perDay, suddenRise }: RunawayGuard): boolean =>
  perMinute !== null || perDay !== null || suddenRise

const least = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b)

const strictest = (a: RunawayGuard, b: RunawayGuard): RunawayGuard => ({
  perMinute: least(a.perMinute, b.perMinute),
  perDay: least(a.perDay, b.perDay),
  perPersonPerDay: least(a.perPersonPerDay, b.perPersonPerDay),
  suddenRise: a.suddenRise || b.suddenRise,
})

const groupsOf = (batch: readonly GuardedMessage[]): Map<string, Group> => {
  const groups = new Map<string, Group>()
  for (const { messageId, sandboxId, campaignId, guard } of batch) {
    if (!isGuarded(guard)) continue
    const group = groups.get(campaignId)
    if (group === undefined) groups.set(campaignId, { sandboxId, messageIds: [messageId], guard })
    else {
      group.messageIds.push(messageId)
      if (group.guard !== guard) group.guard = strictest(group.guard, guard)
    }
  }
  return groups
}

/** A ceiling that was passed: by how many messages, and the sentence for the person who decides. */
export interface Excess {
  readonly over: number
  readonly detail: string
}

const risesFrom = (count: CampaignCount, now: Date): number | null => {
  const known = minuteOf(now).getTime() - count.firstMinute.getTime() >= KNOWN_AFTER_MS
  return known ? Math.max(RISE_LEAST, (RISE_TIMES * count.hourBefore) / MINUTES_OF_MEAN) : null
}

/**
 * The ceiling that was passed by most, if one was. `suddenRise` compares this minute with the mean of the sixty minutes
 * before it, in which a minute without messages counts as 0. It says nothing about a campaign whose first counted minute
 * is less than ten minutes ago (or that was silent for two days, as long as counts are kept): such a mean would make
 * every beginning a sudden rise.
 */
export const excessOf = (guard: RunawayGuard, count: CampaignCount, now: Date): Excess | undefined => {
  const mean = Math.round(count.hourBefore / MINUTES_OF_MEAN)
  const ceilings = [
    {
      ceiling: guard.perMinute,
      reached: count.minute,
      detail: `More than ${guard.perMinute} messages in one minute.`,
    },
    { ceiling: guard.perDay, reached: count.day, detail: `More than ${guard.perDay} messages in one day.` },
    {
      ceiling: guard.suddenRise ? risesFrom(count, now) : null,
      reached: count.minute,
      detail: `A sudden rise: ${count.minute} messages in one minute, after ${mean} a minute in the hour before.`,
    },
  ]
  return ceilings
    .map(({ ceiling, reached, detail }) => ({ over: Math.ceil(reached - (ceiling ?? reached)), detail }))
    .filter(({ over }) => over > 0)
    .sort((a, b) => b.over - a.over)[0]
}

const checkGroups = async (
  deps: GuardDeps,
  groups: ReadonlyMap<string, Group>,
  now: Date,
): Promise<Set<string>> =>
  transaction(deps.db, async tx => {
    const sizes = new Map([...groups].map(([id, group]) => [id, group.messageIds.length]))
    const over = new Set<string>()
    for (const count of await countMessages(tx, sizes, now)) {
      const group = groups.get(count.campaignId)
      const excess = group && excessOf(group.guard, count, now)
      if (group === undefined || excess === undefined) continue
      // The last ones of the batch are those that went over.
      for (const id of group.messageIds.slice(-excess.over)) over.add(id)
      await openHold(tx, {
        ...{ id: deps.newId(), sandboxId: group.sandboxId, kind: 'runaway', scope: 'campaign' },
        ...{ scopeId: count.campaignId, beforeId: null, detail: excess.detail, now, by: 'carillon' },
      })
    }
    return over
  })

/** One guard for a worker process. Campaigns without a ceiling cost nothing. */
export const createGuard = (deps: GuardDeps): Guard => {
  let cleanedAt = Number.NEGATIVE_INFINITY

  const clean = async (now: Date): Promise<void> => {
    if (deps.clock.monotonicMs() - cleanedAt < CLEAN_EVERY_MS) return
    cleanedAt = deps.clock.monotonicMs()
    await removeCountsBefore(deps.db, new Date(now.getTime() - KEPT_MS))
  }
  return {
    check: async batch => {
      const groups = groupsOf(batch)
      if (groups.size === 0) return new Set()
      const now = deps.clock.now()
      try {
        const over = await checkGroups(deps, groups, now)
        await clean(now).catch((error: unknown) =>
          deps.log.warn({ err: error }, 'old counts of the runaway guard cannot be removed'),
        )
        return over
      } catch (error) {
        deps.log.error({ err: error }, 'the runaway guard cannot count; messages pass unguarded')
        return new Set()
      }
    },
  }
}
