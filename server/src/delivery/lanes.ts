/**
 * How lanes share a worker: none can starve another. Two rules: whoever is more urgent finds a free slot, because the
 * others may not take the last ones; and turns are shared by weight, so that even the least urgent lane goes on. Pure.
 */
import { LANES, type Lane } from '../messages/ledger.ts'

/** What a lane gets. `share` is the part of slots and window that it may fill at most. */
export interface LanePolicy {
  readonly weight: number
  readonly share: number
}

/** The policy of each lane. Weights are turns; a share below 1 leaves room for the lanes above. */
export const LANE_POLICY: Readonly<Record<Lane, LanePolicy>> = {
  transactional: { weight: 8, share: 1 },
  high_throughput: { weight: 4, share: 0.9 },
  marketing: { weight: 2, share: 0.8 },
}

/** A number for each lane. */
export type PerLane = Record<Lane, number>

/** Zero for each lane. */
export const perLane = (): PerLane => ({ transactional: 0, high_throughput: 0, marketing: 0 })

/** The most of `whole` (slots, window) that a lane may fill: at least 1, and never the last one if it must leave room. */
export const capOf = (lane: Lane, whole: number): number => {
  const { share } = LANE_POLICY[lane]
  return share >= 1 ? whole : Math.max(1, Math.min(whole - 1, Math.floor(whole * share)))
}

/**
 * How many a lane may take now: `used` is what each lane holds, `whole` what there is. Lanes with a lower share count
 * against those above only through what they may hold together, so a full marketing lane never blocks the others.
 */
export const roomOf = (lane: Lane, used: Readonly<PerLane>, whole: number): number => {
  const total = LANES.reduce((sum, one) => sum + used[one], 0)
  const { share } = LANE_POLICY[lane]
  const atOrBelow = LANES.filter(one => LANE_POLICY[one].share <= share).reduce(
    (sum, one) => sum + used[one],
    0,
  )
  return Math.max(0, Math.min(whole - total, capOf(lane, whole) - atOrBelow))
}

/** Takes turns by weight (smooth weighted round robin): over time each lane that wants gets its share of the turns. */
export interface Turns {
  /** Whose turn it is among the lanes that want one; undefined when none does. */
  next(wants: (lane: Lane) => boolean): Lane | undefined
}

/** Turns that begin with the most urgent lane. */
export const createTurns = (): Turns => {
  const credit = perLane()
  return {
    next: wants => {
      const asking = LANES.filter(wants)
      let best: Lane | undefined
      let total = 0
      for (const lane of asking) {
        credit[lane] += LANE_POLICY[lane].weight
        total += LANE_POLICY[lane].weight
        if (best === undefined || credit[lane] > credit[best]) best = lane
      }
      if (best !== undefined) credit[best] -= total
      return best
    },
  }
}
