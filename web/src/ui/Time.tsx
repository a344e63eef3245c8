/** An instant as "3 min. ago", the exact one on hover and for screen readers. */
import { useEffect, useState } from 'react'
import { useSpeech } from '../i18n/language.tsx'

const OFTEN_MS = 1_000
const SELDOM_MS = 15_000
const MINUTE_MS = 60_000

// What comes within the minute is told in seconds, which have to go by.
const useNow = (at: string): number => {
  const [now, setNow] = useState(() => Date.now())
  const waitMs = Date.parse(at) - now
  const everyMs = waitMs > 0 && waitMs < MINUTE_MS ? OFTEN_MS : SELDOM_MS
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** The relative time. */
export const Time = ({ at }: { at: string }) => {
  const { formats } = useSpeech()
  const now = useNow(at)
  return (
    <time dateTime={at} title={formats.exact(at)} className="nowrap">
      {formats.relative(at, now)}
    </time>
  )
}
