/** What AJO's audience routes ask of campaigns, in the shapes of AJO. */
import { type AudienceRunDeps, triggerAudience } from '../campaigns/audience-run.ts'
import { ajoSchedule, audienceStatus, editSchedule, toAjoSchedule } from '../campaigns/audience-status.ts'
import type { AudiencePort } from '../http/ajo-audience.routes.ts'
import { toExecutionId } from '../messages/execution-id.ts'

/** The port on the campaigns of an instance. */
export const audiencePort = (deps: AudienceRunDeps): AudiencePort => ({
  trigger: async call => {
    const answer = await triggerAudience(deps, call)
    if (answer.kind === 'schedule') return toAjoSchedule(deps, answer.schedule)
    const at = answer.createdAt.toISOString()
    const { requestId } = call.body
    return {
      executionId: toExecutionId('audience', answer.executionId),
      ...(requestId === undefined ? {} : { requestId }),
      ...{ createdAt: at, createdBy: call.clientName, modifiedAt: at, modifiedBy: call.clientName },
    }
  },
  status: (sandboxId, executionId) => audienceStatus(deps, sandboxId, executionId),
  schedule: (sandboxId, scheduleId) => ajoSchedule(deps, sandboxId, scheduleId),
  unschedule: async ({ sandboxId, scheduleId, by }) => {
    await editSchedule(deps, { sandboxId, id: scheduleId, executeAt: null, by })
  },
})
