/** Marketing executions of any size, made by the same accept function that audience runs use. */
import { addToRun, beginRun, MOST_IN_CHUNK, runMessageId } from '../src/campaigns/run.ts'
import { createPool } from '../src/db/pool.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import type { Instance } from './instance.ts'

/** The sum row of this loader. */
const SHARD = 700
const FILL = 'x'.repeat(700)

/** Adds a run of `count` people to the transactional campaign, a chunk at a time. Its mails carry no moment of a call. */
export const fillRun = async (instance: Instance, count: number): Promise<void> => {
  const db = createPool({ url: instance.databaseUrl, max: 1 })
  const { rows } = await db.query<{ sandbox_id: string; live_version_id: string }>(
    'select sandbox_id, live_version_id from campaign where id = $1',
    [instance.campaignId],
  )
  const [campaign] = rows
  if (campaign === undefined) throw new RangeError('the bench campaign is gone')
  const executionId = uuidv7(Date.now())
  await beginRun(db, {
    executionId,
    sandboxId: campaign.sandbox_id,
    campaignId: instance.campaignId,
    versionId: campaign.live_version_id,
    requestId: null,
    createdBy: 'bench',
    now: new Date(),
  })
  for (let from = 0; from < count; from += MOST_IN_CHUNK) {
    const people = Array.from({ length: Math.min(MOST_IN_CHUNK, count - from) }, (_, index) => ({
      messageId: runMessageId(executionId, from + index),
      recipient: {
        type: 'external' as const,
        userId: `member-${from + index}@example.test`,
        namespace: 'email',
      },
      context: { name: 'Ada', fill: FILL },
    }))
    await addToRun(db, { executionId, people, expiresAt: null, now: new Date(), shard: SHARD })
  }
  await db.end()
}
