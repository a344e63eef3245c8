/** Runs of marketing campaigns in the native API: start one, schedule one, move or cancel what is scheduled. */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, Instant, JsonObject, listOf, listQuery, nullable } from './shapes.ts'

/** What became of a schedule. `failed`: its moment came, and the run could not begin; `detail` says why. */
export const SCHEDULE_STATUSES = ['scheduled', 'triggered', 'cancelled', 'failed'] as const
/** What became of a schedule. */
export type ScheduleStatus = (typeof SCHEDULE_STATUSES)[number]

/** A run that was asked for a later moment. `audienceId` null: the campaign's own, as it is at that moment. */
export const Schedule = closed({
  id: Id,
  campaignId: Id,
  campaignName: Type.String(),
  audienceId: nullable(Id),
  requestId: nullable(Type.String()),
  executeAt: Instant,
  status: choice(SCHEDULE_STATUSES),
  detail: Type.String(),
  executionId: nullable(Type.String()),
  createdAt: Instant,
  createdBy: Type.String(),
  modifiedAt: Instant,
  modifiedBy: Type.String(),
})
/** A run that was asked for a later moment. */
export type Schedule = Static<typeof Schedule>

/** Filters of the list. */
export const ScheduleListQuery = listQuery({
  status: Type.Optional(choice(SCHEDULE_STATUSES)),
  campaignId: Type.Optional(Type.String()),
})
/** Schedules, newest first. */
export const ScheduleList = listOf(Schedule)

/** `PATCH /api/v1/schedules/{id}`: another moment. */
export const SchedulePatch = closed({ executeAt: Instant })
/** The body that moves a schedule. */
export type SchedulePatch = Static<typeof SchedulePatch>

/** `POST /api/v1/campaigns/{id}/runs`: to the campaign's audience or another one, now or at `executeAt`. */
export const RunRequest = closed({
  audienceId: Type.Optional(nullable(Id)),
  context: Type.Optional(JsonObject),
  executeAt: Type.Optional(nullable(Instant)),
  requestId: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 256 }))),
})
/** The body that starts or schedules a run. */
export type RunRequest = Static<typeof RunRequest>
/** One of the two: what began, or what is to begin. */
export const RunStarted = closed({ executionId: nullable(Type.String()), scheduleId: nullable(Id) })
/** What began, or is to begin. */
export type RunStarted = Static<typeof RunStarted>

/** How far a run over an audience is. `members`: in its snapshot; `taken`: of these are messages now. */
export const AudienceRun = closed({
  audienceId: Id,
  audienceName: nullable(Type.String()),
  state: choice(['counting', 'adding', 'added', 'cancelled', 'failed']),
  members: Type.Integer(),
  taken: Type.Integer(),
  detail: Type.String(),
})
/** How far a run over an audience is. */
export type AudienceRun = Static<typeof AudienceRun>

/** `POST /api/v1/campaigns/{id}/check`: would this person get it now, and if not, why? Nothing is stored or sent. */
export const PersonCheckRequest = closed({
  namespace: Type.String({ minLength: 1, maxLength: 100 }),
  value: Type.String({ minLength: 1, maxLength: 512 }),
  context: Type.Optional(JsonObject),
})
/** The person to check. */
export type PersonCheckRequest = Static<typeof PersonCheckRequest>
