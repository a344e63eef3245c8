/** Which parts of a preview stay on screen. Pure. */
import type { Preview } from '../../api.ts'

const PARTS = ['subject', 'html', 'text', 'sms', 'push'] as const
type Parts = Pick<Preview, (typeof PARTS)[number]>

/** What is on screen; `stale` when a part is older than what is typed. */
export interface Shown extends Parts {
  readonly stale: boolean
}

/** Before the first answer. */
export const NOTHING_YET: Shown = {
  subject: null,
  html: null,
  text: null,
  sms: null,
  push: null,
  stale: false,
}

/** Takes the new parts; one that could not be rendered keeps its last good form. */
export const keepGood = (before: Shown, now: Omit<Preview, 'person'>): Shown => {
  const isOld = (part: (typeof PARTS)[number]): boolean => now[part] === null && before[part] !== null
  // Of another channel nothing is kept.
  if (now.channel === 'push') return { ...NOTHING_YET, push: now.push ?? before.push, stale: isOld('push') }
  const isEmail = now.channel === 'email'
  return isEmail
    ? {
        ...NOTHING_YET,
        subject: now.subject ?? before.subject,
        html: now.html ?? before.html,
        text: now.text ?? before.text,
        stale: PARTS.some(part => part !== 'sms' && part !== 'push' && isOld(part)),
      }
    : { ...NOTHING_YET, sms: now.sms ?? before.sms, stale: isOld('sms') }
}
