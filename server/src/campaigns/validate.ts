/** Everything that can be wrong with a campaign before it goes live, as findings with pointers. */
import {
  type CampaignChannel,
  type CampaignProperties,
  type ChannelConfiguration,
  type Finding,
  MAX_ATTACHMENT_BYTES,
} from '@carillon/contract'
import type { AuthorLibrary, DeclaredSchemas } from '../content/authoring.ts'
import { compileContent, missingFrom, sampleFindings, wayOutFindings } from '../content/content.ts'
import { placelessFinding } from '../content/findings.ts'
import { unpublishedFindings } from '../content/fragment-findings.ts'
import type { PushReach } from '../content/push-content.ts'

const finding = (pointer: string, code: string, message: string): Finding =>
  placelessFinding(pointer, { code, message })
const warning = (pointer: string, code: string, message: string): Finding => ({
  ...finding(pointer, code, message),
  severity: 'warning',
})

/** Whether what a campaign names is there. */
export interface Named {
  readonly state: 'unnamed' | 'missing' | 'archived' | 'there'
}

/** What a campaign refers to, as it stands now. */
export interface CampaignFacts {
  /** The channel configuration that the campaign names; undefined: it is not there. */
  readonly configuration: Pick<ChannelConfiguration, 'status' | 'category' | 'channel'> | undefined
  /** Whether what the configuration personalises needs a profile. */
  readonly configurationNeedsProfile: boolean
  /** The campaign's files that it names, with their sizes. */
  readonly files: readonly { readonly id: string; readonly size: number }[]
  readonly now: Date
  /** Measures how long a render takes. */
  readonly monotonicMs: () => number
  /** Whom a push campaign can reach. */
  readonly reach: PushReach
  readonly fragments: AuthorLibrary
  readonly declared: DeclaredSchemas
  /** The audience that the campaign names. `isEmpty` undefined: it was not asked, or it would take long to know. */
  readonly audience: Named & { readonly isEmpty?: boolean | undefined }
  /** The topic that the campaign names. */
  readonly topic: Named
  /** The rule sets that may be named: the active ones of the sandbox, the global one apart. */
  readonly activeRuleSetIds: ReadonlySet<string>
}

const audienceFindings = ({ state, isEmpty }: CampaignFacts['audience']): Finding[] => {
  if (state === 'archived')
    return [
      finding(
        '/audienceId',
        'audience_archived',
        'The audience is archived; bring it back or choose another.',
      ),
    ]
  if (state !== 'there')
    return [finding('/audienceId', 'audience_missing', 'Choose an audience of this sandbox.')]
  return isEmpty === true
    ? [warning('/audienceId', 'audience_empty', 'Nobody is in the audience now: a run reaches nobody.')]
    : []
}

// Only who is subscribed gets a campaign about a topic, and nobody is to one that is gone.
const topicFindings = ({ state }: Named): Finding[] => {
  if (state === 'archived')
    return [
      finding(
        '/topicId',
        'topic_archived',
        'The topic is archived: a campaign about it reaches nobody. Use the topic again, or choose another.',
      ),
    ]
  return state === 'missing'
    ? [
        finding(
          '/topicId',
          'topic_missing',
          'The topic is not there: the campaign reaches nobody. Choose another.',
        ),
      ]
    : []
}

const marketingFindings = (properties: CampaignProperties, facts: CampaignFacts): Finding[] => {
  if (properties.category !== 'marketing') return []
  return [
    ...audienceFindings(facts.audience),
    ...topicFindings(facts.topic),
    ...(properties.highThroughput
      ? [
          finding(
            '/highThroughput',
            'marketing_high_throughput',
            'A marketing campaign knows its people; it cannot be a high-throughput one.',
          ),
        ]
      : []),
  ]
}

const contentFindings = (properties: CampaignProperties, facts: CampaignFacts): Finding[] => {
  const compiled = compileContent(properties, {
    fragments: facts.fragments,
    ...facts.declared,
    forbidProfile: properties.highThroughput,
  })
  const { monotonicMs, reach } = facts
  const moment = { nowMs: facts.now.getTime(), monotonicMs, reach }
  const wantsWayOut = properties.category === 'marketing' && !properties.highThroughput && compiled.ok
  return [
    ...missingFrom(properties),
    ...compiled.findings,
    ...(compiled.ok ? sampleFindings(compiled.content, properties.sample, moment) : []),
    ...(wantsWayOut ? wayOutFindings(properties, compiled.content) : []),
    ...unpublishedFindings('/content', facts.fragments.unpublished),
  ]
}

