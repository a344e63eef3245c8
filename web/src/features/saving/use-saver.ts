/** Saves one open page as a person types: the saver, its state, the fields that cannot be stored, Ctrl-S, and the guard against leaving unsaved work. */
import { useBlocker } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { ApiProblem } from '../../api.ts'
import { useT } from '../../i18n/language.tsx'
import { useSession } from '../session/session.tsx'
import { type Autosave, createAutosave, type SaveState } from './autosave.ts'

/** What a page that saves itself knows of its saving. */
export interface Saving<T> {
  readonly saveState: SaveState
  readonly saver: Autosave<T>
  /** Marks a field whose text cannot be stored (a half-typed JSON); the page then counts as unsaved. */
  readonly mark: (field: string, valid: boolean) => void
  readonly invalid: readonly string[]
}

const REST_MS = 700
const RETRY_MS = 4_000
const isConflict = (error: unknown) => error instanceof ApiProblem && error.problem.code === 'revision_stale'
const isPassing = (error: unknown) =>
  error instanceof ApiProblem && [0, 401, 502, 503].includes(error.problem.status)

const schedule = (run: () => void, delayMs: number) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

// A lost connection, an ended session and a resting database pass: what was typed is sent again by itself.
const useRetry = (flush: () => Promise<void>, state: SaveState) => {
  const loggedIn = useSession().data !== null
  useEffect(() => {
    if (state.kind !== 'failed' || !loggedIn || !isPassing(state.error)) return
    return schedule(() => void flush(), RETRY_MS)
  }, [flush, state, loggedIn])
}

const useSaveKey = (flush: () => Promise<void>) =>
  useEffect(() => {
    const save = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      void flush()
    }
    window.addEventListener('keydown', save)
    return () => window.removeEventListener('keydown', save)
  }, [flush])

const useLeaveGuard = (flush: () => Promise<void>, isUnsaved: () => boolean) => {
  const t = useT()
  useBlocker({
    enableBeforeUnload: isUnsaved,
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname) return false
      await flush()
      return isUnsaved() && !window.confirm(t('save.leave'))
    },
  })
}

const toggled = (fields: readonly string[], field: string, valid: boolean): readonly string[] => {
  if (fields.includes(field) === !valid) return fields
  return valid ? fields.filter(one => one !== field) : [...fields, field]
}

/** The saving of one page; `save` resolves with the new revision. Give the component the resource's id as key: options are read once. */
export const useSaver = <T extends object>(options: {
  readonly revision: number
  readonly save: (patch: Partial<T>, revision: number) => Promise<number>
}): Saving<T> => {
  const [saveState, setSaveState] = useState<SaveState>({ kind: 'saved' })
  const [invalid, setInvalid] = useState<readonly string[]>([])
  const [saver] = useState(() =>
    createAutosave<T>({ ...options, restMs: REST_MS, isConflict, schedule, onState: setSaveState }),
  )
  useSaveKey(saver.flush)
  useRetry(saver.flush, saveState)
  useLeaveGuard(saver.flush, () => saver.isDirty() || invalid.length > 0)
  const mark = useCallback(
    (field: string, valid: boolean) => setInvalid(before => toggled(before, field, valid)),
    [],
  )
  return { saveState, saver, invalid, mark }
}
