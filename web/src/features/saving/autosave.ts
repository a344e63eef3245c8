/** Saves as a person types: gathers changes, sends one patch at a time, and never drops one. It knows neither React nor the API. */

/**
 * saved → waiting (a change) → saving (after a rest, or at once by `flush`) → saved.
 * A refusal puts the unsent changes back under newer ones: failed, or conflict when somebody else
 * changed the same thing. From failed the next change or `flush` tries again; from conflict only
 * `overwrite` does, so that nobody's work is replaced without being asked.
 */
export type SaveState =
  | { readonly kind: 'saved' | 'waiting' | 'saving' }
  | { readonly kind: 'failed' | 'conflict'; readonly error: unknown }

/** What the saver needs. `save` resolves with the new revision. `schedule` answers a function that cancels. */
interface AutosaveOptions<T> {
  readonly revision: number
  readonly restMs: number
  readonly save: (patch: Partial<T>, revision: number) => Promise<number>
  readonly isConflict: (error: unknown) => boolean
  readonly schedule: (run: () => void, delayMs: number) => () => void
  readonly onState: (state: SaveState) => void
}

/** One saver for one open page. */
export interface Autosave<T> {
  readonly change: (patch: Partial<T>) => void
  /** Sends what is unsent now; resolves when nothing is under way any more, whatever became of it. */
  readonly flush: () => Promise<void>
  /** Sends again after a conflict, on top of the revision given. */
  readonly overwrite: (revision: number) => Promise<void>
  /** True while something typed is not stored on the server. */
  readonly isDirty: () => boolean
  readonly state: () => SaveState
}

interface Memory<T> {
  revision: number
  state: SaveState
  pending: Partial<T> | null
  running: Promise<void> | null
  cancel: () => void
}

/** Makes the saver. */
export const createAutosave = <T extends object>(options: AutosaveOptions<T>): Autosave<T> => {
  const memory: Memory<T> = {
    revision: options.revision,
    state: { kind: 'saved' },
    pending: null,
    running: null,
    cancel: () => undefined,
  }
  const enter = (state: SaveState) => {
    memory.state = state
    options.onState(state)
  }
  const send = async (patch: Partial<T>) => {
    enter({ kind: 'saving' })
    try {
      memory.revision = await options.save(patch, memory.revision)
      enter({ kind: memory.pending === null ? 'saved' : 'waiting' })
    } catch (error) {
      memory.pending = { ...patch, ...memory.pending }
      enter({ kind: options.isConflict(error) ? 'conflict' : 'failed', error })
    }
  }
  const flush = async (): Promise<void> => {
    memory.cancel()
    if (memory.running !== null) {
      await memory.running
      if (memory.state.kind === 'failed') return
      return flush()
    }
    if (memory.pending === null || memory.state.kind === 'conflict') return
    const patch = memory.pending
    memory.pending = null
    memory.running = send(patch).finally(() => {
      memory.running = null
    })
    await memory.running
    if (memory.pending !== null && memory.state.kind === 'waiting') rest()
  }
  const rest = () => {
    memory.cancel()
    memory.cancel = options.schedule(() => void flush(), options.restMs)
  }
  return {
    flush,
    isDirty: () => memory.pending !== null || memory.running !== null,
    state: () => memory.state,
    change: patch => {
      memory.pending = { ...memory.pending, ...patch }
      if (memory.state.kind === 'conflict') return
      if (memory.running === null) enter({ kind: 'waiting' })
      rest()
    },
    overwrite: revision => {
      memory.revision = revision
      enter({ kind: 'waiting' })
      return flush()
    },
  }
}

/** Sends what is unsent, and rejects with the reason where that was refused: for deeds that need what is typed to be stored. */
export const flushOrFail = async <T>(saver: Autosave<T>): Promise<void> => {
  await saver.flush()
  const state = saver.state()
  if (state.kind === 'failed' || state.kind === 'conflict') throw state.error
}
