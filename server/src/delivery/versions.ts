/** What a delivery needs of its campaign version: compiled content and sending parameters, read once and kept. */
import type { CampaignProperties } from '@carillon/contract'
import { versionById } from '../campaigns/campaign.store.ts'
import type { CampaignVersionRecord } from '../campaigns/campaign.ts'
import { attachmentsOf } from '../campaigns/campaign-file.store.ts'
import { sendingConfigurationById } from '../campaigns/configuration.store.ts'
import type { SendingConfiguration } from '../campaigns/configuration-settings.ts'
import type { Attachment } from '../channels/email/mime.ts'
import { type CompiledContent, compileContent, templatesOf } from '../content/content.ts'
import { type LoadedLibrary, loadLibrary } from '../content/fragment-library.ts'
import type { ContentSources } from '../content/reach.ts'
import { type CompiledSending, compileSending } from '../content/sending.ts'
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
  readonly content: CompiledContent | undefined
  readonly problem: string
  /** What its email configuration personalises; `sendingProblem` says why it cannot be. */
  readonly sending: CompiledSending | undefined
  readonly sendingProblem: string
  /** The files that go with it. */
  readonly attachments: readonly Attachment[]
  readonly configuration: SendingConfiguration | undefined
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
  readonly content: CompiledContent | undefined
  readonly problem: string
}

// Links are marked where clicks are followed, and where one may lead to the mirror page.
const hasLinks = ({ content, tracking }: CampaignProperties, library: LoadedLibrary): boolean =>
  tracking.clicks ||
  ('html' in content && [content.html, ...library.sources].some(source => /mirror_page/i.test(source)))

const compile = ({ properties }: CampaignVersionRecord, library: LoadedLibrary): Compiled => {
  const withLinks = hasLinks(properties, library)
  const compiled = compileContent(properties, { fragments: library, withLinks })
  return compiled.ok
    ? { library, content: compiled.content, problem: '' }
    : { library, content: undefined, problem: compiled.findings.map(finding => finding.message).join('; ') }
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
      templatesOf(version.properties),
    )
    if (known?.library.stamp === library.stamp) return known
    if (compiled.size >= MOST) compiled.clear()
    const fresh = compile(version, library)
    compiled.set(version.id, fresh)
    return fresh
  }
}

interface Sending {
  readonly configuration: SendingConfiguration
  readonly sending: CompiledSending | undefined
  readonly sendingProblem: string
}

/** Compiles again only when a configuration's texts changed. */
const createSendingReader = (db: Db) => {
  const known = new Map<string, { readonly key: string } & Omit<Sending, 'configuration'>>()
  return async (id: string): Promise<Sending | undefined> => {
    const configuration = await sendingConfigurationById(db, id)
    if (configuration === undefined) return undefined
    if (configuration.channel !== 'email') return { configuration, sending: undefined, sendingProblem: '' }
    const key = JSON.stringify(configuration.templates)
    const before = known.get(id)
    if (before?.key === key) return { configuration, ...before }
    if (known.size >= MOST) known.clear()
    const compiled = compileSending(configuration.templates)
    const fresh = compiled.ok
      ? { key, sending: compiled.sending, sendingProblem: '' }
      : { key, sending: undefined, sendingProblem: compiled.findings.map(one => one.message).join('; ') }
    known.set(id, fresh)
    return { configuration, ...fresh }
  }
}

const NO_FILES: readonly Attachment[] = []
// A set of files is megabytes: a few are kept, for the campaigns that send just now.
const MOST_FILE_SETS = 8

const createFileReader = (db: Db) => {
  const kept = new Map<string, Promise<readonly Attachment[]>>()
  return (ids: readonly string[]): readonly Attachment[] | Promise<readonly Attachment[]> => {
    if (ids.length === 0) return NO_FILES
    const key = ids.join()
    const found = kept.get(key)
    if (found !== undefined) return found
    const [oldest] = kept.keys()
    if (kept.size >= MOST_FILE_SETS && oldest !== undefined) kept.delete(oldest)
    const read = attachmentsOf(db, ids)
    kept.set(key, read)
    read.catch(() => kept.delete(key))
    return read
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
  const configurations = createKeep({ clock, ms: CHANGED_MS }, createSendingReader(db))
  const files = createFileReader(db)
  const ruleSets = createKeep({ clock, ms: CHANGED_MS }, sandboxId => activeRuleSets(db, sandboxId))
  return {
    get: async versionId => {
      const compiled = await contents(versionId)
      if (compiled === undefined) return undefined
      const { version, content, problem } = compiled
      const { id, campaignId, sandboxId, properties } = version
      const { channelConfigurationId } = properties
      const configured =
        channelConfigurationId === null ? undefined : await configurations(channelConfigurationId)
      const { configuration, sending, sendingProblem = '' } = configured ?? {}
      const attachments = await files(properties.attachmentIds)
      const rules =
        properties.category === 'marketing' ? rulesInForce(await ruleSets(sandboxId), properties) : NO_RULES
      return {
        ...{ id, campaignId, sandboxId, properties, content, problem, rules },
        ...{ configuration, sending, sendingProblem, attachments },
      }
    },
  }
}
