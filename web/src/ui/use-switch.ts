/** A part of a form that a switch takes out and puts back: what was typed in it comes again with it. */
import { useRef } from 'react'

/** Answers what the switch does; `fresh` is the part where nothing was typed before. */
export const useSwitch = <T>(
  value: T | null,
  fresh: T,
  change: (value: T | null) => void,
): ((on: boolean) => void) => {
  const last = useRef<T>(fresh)
  return on => {
    if (value !== null) last.current = value
    change(on ? last.current : null)
  }
}
