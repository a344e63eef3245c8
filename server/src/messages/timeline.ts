/**
 * The story of a message as steps, each with a sentence for a support person. Pure. The sentences are English; whoever
 * shows another language builds its own from the kind, the state, the reason and the attempt of a step.
 */
import type { Attempt, MessageState, TimelineStep } from '@carillon/contract'
import { BOUNCE_REASONS } from '../channels/email/codes.ts'
import { reasonText } from './reason-text.ts'
import {
  ENGINE,
  isLost,
  type Sequel,
  type StoredEvent,
  type StoredFeedback,
  type StoredInteraction,
  type Story,
  sequelOf,
} from './story.ts'
import {
  acceptedText,
  attemptText,
  eventText,
  feedbackText,
  interactionText,
  waitingText,
} from './timeline-words.ts'

const OPEN: readonly MessageState[] = ['ready', 'claimed', 'handing_over', 'held']

type Given = Pick<TimelineStep, 'kind' | 'generation' | 'state' | 'reason' | 'text'> &
  Partial<TimelineStep> & { readonly when: Date }

const step = ({ when, ...given }: Given): TimelineStep => ({
  at: when.toISOString(),
  reasonText: reasonText(given.reason),
  detail: '',
  actor: ENGINE,
  attempt: null,
  feedback: null,
  interaction: null,
  ...given,
})

const acceptedStep = (story: Story): TimelineStep =>
  step({
    when: story.acceptedAt,
    kind: 'accepted',
    generation: 1,
    state: 'ready',
    reason: null,
    text: acceptedText(story),
    detail: story.requestId ?? '',
    actor: story.acceptedBy,
  })

// A re-drive begins the next generation; everything else belongs to the one it happened in.
const eventStep = (event: StoredEvent): TimelineStep => {
  const { at, kind, detail, actor } = event
  const text = eventText(event)
  // Its event keeps why it was held; what it got is ready.
  const got = kind === 'released' ? { state: 'ready' as const, reason: null } : {}
  if (kind !== 'redriven')
    return step({ ...event, ...got, when: at, at: at.toISOString(), text, detail, actor })
  return step({
    when: at,
    kind,
    generation: event.generation + 1,
    state: 'ready',
    reason: detail === 'redriven_by_policy' ? detail : 'redriven',
    text,
    actor,
  })
}

const stateAfter = (attempt: Attempt, sequel: Sequel): Pick<TimelineStep, 'state' | 'reason'> => {
  switch (attempt.outcome) {
    case 'accepted':
      return { state: 'sent', reason: null }
    case 'reject':
      return { state: 'failed', reason: 'rejected' }
    case 'retry':
    case 'throttle':
      break
    default:
      return { state: 'unknown', reason: isLost(attempt) ? 'worker_lost' : 'connection_cut' }
  }
  if (sequel.next === undefined && sequel.fate.reason === 'retry_period_over')
    return { state: 'failed', reason: 'retry_period_over' }
  if (attempt.code === 'not_handed_over') return { state: 'ready', reason: 'not_handed_over' }
  return { state: 'ready', reason: attempt.outcome === 'retry' ? 'temporary_refusal' : 'throttled' }
}

const attemptStep = (story: Story, attempt: Attempt): TimelineStep => {
  const sequel = sequelOf(story, attempt)
  const { n, endedAt, transport, outcome, code, answer } = attempt
  return step({
    when: new Date(attempt.startedAt),
    kind: 'attempt',
    generation: attempt.generation,
    ...stateAfter(attempt, sequel),
    text: attemptText(attempt, sequel),
    attempt: { n, endedAt, transport, outcome, code, answer },
  })
}

const feedbackStep = (story: Story, event: StoredFeedback): TimelineStep => {
  const { at, kind, source, code, status, answer, remote } = event
  const reason = code === null ? null : BOUNCE_REASONS[code]
  return step({
    when: at,
    kind: 'feedback',
    generation: event.generation === 0 ? story.generation : event.generation,
    state: null,
    reason: null,
    text: feedbackText(event),
    feedback: {
      ...{ kind, source, code, status, answer, remote },
      ...{ label: reason?.label ?? null, class: reason?.class ?? null },
    },
  })
}

const interactionStep = (story: Story, done: StoredInteraction): TimelineStep => {
  const { firstAt, lastAt, ...facts } = done
  return step({
    when: firstAt,
    kind: 'interaction',
    generation: story.generation,
    state: null,
    reason: null,
    text: interactionText(done),
    interaction: { ...facts, lastAt: lastAt.toISOString() },
  })
}

// A state that no event and no attempt tells of is told by the row itself.
const untold = (story: Story, told: readonly TimelineStep[]): TimelineStep[] => {
  const { state, reason, generation, changedAt } = story
  if (OPEN.includes(state) && state !== 'held') return []
  // It may be held several times in a generation: only the last step tells of now.
  const telling = state === 'held' ? told.slice(-1) : told
  if (telling.some(one => one.state === state && one.generation === generation)) return []
  const kind = state === 'held' || state === 'cancelled' ? state : settledKind(state)
  const event = { at: changedAt, kind, generation, state, reason, detail: '', actor: ENGINE } as const
  return [eventStep(event)]
}

const settledKind = (state: MessageState): 'refused' | 'settled' =>
  state === 'excluded' || state === 'failed' ? 'refused' : 'settled'

const outlook = (story: Story, now: Date): TimelineStep[] => {
  const { state, reason, generation, expiresAt } = story
  if (!OPEN.includes(state)) return []
  const when = state === 'ready' ? story.dueAt : story.changedAt
  const waiting = step({ when, kind: 'waiting', generation, state, reason, text: waitingText(story, now) })
  const ahead = state === 'held' ? [] : [waiting]
  if (expiresAt === null) return ahead
  const text = 'It expires, unless it is sent before'
  return [...ahead, step({ when: expiresAt, kind: 'expires', generation, state: null, reason: null, text })]
}

const inOrder = (steps: readonly TimelineStep[]): TimelineStep[] =>
  [...steps].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.generation - b.generation)

/** The steps of a message, oldest first; what lies ahead comes last. */
export const buildTimeline = (story: Story, now: Date): TimelineStep[] => {
  const told = inOrder([
    ...story.attempts.map(attempt => attemptStep(story, attempt)),
    ...story.events.map(event => eventStep(event)),
    ...story.feedback.map(event => feedbackStep(story, event)),
    ...story.interactions.map(done => interactionStep(story, done)),
  ])
  const past = inOrder([...told, ...untold(story, told)])
  return [acceptedStep(story), ...past, ...inOrder(outlook(story, now))]
}
