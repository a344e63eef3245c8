/** What a delivery needs of its campaign version: compiled content and sending parameters, read once and kept. */
import type { CampaignProperties } from '@carillon/contract'
import { versionById } from '../campaigns/campaign.store.ts'
import { type EmailConfiguration, emailConfigurationById } from '../campaigns/configuration.store.ts'
import { type CompiledEmail, compileEmailContent } from '../content/email-content.ts'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'

/** A version ready to send with; `problem` says why it cannot. */
export interface SendableVersion {
  readonly id: string
  readonly campaignId: string
  readonly sandboxId: string
  readonly properties: CampaignProperties
  readonly email: CompiledEmail | undefined
  readonly problem: string
  readonly configuration: EmailConfiguration | undefined
}

/** Versions by id. */
export interface Versions {
  get(versionId: string): Promise<SendableVersion | undefined>
}

const CONFIGURATION_MS = 2_000
const MOST = 500

type Compiled = Omit<SendableVersion, 'configuration'>

const compile = async (db: Db, versionId: string): Promise<Compiled | undefined> => {
  const version = await versionById(db, versionId)
  if (version === undefined) return undefined
  const compiled = compileEmailContent(version.properties.content)
  return {
    id: version.id,
    campaignId: version.campaignId,
    sandboxId: version.sandboxId,
    properties: version.properties,
    email: compiled.ok ? compiled.email : undefined,
    problem: compiled.ok ? '' : compiled.findings.map(finding => finding.message).join('; '),
  }
}

/** A value that is read again when it is older than `ms`; readers of one moment share one query. */
const createKeep = <T>(clock: Clock, ms: number, read: (id: string) => Promise<T>) => {
  const kept = new Map<string, { readonly at: number; readonly value: Promise<T> }>()
  return (id: string): Promise<T> => {
    const entry = kept.get(id)
    if (entry !== undefined && clock.monotonicMs() - entry.at < ms) return entry.value
    if (kept.size >= MOST) kept.clear()
    const value = read(id)
    kept.set(id, { at: clock.monotonicMs(), value })
    value.catch(() => kept.delete(id))
    return value
  }
}

/** Versions never change, so they are compiled once; a configuration that was edited is used within two seconds. */
export const createVersions = (db: Db, clock: Clock): Versions => {
  const versions = createKeep(clock, Number.POSITIVE_INFINITY, id => compile(db, id))
  const configurations = createKeep(clock, CONFIGURATION_MS, id => emailConfigurationById(db, id))
  return {
    get: async versionId => {
      const version = await versions(versionId)
      if (version === undefined) return undefined
      const { channelConfigurationId } = version.properties
      const configuration =
        channelConfigurationId === null ? undefined : await configurations(channelConfigurationId)
      return { ...version, configuration }
    },
  }
}
