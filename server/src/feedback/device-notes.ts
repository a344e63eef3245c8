/**
 * After a push: what its platforms said of single devices. One that is known no more is denied at its person, and told
 * beside the message. What cannot be written now is kept, and written with what comes next.
 */
import { createHash } from 'node:crypto'
import type pg from 'pg'
import { trimAnswer } from '../channels/channel.ts'
import type { DeviceOutcome } from '../channels/push/fan-out.ts'
import type { PushPlatform, RenderedPush } from '../channels/push/push.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { denyDevices } from '../profiles/push-devices.ts'
import { insertFeedbackEvent } from './feedback.store.ts'

/** What the notes need. */
export interface DeviceNotesDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
}

/** The notes of one worker process. */
export interface DeviceNotes {
  /** Takes what became of the devices of a push. */
  take(push: RenderedPush, outcomes: readonly DeviceOutcome[]): void
  /** Resolves when what was taken is written, or was tried once more. */
  flush(): Promise<void>
}

interface Gone {
  readonly push: RenderedPush
  readonly device: DeviceOutcome
  readonly at: Date
}

const MOST_KEPT = 10_000
const SOURCES = { fcm: 'fcm', apns: 'apns', apnsSandbox: 'apns', web: 'web_push' } as const satisfies Record<
  PushPlatform,
  string
>

// Two devices of one message are two events; the token itself is the person's, and stays with the person.
const keyOf = (token: string): string => createHash('sha256').update(token).digest('base64url').slice(0, 22)

/** One for each worker process. */
export const createDeviceNotes = ({ pool, clock, log }: DeviceNotesDeps): DeviceNotes => {
  let waiting: Gone[] = []
  let writing: Promise<void> | undefined

  const write = async ({ push, device, at }: Gone): Promise<void> => {
    const { messageId, generation, attempt, sandboxId, profileId } = push
    const { target, outcome } = device
    const { appId: appID, token } = target
    if (profileId !== undefined)
      await denyDevices(pool, clock.now(), [{ sandboxId, profileId, appID, token }])
    await insertFeedbackEvent(pool, {
      ...{ messageId, generation, attempt, kind: 'denylist', key: keyOf(token), at, receivedAt: at },
      ...{ source: SOURCES[target.platform], code: null, ofCopy: false, status: outcome.code.slice(0, 20) },
      ...{ answer: trimAnswer(outcome.answer), remote: `${target.platform} ${appID}`.slice(0, 255) },
    })
  }
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      for (const [n, gone] of batch.entries())
        try {
          await write(gone)
        } catch (error) {
          waiting = [...batch.slice(n), ...waiting].slice(-MOST_KEPT)
          log.warn({ err: error, kept: waiting.length }, 'devices could not be denied; tried again')
          return
        }
    }
  }
  const start = (): Promise<void> => {
    writing ??= writeAll().finally(() => {
      writing = undefined
    })
    return writing
  }
  return {
    take: (push, outcomes) => {
      const at = clock.now()
      const gone = outcomes.filter(device => device.gone).map(device => ({ push, device, at }))
      if (gone.length === 0) return
      waiting = [...waiting, ...gone].slice(-MOST_KEPT)
      void start()
    },
    flush: async () => {
      await writing
      if (waiting.length > 0) await start()
    },
  }
}
