/**
 * What the trigger and the workers ask of campaigns thousands of times a second: the state of a campaign, kept for
 * at most a second, and its versions, kept for good because they never change.
 */
import type { CampaignProperties } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { triggerTarget } from './campaign.store.ts'

/** The facts that decide whether a campaign can be triggered. */
export interface TriggerTarget {
  readonly campaignId: string
  readonly stoppedAt: Date | null
  readonly version: {
    readonly id: string
    readonly number: number | null
    readonly properties: CampaignProperties
  } | null
}

/** Campaign states by id. A change made through this process is seen at once, one made elsewhere within a second. */
export interface CampaignCache {
  target(sandboxId: string, campaignId: string): Promise<TriggerTarget | undefined>
  forget(campaignId: string): void
}

const FRESH_MS = 1_000
const MOST = 10_000

interface Entry {
  readonly readAt: number
  readonly target: Promise<TriggerTarget | undefined>
}

/** A cache over `triggerTarget`; concurrent questions share one query, unknown campaigns are not remembered. */
export const createCampaignCache = (db: Db, clock: Clock): CampaignCache => {
  const entries = new Map<string, Entry>()
  const byCampaign = new Map<string, Set<string>>()
  // Only its own entry: a later read under the same key stays.
  const drop = (key: string, campaignId: string, target: Entry['target']): void => {
    if (entries.get(key)?.target !== target) return
    entries.delete(key)
    const keys = byCampaign.get(campaignId)
    keys?.delete(key)
    if (keys?.size === 0) byCampaign.delete(campaignId)
  }
  const read = (key: string, sandboxId: string, campaignId: string): Promise<TriggerTarget | undefined> => {
    const target = triggerTarget(db, sandboxId, campaignId)
    entries.set(key, { readAt: clock.monotonicMs(), target })
    byCampaign.set(campaignId, (byCampaign.get(campaignId) ?? new Set()).add(key))
    target.then(
      found => found === undefined && drop(key, campaignId, target),
      () => drop(key, campaignId, target),
    )
    return target
  }
  return {
    target: (sandboxId, asked) => {
      const campaignId = asked.toLowerCase()
      const key = `${sandboxId} ${campaignId}`
      const entry = entries.get(key)
      if (entry !== undefined && clock.monotonicMs() - entry.readAt < FRESH_MS) return entry.target
      if (entries.size >= MOST) {
        entries.clear()
        byCampaign.clear()
      }
      return read(key, sandboxId, campaignId)
    },
    forget: campaignId => {
      for (const key of byCampaign.get(campaignId) ?? []) entries.delete(key)
      byCampaign.delete(campaignId)
    },
  }
}
