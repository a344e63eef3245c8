/** A duration in words. Pure. */

import type { Translate } from '../i18n/translate.ts'
import { splitDuration } from './duration.ts'

/** "2 hours": in the largest unit in which it is a whole number. */
export const durationText = (t: Translate, seconds: number): string => {
  const { n, unit } = splitDuration(seconds)
  return t(`unit.n.${unit}`, { count: n })
}
