/** An instant as "3 min. ago", the exact one on hover and for screen readers. */
import { useEffect, useState } from 'react'
import { useSpeech } from '../i18n/language.tsx'

const SECOND_MS = 1_000
const SELDOM_MS = 15_000

const useNow = (everyMs: number): number => {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

const Words = ({ at, children }: { at: string; children: string }) => (
  <time dateTime={at} title={useSpeech().formats.exact(at)} className="nowrap">
    {children}
  </time>
)

/** The relative time of what has been, or is not near. */
export const Time = ({ at }: { at: string }) => (
  <Words at={at}>{useSpeech().formats.relative(at, useNow(SELDOM_MS))}</Words>
)

/** The relative time of what is waited for; its last seconds go by. */
export const Until = ({ at }: { at: string }) => (
  <Words at={at}>{useSpeech().formats.until(at, useNow(SECOND_MS))}</Words>
)
