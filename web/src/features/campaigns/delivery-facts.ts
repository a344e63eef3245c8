/** The delivery of a campaign as facts of its summary: only what differs from "as fast as possible, no ceiling". Pure. */
import type { CampaignProperties } from '@carillon/contract'
import type { Formats } from '../../i18n/format.ts'
import type { Translate } from '../../i18n/translate.ts'
import { durationText } from '../../ui/duration-text.ts'

/** The facts; null for what is not set. */
export const deliveryFacts = (
  { t, formats }: { readonly t: Translate; readonly formats: Formats },
  properties: CampaignProperties,
): readonly (readonly [string, string | null])[] => {
  const { guard } = properties
  const number = (n: number | null) => (n === null ? null : formats.number(n))
  const duration = (seconds: number | null) => (seconds === null ? null : durationText(t, seconds))
  return [
    [t('delivery.route'), properties.highThroughput ? t('delivery.high') : null],
    [t('delivery.rate'), number(properties.ratePerSecond)],
    [t('delivery.once'), duration(properties.onceWindowSeconds)],
    [t('rules.business'), number(properties.ruleSetIds.length || null)],
    [t('delivery.stale'), duration(properties.staleAfterSeconds)],
    [t('delivery.perMinute'), number(guard.perMinute)],
    [t('delivery.perDay'), number(guard.perDay)],
    [t('delivery.perPerson'), number(guard.perPersonPerDay)],
    [t('delivery.guard'), guard.suddenRise ? t('delivery.rise') : null],
  ]
}
