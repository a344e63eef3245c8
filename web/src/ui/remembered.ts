/** A choice that this browser keeps for the next visit. A storage that refuses (private windows) only costs the memory. */
import { useState } from 'react'

const read = (key: string): string | null => {
  try {
    return window.localStorage.getItem(key)
  } catch {
    return null
  }
}

const write = (key: string, value: string | null): void => {
  try {
    if (value === null) window.localStorage.removeItem(key)
    else window.localStorage.setItem(key, value)
  } catch {
    // The choice then holds for this page only.
  }
}

/** The choice and the way to change it; null: none. Another key is another choice. */
export const useRemembered = (key: string): readonly [string | null, (value: string | null) => void] => {
  const [kept, setKept] = useState(() => ({ key, value: read(key) }))
  return [
    kept.key === key ? kept.value : read(key),
    value => {
      setKept({ key, value })
      write(key, value)
    },
  ]
}
