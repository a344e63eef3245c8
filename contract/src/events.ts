/** What people did, as their systems tell: purchases, page views, whatever has a name. */
import { type Static, Type } from 'typebox'
import { EventType } from './audience-rules.ts'
import { Identity } from './people.ts'
import { choice, closed, Id, Instant, JsonObject, listOf, listQuery } from './shapes.ts'

/** The most events of one call. */
export const MAX_EVENT_BATCH = 1_000
/** The largest `data` of an event, in bytes of its JSON. */
export const MAX_EVENT_BYTES = 16 * 1024

/**
 * `POST /api/v1/events`. `at` is now when it is left out. `id` is the caller's own: the same id told twice in a sandbox
 * is one event, and the second telling is counted as accepted and changes nothing.
 */
export const EventsWrite = closed({
  events: Type.Array(
    closed({
      type: EventType,
      ...Identity.properties,
      at: Type.Optional(Instant),
      id: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      data: Type.Optional(JsonObject),
    }),
    { minItems: 1, maxItems: MAX_EVENT_BATCH },
  ),
})
/** The body that tells events. */
export type EventsWrite = Static<typeof EventsWrite>

/** Why an event was refused. */
export const EVENT_REFUSALS = ['person_unknown', 'data_too_large', 'at_invalid', 'at_in_future'] as const
/** Why an event was refused. */
export type EventRefusal = (typeof EVENT_REFUSALS)[number]

/** How many were taken; the refused ones by their place in the call. */
export const EventsWritten = closed({
  accepted: Type.Integer(),
  refused: Type.Array(closed({ index: Type.Integer(), reason: choice(EVENT_REFUSALS) })),
})
/** What became of the events of a call. */
export type EventsWritten = Static<typeof EventsWritten>

/** An event of a person. */
export const PersonEvent = closed({
  eventId: Id,
  type: Type.String(),
  at: Instant,
  data: JsonObject,
})
/** An event of a person. */
export type PersonEvent = Static<typeof PersonEvent>
/** Paging of a person's events. */
export const PersonEventListQuery = listQuery({})
/** Events, newest first. */
export const PersonEventList = listOf(PersonEvent)