const scheduleFindings = (properties: CampaignProperties, now: Date): Finding[] => {
  const { startAt, endAt } = properties
  if (endAt === null) return []
  if (Date.parse(endAt) <= now.getTime())
    return [finding('/endAt', 'end_in_past', 'The end lies in the past.')]
  if (startAt !== null && Date.parse(startAt) >= Date.parse(endAt))
    return [finding('/endAt', 'end_before_start', 'The end must be after the start.')]
  return []
}

/** Whether a provider of the channel delivers a message once that it is given twice. */
const DEDUPLICATES: Readonly<Record<CampaignChannel, boolean>> = { email: false, sms: false, push: false }

// A repeat that the channel cannot recognise would reach the person twice.
const policyFindings = ({ channel, unknownPolicy }: CampaignProperties): Finding[] =>
  !DEDUPLICATES[channel] && unknownPolicy === 'retry'
    ? [
        finding(
          '/unknownPolicy',
          'unknown_policy',
          'The channel cannot de-duplicate, so a repeat could arrive twice; choose hold.',
        ),
      ]
    : []

// A set that is not in force would be left out in silence.
const ruleFindings = ({ ruleSetIds }: CampaignProperties, facts: CampaignFacts): Finding[] =>
  ruleSetIds.flatMap((id, index) =>
    facts.activeRuleSetIds.has(id)
      ? []
      : [
          finding(
            `/ruleSetIds/${index}`,
            'rule_set_inactive',
            'This rule set is not active, or not there any more; activate it or take it out.',
          ),
        ],
  )

/** What stands between a campaign and its channel configuration. */
export const configurationFindings = (
  properties: Pick<CampaignProperties, 'category' | 'channel' | 'highThroughput'>,
  facts: Pick<CampaignFacts, 'configuration' | 'configurationNeedsProfile'>,
): Finding[] => {
  const at = (code: string, message: string): Finding[] => [finding('/channelConfigurationId', code, message)]
  const { configuration } = facts
  if (configuration === undefined)
    return at('configuration_missing', 'Choose a channel configuration of this sandbox.')
  if (configuration.channel !== properties.channel)
    return at(
      'configuration_channel',
      'The channel configuration is of another channel; choose one of this campaign’s.',
    )
  if (configuration.status !== 'active')
    return at(
      'configuration_inactive',
      'The channel configuration is not active; submit it, or choose another.',
    )
  if (configuration.category !== null && configuration.category !== properties.category)
    return at(
      'configuration_category',
      `The channel configuration is for ${configuration.category} campaigns only; choose another.`,
    )
  if (properties.highThroughput && facts.configurationNeedsProfile)
    return at(
      'configuration_profile',
      'The channel configuration personalises by profile, and a high-throughput campaign knows none.',
    )
  return []
}

const fileFindings = (
  { attachmentIds, channel }: CampaignProperties,
  { files }: CampaignFacts,
): Finding[] => {
  if (channel !== 'email') return []
  const known = new Map(files.map(file => [file.id, file.size]))
  const missing = attachmentIds.flatMap((id, index) =>
    known.has(id)
      ? []
      : [finding(`/attachmentIds/${index}`, 'attachment_missing', 'This file is not there; take it out.')],
  )
  const bytes = attachmentIds.reduce((sum, id) => sum + (known.get(id) ?? 0), 0)
  return bytes <= MAX_ATTACHMENT_BYTES
    ? missing
    : [...missing, finding('/attachmentIds', 'attachments_large', 'The files are more than 5 MB together.')]
}

/** The findings of a campaign. */
export const validateCampaign = (properties: CampaignProperties, facts: CampaignFacts): Finding[] => [
  ...(properties.name.trim() === '' ? [finding('/name', 'name_empty', 'Give the campaign a name.')] : []),
  ...configurationFindings(properties, facts),
  ...contentFindings(properties, facts),
  ...scheduleFindings(properties, facts.now),
  ...policyFindings(properties),
  ...marketingFindings(properties, facts),
  ...ruleFindings(properties, facts),
  ...fileFindings(properties, facts),
]

/** Whether nothing stands against activation; warnings do not. */
export const isValid = (findings: readonly Finding[]): boolean =>
  findings.every(one => one.severity !== 'error')
