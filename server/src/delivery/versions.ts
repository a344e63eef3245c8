/** What a delivery needs of its campaign version: compiled content and sending parameters, read once and kept. */
import type { CampaignProperties } from '@carillon/contract'
import { versionById } from '../campaigns/campaign.store.ts'
import type { CampaignVersionRecord } from '../campaigns/campaign.ts'
import { type EmailConfiguration, emailConfigurationById } from '../campaigns/configuration.store.ts'
import { type CompiledEmail, compileEmailContent, templatesOf } from '../content/email-content.ts'
import { type LoadedLibrary, loadLibrary } from '../content/fragment-library.ts'
import type { ContentSources } from '../content/reach.ts'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { createKeep } from '../lib/keep.ts'
import { NO_RULES, type RulesInForce, rulesInForce } from '../rules/in-force.ts'
import { activeRuleSets } from '../rules/rule-set.store.ts'

/** A version ready to send with; `problem` says why it cannot. */
export interface SendableVersion {
  readonly id: string
  readonly campaignId: string
  readonly sandboxId: string
  readonly properties: CampaignProperties
  readonly email: CompiledEmail | undefined
  readonly problem: string
  readonly configuration: EmailConfiguration | undefined
  /** The rules that a marketing campaign is under now; others have none. */
  readonly rules: RulesInForce
}

/** Versions by id. */
export interface Versions {
  get(versionId: string): Promise<SendableVersion | undefined>
}

const CHANGED_MS = 2_000
const MOST = 500

interface Compiled {
  readonly library: LoadedLibrary
  readonly email: CompiledEmail | undefined
  readonly problem: string
}

// Links are marked where clicks are followed, and where one may lead to the mirror page.
const hasLinks = ({ content, tracking }: CampaignProperties): boolean =>
  tracking.clicks || tracking.opens || /mirror_page/i.test(content.html)

const compile = ({ properties }: CampaignVersionRecord, library: LoadedLibrary): Compiled => {
  const withLinks = hasLinks(properties)
  const compiled = compileEmailContent(properties.content, { fragments: library, withLinks })
  return compiled.ok
    ? { library, email: compiled.email, problem: '' }
    : { library, email: undefined, problem: compiled.findings.map(finding => finding.message).join('; ') }
}

/** What versions are read from. */
export interface VersionsDeps {
  readonly db: Db
  readonly clock: Clock
  readonly sources: ContentSources
}

/** Compiles again only when a fragment that the content names was published since. */
const createCompiler = ({ sources }: VersionsDeps) => {
  const compiled = new Map<string, Compiled>()
  return async (version: CampaignVersionRecord): Promise<Compiled> => {
    const known = compiled.get(version.id)
    if (known?.library.isEmpty) return known
    const library = await loadLibrary(
      references => sources.fragments(version.sandboxId, references),
      templatesOf(version.properties.content),
    )
    if (known?.library.stamp === library.stamp) return known
    if (compiled.size >= MOST) compiled.clear()
    const fresh = compile(version, library)
    compiled.set(version.id, fresh)
    return fresh
  }
}

/**
 * Versions never change, so they are read once; what they refer to does: an edited configuration, a published fragment
 * and a changed rule set are used within two seconds.
 */
export const createVersions = (deps: VersionsDeps): Versions => {
  const { db, clock } = deps
  const compileVersion = createCompiler(deps)
  const records = createKeep({ clock, ms: Number.POSITIVE_INFINITY }, id => versionById(db, id))
  const contents = createKeep({ clock, ms: CHANGED_MS }, async id => {
    const version = await records(id)
    return version === undefined ? undefined : { version, ...(await compileVersion(version)) }
  })
  const configurations = createKeep({ clock, ms: CHANGED_MS }, id => emailConfigurationById(db, id))
  const ruleSets = createKeep({ clock, ms: CHANGED_MS }, sandboxId => activeRuleSets(db, sandboxId))
  return {
    get: async versionId => {
      const content = await contents(versionId)
      if (content === undefined) return undefined
      const { version, email, problem } = content
      const { id, campaignId, sandboxId, properties } = version
      const { channelConfigurationId } = properties
      const configuration =
        channelConfigurationId === null ? undefined : await configurations(channelConfigurationId)
      const rules =
        properties.category === 'marketing' ? rulesInForce(await ruleSets(sandboxId), properties) : NO_RULES
      return { id, campaignId, sandboxId, properties, email, problem, configuration, rules }
    },
  }
}
