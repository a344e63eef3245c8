/** Says in the reader's language what `why` concluded. Pure. */
import type { Why } from '@carillon/contract'
import type { Translate } from '../../i18n/translate.ts'
import type { Tone } from '../../ui/Chip.tsx'
import { reasonText } from './message-state.tsx'

type Code = Why['conclusionCode']

const TONES: Readonly<Partial<Record<Code, Tone>>> = {
  sent: 'green',
  failed: 'red',
  unknown: 'amber',
  held: 'amber',
  waiting: 'blue',
  in_progress: 'blue',
}
const WITH_ADVICE = ['never_live', 'no_calls', 'no_call_for_person'] as const

/** True while the answer can still change by itself. */
export const isOpenConclusion = (code: Code): boolean =>
  code === 'waiting' || code === 'held' || code === 'in_progress'

/** The colour of a conclusion. */
export const toneOfConclusion = (code: Code): Tone => TONES[code] ?? 'grey'

const adviceOf = (code: Code) => WITH_ADVICE.find(one => one === code)

/** The sentence, and what to do where there was no message at all. */
export const conclude = (
  why: Pick<Why, 'conclusionCode' | 'messages'>,
  words: { readonly t: Translate; readonly exact: (instant: string) => string },
): { readonly sentence: string; readonly advice: string | null } => {
  const { t } = words
  const newest = why.messages[0]
  const reason = newest === undefined ? '' : reasonText(t, newest.reason, newest.reasonText)
  const when = newest === undefined ? '' : words.exact(newest.changedAt)
  const missing = adviceOf(why.conclusionCode)
  const full = reason === '' || /[.!?]$/.test(reason) ? reason : `${reason}.`
  return {
    sentence: t(`why.${why.conclusionCode}`, { reason: full, when }).trim(),
    advice: missing === undefined ? null : t(`why.${missing}Do`),
  }
}
