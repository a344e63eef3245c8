/** Changes of a transport group, as far as the channel configurations that use it can go on with them. */
import type { ChannelConfiguration, LiveCheck, TransportGroupWrite } from '@carillon/contract'
import { type Db, transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { configurationProblems } from './check-configuration.ts'
import { listConfigurations, lockConfiguration, setConfigurationChecks } from './configuration.store.ts'
import { configurationFacts } from './configurations.ts'
import { type ConfigurationActor, freshlyBad, movedOn, runChecks, wayOf } from './live-checks.ts'
import {
  listTransportGroups,
  lockTransportGroup,
  type NamedChange,
  putTransportGroup,
} from './sending-lists.store.ts'

type Change = NamedChange<TransportGroupWrite>

const usesOf = async (db: Db, { sandboxId, id }: Change): Promise<ChannelConfiguration[]> =>
  (await listConfigurations(db, sandboxId)).filter(one => one.transportGroupId === id)

// Before the group, as a change of a configuration does: in the other order two writers could wait for each other.
const lockUses = async (tx: Db, change: Change): Promise<void> => {
  const ids = (await usesOf(tx, change)).map(one => one.id).sort()
  for (const id of ids) await lockConfiguration(tx, { sandboxId: change.sandboxId, id }, 'update')
}

interface Refusal {
  /** The name of the configuration. */
  readonly use: string
  readonly what: string
}

const refuse = (refusals: readonly Refusal[]): void => {
  if (refusals.length === 0) return
  throw new Fault('payload_invalid', {
    problems: refusals.map(({ use, what }) => ({
      pointer: '/transportIds',
      message: `does not go with the channel configuration "${use}": ${what}`,
    })),
  })
}

interface Checked {
  readonly use: ChannelConfiguration
  readonly checks: LiveCheck[]
}

/** What the live checks of the configurations that were checked find over the new members; none where those stay. */
const recheck = async (by: ConfigurationActor, change: Change): Promise<Checked[]> => {
  const groups = await listTransportGroups(by.pool, change.sandboxId)
  const before = groups.find(one => one.id === change.id)?.transportIds ?? []
  const { transportIds } = change.write
  if (new Set([...before, ...transportIds]).size === before.length && before.length === transportIds.length)
    return []
  const uses = (await usesOf(by.pool, change)).filter(one => one.lastChecks !== null)
  return Promise.all(uses.map(async use => ({ use, checks: await runChecks(by, use, change.write) })))
}

const badOf = ({ use, checks }: Checked): Refusal[] =>
  use.status === 'active'
    ? freshlyBad(use, checks).map(({ host, message }) => ({
        use: use.name,
        what: `it needs records that are not there: ${host}: ${message}`,
      }))
    : []

/**
 * Makes a group, or replaces one. Refused with what each configuration that uses it would miss; the live checks of those that
 * were checked are made again where the members change, and an active one keeps it from what they find to be newly wrong.
 */
export const writeTransportGroup = async (by: ConfigurationActor, change: Change): Promise<void> => {
  const checked = await recheck(by, change)
  const { sandboxId, id, now } = change
  await transaction(by.pool, async tx => {
    await lockUses(tx, change)
    await lockTransportGroup(tx, id)
    await putTransportGroup(tx, change)
    const uses = await usesOf(tx, change)
    if (uses.length === 0) return
    const facts = await configurationFacts(tx, sandboxId)
    refuse(
      uses.flatMap(use =>
        configurationProblems(use, facts).map(({ pointer, message }) => ({
          use: use.name,
          what: `${pointer} ${message}`,
        })),
      ),
    )
    refuse(checked.flatMap(badOf))
    for (const { use, checks } of checked) {
      const young = uses.find(one => one.id === use.id)
      if (young === undefined || wayOf(young) !== wayOf(use)) throw movedOn()
      await setConfigurationChecks(tx, { id: use.id, sandboxId, now, checks })
    }
  })
}
