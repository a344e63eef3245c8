/** Makes the story of a message out of its timeline: chapters, one for each time that somebody asked for another try. Pure. */
import type { Attempt, TimelineStep } from '@carillon/contract'

/** One try with all its steps; `askedBy` is who wanted it, null for the first one. */
export interface Chapter {
  readonly n: number
  readonly askedBy: string | null
  readonly steps: readonly TimelineStep[]
}

/**
 * Splits a timeline (oldest first) into its chapters. A chapter begins with the step that asked for it, whichever of
 * the two generations that step names; a late answer to an older try stays where it happened.
 */
export const chaptersOf = (timeline: readonly TimelineStep[]): readonly Chapter[] => {
  const chapters: { n: number; askedBy: string | null; steps: TimelineStep[] }[] = []
  for (const step of timeline) {
    const current = chapters.at(-1)
    if (current === undefined || step.kind === 'redriven') {
      const askedBy = step.kind === 'redriven' ? step.actor : null
      const n =
        current === undefined ? Math.max(1, step.generation) : Math.max(current.n + 1, step.generation)
      chapters.push({ n, askedBy, steps: [step] })
    } else if (step.generation > current.n) {
      chapters.push({ n: step.generation, askedBy: null, steps: [step] })
    } else {
      current.steps.push(step)
    }
  }
  return chapters
}

/** What the content stored with an attempt of the timeline, if anything. */
export const metadataOf = (step: TimelineStep, attempts: readonly Attempt[]): Attempt['metadata'] =>
  attempts.find(one => one.generation === step.generation && one.n === step.attempt?.n)?.metadata ?? null
