/** The last steps of preparing: render, with what content reaches loaded in one go for all, and sign. */

import type { StoredSigningKey } from '../campaigns/dkim-key.store.ts'
import { type DkimKey, SIGNATURE_ROOM } from '../channels/email/dkim/sign.ts'
import { type AttemptKey, feedbackKeyOf } from '../channels/email/verp.ts'
import type { RenderData } from '../content/email-content.ts'
import type { MailLinks } from '../content/mail-links.ts'
import { createReach, MOST_ROUNDS, TOO_MANY_ROUNDS, type Visit } from '../content/reach.ts'
import type { Clock } from '../lib/clock.ts'
import type { ClaimedMessage, MessageResult } from '../messages/ledger.ts'
import { withAllowedCopies } from './allowed-copies.ts'
import type { Prepared } from './line.ts'
import { unsubscribeHeaders } from './mail-links.ts'
import { personAskOf } from './person.ts'
import type { Place } from './place.ts'
import type { PrepareDeps } from './prepare.ts'
import { refused } from './refused.ts'
import { type Composition, compose, stateOfReason, toRenderedEmail } from './render.ts'
import { signed, signersOf } from './sign.ts'
import type { SendableVersion } from './versions.ts'

/** A message whose person and version are known. */
export interface Planned {
  readonly message: ClaimedMessage
  readonly version: SendableVersion
  readonly configuration: NonNullable<SendableVersion['configuration']>
  readonly ratePerSecond: number | null
  readonly address: string
  readonly data: RenderData
  readonly links: MailLinks | null
  /** What content is told: the sandbox's, which a test may have moved. */
  readonly clock: Clock
}

const MINUTE_MS = 60_000
// Rendering holds the event loop; a pause every so many messages lets answers of providers through.
const BREATH = 4

/** How far the clock of a message's sandbox is ahead of the machine's. */
export const aheadMs = ({ clock: machine }: PrepareDeps, { clock }: Pick<Planned, 'clock'>): number =>
  clock === machine ? 0 : clock.now().getTime() - machine.now().getTime()

/** A rendered message, and the keys that sign it. */
interface Rendered {
  readonly prepared: Prepared
  readonly keys: readonly DkimKey[]
}

/** A message that has its place. */
export interface PlacedMessage {
  readonly item: Planned
  readonly place: Place
}

interface Placed extends PlacedMessage {
  readonly keys: readonly StoredSigningKey[]
}

// The mark that follows gives the next number: nobody else changes it while the message is claimed.
const feedbackParts = (
  { addresses }: PrepareDeps,
  { message }: Planned,
  { links, configuration, sending }: Extract<Composition, { ok: true }>,
) => {
  const { bounceDomain: domain } = configuration
  const { messageId, generation, attempt, kind } = message
  const mailto = domain === null ? null : addresses.unsubscribeAddress(messageId, domain)
  const headers = unsubscribeHeaders(links, { kind, configuration, mailto })
  const hasCopies = sending.cc.length + sending.bcc.length > 0 ? ({ hasCopies: true } as const) : {}
  const of: AttemptKey = { messageId, generation, attempt: attempt + 1, ...hasCopies }
  const feedbackKey = feedbackKeyOf(of)
  if (domain === null) return { headers, feedbackKey }
  return { headers, feedbackKey, returnPath: addresses.verpAddress(of, domain) }
}

