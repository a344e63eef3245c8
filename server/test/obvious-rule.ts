/** What a rule of an audience means, said slowly and obviously: the oracle of the compiled rules' test. */
import type { EventCondition, InteractionCondition, ValueTest } from '@carillon/contract'
import type { Static } from 'typebox'

/** A JSON tree. */
export type Tree = Record<string, unknown>
/** An event of a person. */
export interface Deed {
  readonly type: string
  readonly at: Date
  readonly data: Tree
}
/** A person, with all that rules ask. */
export interface Person {
  readonly id: string
  readonly attributes: Tree
  readonly events: readonly Deed[]
  readonly lists: readonly string[]
  readonly got: readonly { readonly campaignId: string; readonly at: Date }[]
  readonly done: readonly Done[]
}
/** What a person did with a mail. */
export interface Done {
  readonly campaignId: string
  readonly action: 'open' | 'click'
  readonly link: number
  readonly machine: boolean
  readonly n: number
  readonly at: Date
}

/** When rules are asked. */
export const NOW = new Date('2026-06-15T12:00:00.000Z')
/** Milliseconds. */
export const DAY = 86_400_000
/** Labels of links, by their numbers. */
export const LABELS = ['', 'Shop', "o'link", 'Shop'] as const

/** The value at a path of own members. */
export const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (found, name) =>
      typeof found === 'object' && found !== null && !Array.isArray(found) && Object.hasOwn(found, name)
        ? (found as Tree)[name]
        : undefined,
    value,
  )
const dateOf = (value: unknown): number => {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d))?$/.test(value))
    return Number.NaN
  const [year = 0, month = 0, day = 0] = value.slice(0, 10).split('-').map(Number)
  const given = new Date(Date.UTC(year, month - 1, day))
  const exists = year > 0 && given.getUTCMonth() === month - 1 && given.getUTCDate() === day
  return exists && !value.includes('T24') ? Date.parse(value) : Number.NaN
}
/** Whether a test holds. */
export const holds = (test: ValueTest, subject: unknown): boolean => {
  const value = at(subject, test.path)
  const isNumber = typeof value === 'number'
  switch (test.operator) {
    case 'equals':
      return value === test.value
    case 'not_equals':
      return value !== test.value
    case 'in':
      return test.values.some(one => one === value)
    case 'contains':
      return typeof value === 'string' || Array.isArray(value) ? value.includes(test.value) : false
    case 'starts_with':
      return typeof value === 'string' && value.startsWith(test.value)
    case 'greater':
      return isNumber && value > test.value
    case 'at_least':
      return isNumber && value >= test.value
    case 'less':
      return isNumber && value < test.value
    case 'at_most':
      return isNumber && value <= test.value
    case 'between':
      return isNumber && value >= test.from && value <= test.to
    case 'before':
      return dateOf(value) < Date.parse(test.value)
    case 'after':
      return dateOf(value) > Date.parse(test.value)
    case 'within_last':
      return dateOf(value) >= NOW.getTime() - test.days * DAY && dateOf(value) <= NOW.getTime()
    case 'exists':
      return value !== undefined && value !== null
    case 'not_exists':
      return value === undefined || value === null
  }
}
/** Whether a moment is within the last days. */
export const isRecent = (moment: Date, within: number): boolean =>
  moment.getTime() >= NOW.getTime() - within * DAY
/** Whether a person did something often enough. */
export const did = (person: Person, event: Static<typeof EventCondition>): boolean =>
  person.events.filter(
    one =>
      one.type === event.type &&
      isRecent(one.at, event.days) &&
      event.where.every(test => holds(test, one.data)),
  ).length >= event.times
/** Whether a deed is the one that a condition asks for. */
export const isDone = (one: Done, rule: Static<typeof InteractionCondition>): boolean =>
  one.campaignId === rule.campaignId &&
  one.action === rule.action &&
  !one.machine &&
  one.n > 0 &&
  isRecent(one.at, rule.days) &&
  (rule.label === null || LABELS[one.link] === rule.label)
