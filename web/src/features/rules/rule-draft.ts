/** What a rule's dialogue begins with, and what its kinds have in common. Pure. */
import type { CappingRule, QuietHoursRule, QuietPeriod, Rule, RuleSet } from '@carillon/contract'
import { MAX_QUIET_PERIODS, WEEKDAYS } from '@carillon/contract'

/** A rule being written: one that is new has no id yet. */
export type RuleDraft =
  | (Omit<CappingRule, 'id'> & { readonly id?: string })
  | (Omit<QuietHoursRule, 'id'> & { readonly id?: string })

/** A new rule of a kind; quiet hours begin as nights on the clock of this browser's zone. */
export const newRule = (kind: Rule['kind'], zone: string): RuleDraft =>
  kind === 'capping'
    ? { kind, name: '', count: 3, period: 'week', every: 1, channels: ['email'] }
    : {
        ...{ kind, name: '', channels: ['email'], action: 'queue', periods: [newPeriod('weekly', '')] },
        timeZone: { kind: 'fixed', zone },
      }

/** A new period: every night, or one whole day. */
export const newPeriod = (kind: QuietPeriod['kind'], today: string): QuietPeriod =>
  kind === 'weekly'
    ? { kind, days: [...WEEKDAYS], hours: { from: '21:00', to: '08:00' } }
    : { kind, from: today, to: today, hours: null }

/** Whether one more period may be added. */
export const hasRoom = (periods: readonly QuietPeriod[]): boolean => periods.length < MAX_QUIET_PERIODS

/** The rules of a set with a draft put in its place, or at the end. */
export const withRule = (set: RuleSet, draft: RuleDraft): readonly RuleDraft[] =>
  draft.id === undefined
    ? [...set.rules, draft]
    : set.rules.map(rule => (rule.id === draft.id ? draft : rule))
