/** Which long work shares a loop, and which has one of its own. */
import { expect, test } from 'vitest'
import { createMovedClock } from '../../test/app.ts'
import { createTestDatabase } from '../../test/database.ts'
import { silentLog } from '../lib/log.ts'
import { answeringTasks, backgroundTasks } from './tasks.ts'

test('answers by SMS, which wait for providers, keep no other work waiting', async () => {
  const { db, drop } = await createTestDatabase()
  const deps = {
    ...{ pool: db, clock: createMovedClock(), log: silentLog, newId: () => '', secret: 'secret', shard: 1 },
    sinks: { smtp: 0, http: 0, push: { http: 0, http2: 0 } },
  }
  const { tasks, transports } = answeringTasks(deps)
  expect(tasks.map(task => task.name)).toEqual(['answers by SMS'])
  expect(backgroundTasks(deps).map(task => task.name)).not.toContain('answers by SMS')
  await transports.close()
  await drop()
})
