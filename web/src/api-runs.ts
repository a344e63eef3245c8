/** The calls of marketing campaigns: runs over audiences and schedules. */
import type { RunRequest, RunStarted, Schedule, ScheduleStatus } from '@carillon/contract'
import type { Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** An audience as a choice needs it. */
interface AudienceChoice {
  readonly id: string
  readonly name: string
}

/** Runs, schedules, and the audiences to choose from. */
export const runCalls = ({ json }: Request) => ({
  start: (campaignId: string, body: RunRequest) =>
    json<RunStarted>(at`/campaigns/${campaignId}/runs`, { method: 'POST', body }),
  schedules: (query: { status?: ScheduleStatus; cursor?: string }) =>
    json<Page<Schedule>>('/schedules', { query }),
  move: (id: string, executeAt: string) =>
    json<Schedule>(at`/schedules/${id}`, { method: 'PATCH', body: { executeAt } }),
  takeBack: (id: string) => json<Schedule>(at`/schedules/${id}`, { method: 'DELETE' }),
  audiences: () => json<Page<AudienceChoice>>('/audiences', { query: { limit: 200 } }),
})
