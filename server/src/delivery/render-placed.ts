/** The last steps of preparing: render, with what content reaches loaded in one go for all, and sign. */

import type { StoredSigningKey } from '../campaigns/dkim-key.store.ts'
import { channelOf, type RenderedMessage } from '../channels/rendered.ts'
import { SHORT_LINK_DAYS, type ShortLink } from '../channels/sms/short-links.ts'
import { saveContacts } from '../consent/sms-opt-out.store.ts'
import type { RenderData } from '../content/email-content.ts'
import type { MailLinks } from '../content/mail-links.ts'
import { createReach, MOST_ROUNDS, TOO_MANY_ROUNDS, type Visit } from '../content/reach.ts'
import type { Clock } from '../lib/clock.ts'
import type { ClaimedMessage, MessageResult } from '../messages/ledger.ts'
import { saveShortLinks, shortLinksMade } from '../messages/short-link.store.ts'
import { saveLinks } from '../tracking/interaction.store.ts'
import { MOST_FROM_DATA } from '../tracking/link-book.ts'
import { saveMirrorPages } from '../tracking/mirror.store.ts'
import { packPage } from '../tracking/page-file.ts'
import { withAllowedCopies } from './allowed-copies.ts'
import type { Prepared } from './line.ts'
import { personAskOf } from './person.ts'
import type { Place } from './place.ts'
import type { PrepareDeps } from './prepare.ts'
import { refused } from './refused.ts'
import { compose, stateOfReason } from './render.ts'
import type { CountedShortLink } from './renderer.ts'
import type { SendableVersion } from './versions.ts'

/** A message whose person and version are known. */
export interface Planned {
  readonly message: ClaimedMessage
  readonly version: SendableVersion
  readonly configuration: NonNullable<SendableVersion['configuration']>
  readonly ratePerSecond: number | null
  readonly address: string
  readonly area: string
  readonly data: RenderData
  readonly links: MailLinks | null
  /** What content is told: the sandbox's, which a test may have moved. */
  readonly clock: Clock
}

const MINUTE_MS = 60_000
// Rendering holds the event loop; a pause every so many messages lets answers of providers through.
const BREATH = 2

/** How far the clock of a message's sandbox is ahead of the machine's. */
export const aheadMs = ({ clock: machine }: PrepareDeps, { clock }: Pick<Planned, 'clock'>): number =>
  clock === machine ? 0 : clock.now().getTime() - machine.now().getTime()

/** A rendered message; `sign` gives it signed, where it has to be. */
interface Rendered {
  readonly prepared: Prepared
  readonly sign: ((made: RenderedMessage) => Promise<RenderedMessage>) | undefined
  readonly mirror: string | null
  readonly shortLinks: readonly CountedShortLink[]
}

/** A message that has its place. */
export interface PlacedMessage {
  readonly item: Planned
  readonly place: Place
}

interface Placed extends PlacedMessage {
  readonly keys: readonly StoredSigningKey[]
  /** Short links of an earlier preparation. */
  readonly made: readonly ShortLink[]
}

/** Undefined while something must be loaded first. */
const renderOne = (
  deps: PrepareDeps,
  { item, place, keys, made }: Placed,
  visit: Visit,
): Rendered | MessageResult | undefined => {
  const { message, version, address, data, links, clock } = item
  const tools = { clock, random: deps.random, tracking: deps.tracking }
  const { messageId } = message
  const tracked = message.kind === 'test' ? null : { messageId, sentAt: deps.clock.now() }
  const to = {
    address,
    data,
    links,
    outside: visit.outside,
    message: tracked,
    publicUrl: deps.links.publicUrl,
    isTest: message.kind === 'test',
  }
  const composed = compose(version, to, tools)
  if (visit.missed()) return undefined
  if (!composed.ok) {
    const { reason, problem } = composed
    return refused(message, { state: stateOfReason(reason), reason }, problem)
  }
  const { configuration } = item
  const metadata = visit.metadata()
  const finished = composed.finish({
    message,
    transportKind: configuration.kinds.get(place.transportId),
    keys,
    addresses: deps.addresses,
    shortLinks: made,
    now: deps.clock.now(),
  })
  if ('problem' in finished)
    return refused(message, { state: 'failed', reason: 'dispatch_error' }, finished.problem)
  const prepared: Prepared = {
    message,
    transportId: place.transportId,
    domain: place.domain,
    limits: place.limits,
    notBefore: place.notBefore,
    transports: configuration.transportIds.length,
    retryPeriodMs: configuration.retryMinutes * MINUTE_MS,
    metadata: Object.keys(metadata).length === 0 ? null : metadata,
    personal: personAskOf(message, version, aheadMs(deps, item)),
    rendered: finished.rendered,
  }
  const { sign, shortLinks = [] } = finished
  return { prepared, sign, mirror: composed.mirror, shortLinks }
}

