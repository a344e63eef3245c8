/** Everything that can be wrong with a campaign before it goes live, as findings with pointers. */
import type { CampaignProperties, Finding } from '@carillon/contract'
import { compileEmailContent } from '../content/email-content.ts'

const finding = (pointer: string, code: string, message: string): Finding => ({
  pointer,
  severity: 'error',
  code,
  message,
  line: null,
  column: null,
  excerpt: null,
})

const contentFindings = (properties: CampaignProperties): Finding[] => {
  const { subject, html, text } = properties.content
  const missing = [
    ...(subject.trim() === ''
      ? [finding('/content/subject', 'subject_empty', 'Give the email a subject.')]
      : []),
    ...(html.trim() === '' && (text ?? '').trim() === ''
      ? [finding('/content/html', 'content_empty', 'Give the email an HTML or a text body.')]
      : []),
  ]
  const compiled = compileEmailContent(properties.content)
  return compiled.ok ? missing : [...missing, ...compiled.findings]
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

/** The findings of a campaign; `configurationExists` says whether its channel configuration is there. */
export const validateCampaign = (
  properties: CampaignProperties,
  facts: { readonly configurationExists: boolean; readonly now: Date },
): Finding[] => [
  ...(properties.name.trim() === '' ? [finding('/name', 'name_empty', 'Give the campaign a name.')] : []),
  ...(facts.configurationExists
    ? []
    : [
        finding(
          '/channelConfigurationId',
          'configuration_missing',
          'Choose a channel configuration of this sandbox.',
        ),
      ]),
  ...contentFindings(properties),
  ...scheduleFindings(properties, facts.now),
]

/** Whether nothing stands against activation; warnings do not. */
export const isValid = (findings: readonly Finding[]): boolean =>
  findings.every(one => one.severity !== 'error')
