/** Events as callers tell them: many in one call, each taken or refused for itself. */
import { type EventRefusal, type EventsWrite, type EventsWritten, MAX_EVENT_BYTES } from '@carillon/contract'
import { resolveIdentities } from '../profiles/profile.store.ts'
import type { AudienceAuthor } from './audiences.ts'
import { type EventRow, insertEvents } from './event.store.ts'

type GivenEvent = EventsWrite['events'][number]

// Clocks of other systems may be ahead a little.
const LEEWAY_MS = 86_400_000

const keyOf = (one: { namespace: string; value: string }): string =>
  JSON.stringify([one.namespace, one.value])
const identityOf = ({ namespace, value }: GivenEvent) => ({
  namespace: namespace.trim().toLowerCase(),
  value: value.trim(),
})

const refusalOf = (event: GivenEvent, now: Date): EventRefusal | undefined => {
  if (Buffer.byteLength(JSON.stringify(event.data ?? {})) > MAX_EVENT_BYTES) return 'data_too_large'
  const at = event.at === undefined ? now.getTime() : Date.parse(event.at)
  if (Number.isNaN(at)) return 'at_invalid'
  return at > now.getTime() + LEEWAY_MS ? 'at_in_future' : undefined
}

const byKey = (a: EventRow, b: EventRow): number => ((a.key ?? a.id) < (b.key ?? b.id) ? -1 : 1)

/** Stores events of people there are. An id that was told before is accepted again and changes nothing. */
export const takeEvents = async (author: AudienceAuthor, { events }: EventsWrite): Promise<EventsWritten> => {
  const { pool, sandboxId, sandboxNow, newId } = author
  const keys = new Map(events.map(identityOf).map(one => [keyOf(one), { ...one, sandboxId }]))
  const found = await resolveIdentities(pool, [...keys.values()])
  const profiles = new Map(found.map(one => [keyOf(one), one.profileId]))
  const rows: EventRow[] = []
  const refused: EventsWritten['refused'] = []
  for (const [index, event] of events.entries()) {
    const profileId = profiles.get(keyOf(identityOf(event)))
    const reason = profileId === undefined ? 'person_unknown' : refusalOf(event, sandboxNow)
    if (profileId === undefined || reason !== undefined) {
      refused.push({ index, reason: reason ?? 'person_unknown' })
      continue
    }
    const { type, id: key = null, data = {} } = event
    rows.push({ id: newId(), profileId, type, key, at: new Date(event.at ?? sandboxNow), data })
  }
  await insertEvents(pool, sandboxId, rows.sort(byKey))
  return { accepted: rows.length, refused }
}
