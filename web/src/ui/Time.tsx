/** An instant as "3 min. ago", the exact one on hover and for screen readers. */
import { useEffect, useState } from 'react'
import { useSpeech } from '../i18n/language.tsx'

const useNow = (everyMs: number): number => {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** The relative time. */
export const Time = ({ at }: { at: string }) => {
  const { formats } = useSpeech()
  const now = useNow(15_000)
  return (
    <time dateTime={at} title={formats.exact(at)} className="nowrap">
      {formats.relative(at, now)}
    </time>
  )
}
