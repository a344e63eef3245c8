/**
 * Between govern and render: which transport takes a message, and when, under the rates that are set or were learned.
 * What has to wait longer than a moment waits in the ledger, with its moment leased, and is not rendered before.
 */
import type { SendingWay } from '../campaigns/configuration-settings.ts'
import type { Release } from '../messages/ledger.store.ts'
import { type ClaimedMessage, PACED_AHEAD_MS } from '../messages/ledger.ts'
import { LATE_MS } from './lines.ts'
import { type Limit, limitsOf, type Pacer } from './pace.ts'
import { routeOf } from './route.ts'

/** A message that may go, as far as its place needs it. */
export interface Placeable {
  readonly message: ClaimedMessage
  /** What providers limit by: the domain of a mail address, the country of a number. */
  readonly area: string
  readonly configuration: SendingWay
  /** The campaign's own rate. */
  readonly ratePerSecond: number | null
}

/** Where and when a message goes. `notBefore` null: nothing limits it. */
export interface Place {
  readonly transportId: string
  readonly domain: string
  readonly limits: readonly Limit[]
  readonly notBefore: Date | null
}

/** What places messages. */
export interface PlaceDeps {
  readonly pacer: Pick<Pacer, 'moments'>
  readonly openUntil: (transportId: string) => Date | undefined
  readonly now: () => Date
}

/** Every message either has a place or goes back, in the order given. */
export type Placement<T extends Placeable> =
  | { readonly kind: 'placed'; readonly item: T; readonly place: Place }
  | { readonly kind: 'back'; readonly release: Release }

/** The domain of an address, in lower case. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

// A message that waited in the ledger for its leased moment has it still, if it comes in time.
const leasedMoment = ({ reason, dueAt }: ClaimedMessage, now: Date): Date | undefined =>
  reason === 'paced' && now.getTime() - dueAt.getTime() <= LATE_MS ? dueAt : undefined

interface Routed<T extends Placeable> {
  readonly item: T
  readonly transportId: string
  readonly domain: string
  readonly limits: readonly Limit[]
}

/** The transports in a message's own order: those that share the mail begin with another one for each message. */
export const sharedOut = (
  { transportIds, sharing }: Pick<SendingWay, 'transportIds' | 'sharing'>,
  messageId: string,
): readonly string[] => {
  if (sharing <= 1) return transportIds
  const sharers = transportIds.slice(0, sharing)
  const first = Number.parseInt(messageId.slice(-6), 16) % sharers.length
  return [...sharers.slice(first), ...sharers.slice(0, first), ...transportIds.slice(sharing)]
}

const routeOne = <T extends Placeable>(item: T, deps: PlaceDeps): Routed<T> | Release => {
  const { message, area: domain, configuration } = item
  const route = routeOf({
    transportIds: sharedOut(configuration, message.messageId),
    attempt: message.attempt,
    openUntil: deps.openUntil,
  })
  if (route.kind === 'wait')
    return { messageId: message.messageId, dueAt: route.until, reason: 'breaker_open' }
  const { transportId } = route
  const limits = limitsOf({
    campaign: { id: message.campaignId, ratePerSecond: item.ratePerSecond },
    transportId,
    limits: configuration.limits.get(transportId),
    domain,
  })
  return { item, transportId, domain, limits }
}

/** Places a batch; one lease for all of it. Rejects when the database is away. */
export const placeAll = async <T extends Placeable>(
  items: readonly T[],
  deps: PlaceDeps,
): Promise<Placement<T>[]> => {
  const routed = items.map(item => routeOne(item, deps))
  const asking = routed.filter((one): one is Routed<T> => 'item' in one)
  const asked = deps.now()
  const fresh = asking.filter(one => leasedMoment(one.item.message, asked) === undefined)
  const leased = await deps.pacer.moments(fresh.map(one => one.limits))
  // Asked anew: what nothing limits has the moment of the lease, which must not look like one that lies ahead.
  const now = deps.now()
  const moments = new Map(fresh.map((one, index) => [one, leased[index] ?? now]))
  return routed.map((one): Placement<T> => {
    if (!('item' in one)) return { kind: 'back', release: one }
    const { item, transportId, domain, limits } = one
    const moment = moments.get(one) ?? item.message.dueAt
    const waitMs = moment.getTime() - now.getTime()
    if (waitMs > PACED_AHEAD_MS)
      return { kind: 'back', release: { messageId: item.message.messageId, dueAt: moment, reason: 'paced' } }
    const isPaced = waitMs > 0 || limits.some(limit => limit.ratePerSecond !== null)
    return {
      kind: 'placed',
      item,
      place: { transportId, domain, limits, notBefore: isPaced ? moment : null },
    }
  })
}
