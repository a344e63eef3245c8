/** Which parts of a preview stay on screen. Pure. */
import type { Preview } from '../../api.ts'

/** What is on screen; `stale` when a part is older than what is typed. */
export interface Shown {
  readonly subject: string | null
  readonly html: string | null
  readonly text: string | null
  readonly stale: boolean
}

/** Before the first answer. */
export const NOTHING_YET: Shown = { subject: null, html: null, text: null, stale: false }

/** Takes the new parts; one that could not be rendered keeps its last good form. */
export const keepGood = (before: Shown, now: Omit<Preview, 'person'>): Shown => ({
  subject: now.subject ?? before.subject,
  html: now.html ?? before.html,
  text: now.text ?? before.text,
  stale:
    [now.subject, now.html, now.text].includes(null) &&
    [before.subject, before.html].some(part => part !== null),
})