/** Undefined while something must be loaded first. */
const renderOne = (
  deps: PrepareDeps,
  { item, place, keys }: Placed,
  visit: Visit,
): Rendered | MessageResult | undefined => {
  const { message, version, address, data, links, clock } = item
  const tools = { clock, random: deps.random }
  const composed = compose(
    version,
    { address, data, links, outside: visit.outside, isTest: message.kind === 'test' },
    tools,
  )
  if (visit.missed()) return undefined
  if (!composed.ok) {
    const { reason, problem } = composed
    return refused(message, { state: stateOfReason(reason), reason }, problem)
  }
  const { configuration } = composed
  const metadata = visit.metadata()
  const kind = configuration.kinds.get(place.transportId)
  const signing = signersOf(keys, { from: composed.mail.from, kind })
  if (typeof signing === 'string')
    return refused(message, { state: 'failed', reason: 'dispatch_error' }, signing)
  const prepared: Prepared = {
    message,
    ...place,
    transports: configuration.transportIds.length,
    retryPeriodMs: configuration.retryMinutes * MINUTE_MS,
    metadata: Object.keys(metadata).length === 0 ? null : metadata,
    personal: personAskOf(message, version, aheadMs(deps, item)),
    rendered: toRenderedEmail(composed, {
      messageId: message.messageId,
      now: deps.clock.now(),
      sandboxName: configuration.sandboxName,
      ...feedbackParts(deps, item, composed),
      headroom: signing.length * SIGNATURE_ROOM,
    }),
  }
  return { prepared, keys: signing }
}

const signAll = (
  deps: PrepareDeps,
  rendered: readonly (Rendered | MessageResult)[],
): Promise<readonly (Prepared | MessageResult)[]> => {
  const now = deps.clock.now()
  return Promise.all(
    rendered.map(async one => {
      if (!('prepared' in one)) return one
      return { ...one.prepared, rendered: await signed(one.prepared.rendered, one.keys, now) }
    }),
  )
}

/** The keys of each sandbox of a batch. Rejects when the database is away. */
const keysOf = async (
  deps: PrepareDeps,
  sandboxIds: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredSigningKey[]>> => {
  const keys = new Map<string, readonly StoredSigningKey[]>()
  for (const id of new Set(sandboxIds)) keys.set(id, await deps.signingKeys(id))
  return keys
}

const breathe = async (index: number): Promise<void> => {
  if (index % BREATH === BREATH - 1) await new Promise(resolve => setImmediate(resolve))
}

/** Renders all; what misses something is rendered again when everything that was missed is loaded, in one go. */
const renderAll = async (
  deps: PrepareDeps,
  placed: readonly Placed[],
): Promise<readonly (Rendered | MessageResult)[]> => {
  const reach = createReach(deps.sources)
  const done: (Rendered | MessageResult)[] = []
  let waiting = placed
  for (let round = 1; waiting.length > 0 && round <= MOST_ROUNDS; round += 1) {
    const missed: Placed[] = []
    for (const [index, one] of waiting.entries()) {
      const outcome = renderOne(deps, one, reach.visit(one.item.version.sandboxId))
      if (outcome === undefined) missed.push(one)
      else done.push(outcome)
      await breathe(index)
    }
    if (missed.length > 0) await reach.load()
    waiting = missed
  }
  const givenUp = waiting.map(({ item }) =>
    refused(item.message, { state: 'failed', reason: 'render_error' }, TOO_MANY_ROUNDS),
  )
  return [...done, ...givenUp]
}

const allowed = async (
  { db }: PrepareDeps,
  rendered: readonly (Rendered | MessageResult)[],
): Promise<readonly (Rendered | MessageResult)[]> => {
  const mails = rendered.flatMap(one => ('prepared' in one ? [one.prepared] : []))
  const kept = (
    await withAllowedCopies(
      db,
      mails.map(({ message: { sandboxId }, rendered: email }) => ({ sandboxId, email })),
    )
  ).values()
  return rendered.map(one =>
    'prepared' in one
      ? { ...one, prepared: { ...one.prepared, rendered: kept.next().value ?? one.prepared.rendered } }
      : one,
  )
}

/** Renders and signs what has its place. Rejects when the database is away. */
export const renderPlaced = async (
  deps: PrepareDeps,
  placed: readonly PlacedMessage[],
): Promise<readonly (Prepared | MessageResult)[]> => {
  const keys = await keysOf(
    deps,
    placed.map(({ item }) => item.message.sandboxId),
  )
  const rendered = await renderAll(
    deps,
    placed.map(one => ({ ...one, keys: keys.get(one.item.message.sandboxId) ?? [] })),
  )
  return signAll(deps, await allowed(deps, rendered))
}
