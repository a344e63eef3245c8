/** Which sandbox this page works in. Kept per browser for the next visit, but a switch in one tab never moves another. */

const KEY = 'carillon.sandbox'
/** The sandbox of a first visit. */
const DEFAULT_SANDBOX = 'dev'

/** The chosen sandbox; `set` is remembered for the next visit and told to who subscribed. */
export interface SandboxChoice {
  readonly get: () => string
  readonly set: (name: string) => void
  readonly subscribe: (listener: () => void) => () => void
}

/** Reads the remembered choice once. A storage that refuses (private windows) only costs the memory. */
export const createSandboxChoice = (storage: Pick<Storage, 'getItem' | 'setItem'>): SandboxChoice => {
  let chosen = DEFAULT_SANDBOX
  const listeners = new Set<() => void>()
  try {
    chosen = storage.getItem(KEY) ?? DEFAULT_SANDBOX
  } catch {
    // A refusing storage is a first visit.
  }
  return {
    get: () => chosen,
    set: name => {
      chosen = name
      try {
        storage.setItem(KEY, name)
      } catch {
        // The choice then holds for this page only.
      }
      for (const listener of listeners) listener()
    },
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
