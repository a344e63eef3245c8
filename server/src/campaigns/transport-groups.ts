/** Changes of a transport group, as far as the channel configurations that use it can go on with them. */
import type { TransportGroupWrite } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { configurationProblems } from './check-configuration.ts'
import { listConfigurations } from './configuration.store.ts'
import { configurationFacts } from './configurations.ts'
import { lockTransportGroup, type NamedChange, putTransportGroup } from './sending-lists.store.ts'

/** Makes a group, or replaces one; refused with what each configuration that uses it would miss. */
export const writeTransportGroup = (pool: pg.Pool, change: NamedChange<TransportGroupWrite>): Promise<void> =>
  transaction(pool, async tx => {
    const { sandboxId, id } = change
    await lockTransportGroup(tx, id)
    await putTransportGroup(tx, change)
    const uses = (await listConfigurations(tx, sandboxId)).filter(one => one.transportGroupId === id)
    if (uses.length === 0) return
    const facts = await configurationFacts(tx, sandboxId)
    const problems = uses.flatMap(use =>
      configurationProblems(use, facts).map(({ pointer, message }) => ({
        pointer: '/transportIds',
        message: `does not go with the channel configuration "${use.name}": ${pointer} ${message}`,
      })),
    )
    if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  })
