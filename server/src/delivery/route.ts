/** Which transport takes a message's next try. Pure. */

/** What the choice is made from. */
export interface RouteFacts {
  /** The transports of a configuration, first choice first; at least one. */
  readonly transportIds: readonly string[]
  /** Hand-overs so far. */
  readonly attempt: number
  /** Asked for one transport after the other until one may be used; see `Breakers`. */
  readonly openUntil: (transportId: string) => Date | undefined
}

/** A transport, or the moment to ask again because all are left alone. */
export type Route =
  | { readonly kind: 'use'; readonly transportId: string }
  | { readonly kind: 'wait'; readonly until: Date }

/** Each try goes to the next transport, around; one that is to be left alone is passed over. */
export const routeOf = ({ transportIds, attempt, openUntil }: RouteFacts): Route => {
  let earliest: Date | undefined
  for (let step = 0; step < transportIds.length; step += 1) {
    const transportId = transportIds[(attempt + step) % transportIds.length] ?? ''
    const until = openUntil(transportId)
    if (until === undefined) return { kind: 'use', transportId }
    if (earliest === undefined || until < earliest) earliest = until
  }
  if (earliest === undefined) throw new RangeError('a configuration has at least one transport')
  return { kind: 'wait', until: earliest }
}
