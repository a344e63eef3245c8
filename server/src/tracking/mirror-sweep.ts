/** Mirror pages end with their links. */
import type pg from 'pg'
import type { BackgroundTask } from '../lib/background.ts'
import type { Clock } from '../lib/clock.ts'
import { MIRROR_DAYS } from './link-token.ts'
import { removeOldMirrorPages } from './mirror.store.ts'

const A_STEP = 500
const DAY_MS = 86_400_000

/** Removes pages that no link leads to any more, some at a time. */
export const mirrorSweep = (deps: { readonly pool: pg.Pool; readonly clock: Clock }): BackgroundTask => ({
  name: 'mirror pages that are too old',
  advance: async () => {
    const before = new Date(deps.clock.now().getTime() - MIRROR_DAYS * DAY_MS)
    return (await removeOldMirrorPages(deps.pool, before, A_STEP)) === A_STEP
  },
})
