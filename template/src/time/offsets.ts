/** Distances from UTC as text: `Z`, `+05:30`. Knows no named zone. */
import { floorMod } from './civil.ts'

const MOST_SECONDS = 18 * 3600
const OFFSET = /^([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?$/

const secondsOf = (match: RegExpExecArray): number | undefined => {
  const [hour, minute, second] = [match[2], match[3], match[4]].map(part => Number(part ?? 0))
  if (hour === undefined || minute === undefined || second === undefined) return undefined
  if (minute > 59 || second > 59) return undefined
  const total = hour * 3600 + minute * 60 + second
  if (total > MOST_SECONDS) return undefined
  return match[1] === '-' ? 0 - total : total
}

/** Seconds east of UTC of `Z`, `+5`, `+05`, `+0530`, `+05:30` or `+05:30:15`; undefined for any other text and beyond 18 hours. */
export const parseOffset = (text: string): number | undefined => {
  if (text === 'Z' || text === 'z') return 0
  if (text.length > 9) return undefined
  const match = OFFSET.exec(text)
  return match === null ? undefined : secondsOf(match)
}

/** Hours, minutes and seconds of an offset, each of two digits. */
export const offsetParts = (
  offsetSeconds: number,
): { readonly sign: string; readonly hour: string; readonly minute: string; readonly second: string } => {
  const total = Math.abs(offsetSeconds)
  const two = (value: number) => String(value).padStart(2, '0')
  return {
    sign: offsetSeconds < 0 ? '-' : '+',
    hour: two(Math.floor(total / 3600)),
    minute: two(Math.floor(total / 60) % 60),
    second: two(floorMod(total, 60)),
  }
}

/** As java.time's ZoneOffset: `Z`, `+05:30`, with seconds only where there are some. */
export const offsetText = (offsetSeconds: number): string => {
  if (offsetSeconds === 0) return 'Z'
  const { sign, hour, minute, second } = offsetParts(offsetSeconds)
  return `${sign}${hour}:${minute}${second === '00' ? '' : `:${second}`}`
}