const signAll = (
  rendered: readonly (Rendered | MessageResult)[],
): Promise<readonly (Prepared | MessageResult)[]> =>
  Promise.all(
    rendered.map(async one => {
      if (!('prepared' in one)) return one
      return one.sign === undefined
        ? one.prepared
        : { ...one.prepared, rendered: await one.sign(one.prepared.rendered) }
    }),
  )

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

// An answer finds its person by the number that was written to. Other channels cost nothing here.
const remember = async (
  { db, clock }: PrepareDeps,
  rendered: readonly (Rendered | MessageResult)[],
): Promise<void> => {
  const contacts = rendered.flatMap(one => {
    if (!('prepared' in one)) return []
    const { message, rendered: made } = one.prepared
    if (channelOf(made) !== 'sms' || !('reference' in made)) return []
    const { sandboxId, messageId, campaignId, recipient } = message
    return [{ sandboxId, messageId, campaignId, number: made.to, profileId: recipient.profileId ?? null }]
  })
  if (contacts.length === 0) return
  const now = clock.now()
  await saveContacts(db, contacts, now)
  const links = rendered.flatMap(one => {
    if (!('prepared' in one)) return []
    const { messageId } = one.prepared.message
    return one.shortLinks.map(link => ({ ...link, messageId }))
  })
  if (links.length > 0)
    await saveShortLinks(db, links, new Date(now.getTime() + SHORT_LINK_DAYS * 86_400_000))
}

// What a click is counted under is known before anybody can click.
const keepLinks = async (deps: PrepareDeps, versions: readonly SendableVersion[]): Promise<void> => {
  for (const { campaignId, content } of new Set(versions)) {
    const book = content === undefined ? null : content.links
    const fresh = book?.unsaved() ?? []
    if (book === null || fresh.length === 0) continue
    const links = { campaignId, links: fresh, now: deps.clock.now() }
    book.saved(fresh, await saveLinks(deps.db, links, MOST_FROM_DATA))
  }
}

const keepMirrors = async (
  deps: PrepareDeps,
  rendered: readonly (Rendered | MessageResult)[],
): Promise<void> => {
  const pages = rendered.flatMap(one =>
    'prepared' in one && one.mirror !== null
      ? [{ messageId: one.prepared.message.messageId, text: one.mirror }]
      : [],
  )
  if (pages.length === 0) return
  const packed = pages.map(async ({ messageId, text }) => ({ messageId, html: await packPage(text) }))
  await saveMirrorPages(deps.db, await Promise.all(packed), deps.clock.now())
}

const allowed = async (
  { db }: PrepareDeps,
  rendered: readonly (Rendered | MessageResult)[],
): Promise<readonly (Rendered | MessageResult)[]> => {
  const messages = rendered.flatMap(one => ('prepared' in one ? [one.prepared] : []))
  const kept = (
    await withAllowedCopies(
      db,
      messages.map(({ message: { sandboxId }, rendered: made }) => ({ sandboxId, made })),
    )
  ).values()
  return rendered.map(one => {
    if (!('prepared' in one)) return one
    const made = kept.next().value ?? one.prepared.rendered
    return made === one.prepared.rendered ? one : { ...one, prepared: { ...one.prepared, rendered: made } }
  })
}

// A link that a person may have already goes on to count. A message does not say whether it was rendered before: given back
// on purpose, or held, it is as it was.
const linksMade = async (
  { db }: PrepareDeps,
  placed: readonly PlacedMessage[],
): Promise<ReadonlyMap<string, readonly ShortLink[]>> => {
  const shortened = placed.flatMap(({ item: { message, configuration } }) =>
    configuration.channel === 'sms' && configuration.shortenLinks ? [message.messageId] : [],
  )
  const made = new Map<string, ShortLink[]>()
  if (shortened.length === 0) return made
  for (const { messageId, ...link } of await shortLinksMade(db, shortened))
    made.set(messageId, [...(made.get(messageId) ?? []), link])
  return made
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
  const made = await linksMade(deps, placed)
  const rendered = await renderAll(
    deps,
    placed.map(({ item, place }) => ({
      item,
      place,
      keys: keys.get(item.message.sandboxId) ?? [],
      made: made.get(item.message.messageId) ?? [],
    })),
  )
  await remember(deps, rendered)
  await keepLinks(
    deps,
    placed.map(({ item }) => item.version),
  )
  await keepMirrors(deps, rendered)
  return signAll(await allowed(deps, rendered))
}
