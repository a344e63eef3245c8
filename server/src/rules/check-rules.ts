/** What the shape of a rule does not say: which rules make sense, each mistake with its pointer. Pure. */
import { MOST_EVERY, type QuietPeriod, type RuleWrite } from '@carillon/contract'
import type { Problem } from '../lib/fault.ts'
import { isTimeZone } from '../lib/time-zone.ts'
import { dayNumber } from './calendar.ts'

type Capping = Extract<RuleWrite, { kind: 'capping' }>
type QuietHours = Extract<RuleWrite, { kind: 'quiet_hours' }>

const cappingProblems = ({ period, every }: Capping, pointer: string): Problem[] =>
  every > MOST_EVERY[period]
    ? [{ pointer: `${pointer}/every`, message: `must be from 1 to ${MOST_EVERY[period]} for a ${period}` }]
    : []

const dateProblems = ({ from, to }: Extract<QuietPeriod, { kind: 'dates' }>, pointer: string): Problem[] => {
  const wrong = Object.entries({ from, to }).flatMap(([member, date]) =>
    Number.isNaN(dayNumber(date))
      ? [{ pointer: `${pointer}/${member}`, message: 'is not a day of the calendar' }]
      : [],
  )
  if (wrong.length > 0 || from <= to) return wrong
  return [{ pointer: `${pointer}/to`, message: 'must not be before `from`' }]
}

const periodProblems = (period: QuietPeriod, pointer: string): Problem[] => [
  ...(period.kind === 'dates' ? dateProblems(period, pointer) : []),
  ...(period.hours !== null && period.hours.from === period.hours.to
    ? [{ pointer: `${pointer}/hours/to`, message: 'must differ from `from`; `hours: null` is all day' }]
    : []),
]

const quietProblems = (rule: QuietHours, at: { pointer: string; global: boolean }): Problem[] => {
  const { timeZone, periods } = rule
  if (at.global)
    return [{ pointer: `${at.pointer}/kind`, message: 'the global rule set takes capping rules only' }]
  return [
    ...(timeZone.kind === 'fixed' && !isTimeZone(timeZone.zone)
      ? [
          {
            pointer: `${at.pointer}/timeZone/zone`,
            message: 'is not a known time zone, e.g. Europe/Amsterdam',
          },
        ]
      : []),
    ...periods.flatMap((period, index) => periodProblems(period, `${at.pointer}/periods/${index}`)),
  ]
}

// The first of a name, or of an id, stays; every other is told where the first is.
const repeated = (rules: readonly RuleWrite[], member: 'name' | 'id'): Problem[] => {
  const firsts = new Map<string, number>()
  return rules.flatMap((rule, index): Problem[] => {
    const value = rule[member]?.toLowerCase()
    if (value === undefined) return []
    const first = firsts.get(value)
    if (first === undefined) firsts.set(value, index)
    return first === undefined
      ? []
      : [{ pointer: `/rules/${index}/${member}`, message: `is also the ${member} of rule ${first}` }]
  })
}

/** Everything wrong with the rules of a set; `known` are the ids of the rules that it has. */
export const ruleProblems = (
  rules: readonly RuleWrite[],
  set: { readonly global: boolean; readonly known: ReadonlySet<string> },
): Problem[] => [
  ...rules.flatMap((rule, index): Problem[] => {
    const pointer = `/rules/${index}`
    const foreign = rule.id !== undefined && !set.known.has(rule.id.toLowerCase())
    return [
      ...(rule.name.trim() === '' ? [{ pointer: `${pointer}/name`, message: 'must not be empty' }] : []),
      ...(foreign ? [{ pointer: `${pointer}/id`, message: 'is not a rule of this set' }] : []),
      ...(rule.kind === 'capping'
        ? cappingProblems(rule, pointer)
        : quietProblems(rule, { pointer, global: set.global })),
    ]
  }),
  ...repeated(rules, 'name'),
  ...repeated(rules, 'id'),
]
