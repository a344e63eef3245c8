/** A rule as a sentence: what the table, the summary and a screen reader say. Pure. */
import type { CappingRule, QuietPeriod, QuietTimeZone, Rule, RuleChannel, Weekday } from '@carillon/contract'
import { WEEKDAYS } from '@carillon/contract'
import type { Translate } from '../../i18n/translate.ts'

/** The days in the order in which they are shown: the week of people begins on Monday. */
export const SHOWN_DAYS: readonly Weekday[] = [...WEEKDAYS.slice(1), 'sunday']

/** The names of channels, joined. */
export const channelWords = (t: Translate, channels: readonly RuleChannel[]): string =>
  channels.map(one => t(`rules.channel.${one}`)).join(', ')

const cappingWords = (t: Translate, rule: CappingRule): string =>
  t(`rules.cap.${rule.period}`, {
    messages: t('rules.messages', { count: rule.count }),
    count: rule.every,
  })

const daysWords = (t: Translate, days: readonly Weekday[]): string =>
  days.length === 7
    ? t('rules.everyDay')
    : SHOWN_DAYS.filter(day => days.includes(day))
        .map(day => t(`rules.day.${day}`))
        .join(', ')

/** One period: days or dates, and the hours. */
export const periodWords = (t: Translate, period: QuietPeriod): string => {
  const { hours } = period
  const days =
    period.kind === 'weekly'
      ? daysWords(t, period.days)
      : period.from === period.to
        ? period.from
        : `${period.from} – ${period.to}`
  return `${days}, ${hours === null ? t('rules.allDay') : `${hours.from} – ${hours.to}`}`
}

/** Whose clock is meant. */
const zoneWords = (t: Translate, timeZone: QuietTimeZone): string =>
  timeZone.kind === 'fixed' ? timeZone.zone : t('rules.recipientZone')

/** The whole rule. */
export const ruleWords = (t: Translate, rule: Rule): string =>
  rule.kind === 'capping'
    ? cappingWords(t, rule)
    : `${rule.periods.map(period => periodWords(t, period)).join('; ')} (${zoneWords(t, rule.timeZone)}); ${t('rules.due', { action: t(`rules.action.${rule.action}`) })}`
