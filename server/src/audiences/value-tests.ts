/**
 * Tests of one value in a JSON tree as SQL. Nothing of a test enters the text: paths and values are parameters. Every
 * expression is true or false, never null. Pure.
 */
import { INSTANT_PATTERN, type ValueTest } from '@carillon/contract'

/** Takes a value, answers its placeholder. */
export type Put = (value: unknown) => string

/** The moment that a date or instant names; a date alone is its midnight in UTC. */
export const instantOf = (text: string): Date => new Date(text.length === 10 ? `${text}T00:00:00Z` : text)

const DAY_MS = 86_400_000

/** So many days before a moment. */
export const daysBefore = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS)

const nested = (path: readonly string[], value: unknown): string =>
  path.reduceRight((inner, name) => `{${JSON.stringify(name)}:${inner}}`, JSON.stringify(value))

// `->` with a text enters objects alone, so an array has no member "0".
const valueAt = (tree: string, path: readonly string[], put: Put): string =>
  `(${tree}${path.map(name => ` -> ${put(name)}::text`).join('')})`

const isNumber = (value: string, compare: (number: string) => string): string =>
  `(case when jsonb_typeof(${value}) = 'number' then ${compare(`${value}::numeric`)} else false end)`

const text = (value: string): string => `(${value} #>> '{}')`

// The cast is safe: the pattern lets nothing through that is not a date.
const isInstant = (value: string, compare: (instant: string) => string): string => {
  const whole = `(${text(value)} || case when length(${text(value)}) = 10 then 'T00:00:00Z' else '' end)::timestamptz`
  return `(case when jsonb_typeof(${value}) = 'string' and ${text(value)} ~ '${INSTANT_PATTERN}' then ${compare(whole)} else false end)`
}

const contains = (value: string, part: string): string =>
  `(case jsonb_typeof(${value}) when 'string' then position(${part} in ${text(value)}) > 0
    when 'array' then ${value} ? ${part} else false end)`

const startsWith = (value: string, beginning: string): string =>
  `(case when jsonb_typeof(${value}) = 'string' then starts_with(${text(value)}, ${beginning}) else false end)`

/** What a test is made against: the SQL of the tree, and the moment it is asked at. */
export interface Subject {
  readonly tree: string
  readonly now: Date
}

const numberTest = (value: string, test: ValueTest, put: Put): string | undefined => {
  switch (test.operator) {
    case 'greater':
      return isNumber(value, number => `${number} > ${put(test.value)}::numeric`)
    case 'at_least':
      return isNumber(value, number => `${number} >= ${put(test.value)}::numeric`)
    case 'less':
      return isNumber(value, number => `${number} < ${put(test.value)}::numeric`)
    case 'at_most':
      return isNumber(value, number => `${number} <= ${put(test.value)}::numeric`)
    case 'between':
      return isNumber(
        value,
        number => `${number} between ${put(test.from)}::numeric and ${put(test.to)}::numeric`,
      )
    default:
      return undefined
  }
}

const dateTest = (
  value: string,
  test: ValueTest,
  { put, now }: { put: Put; now: Date },
): string | undefined => {
  switch (test.operator) {
    case 'before':
      return isInstant(value, at => `${at} < ${put(instantOf(test.value))}::timestamptz`)
    case 'after':
      return isInstant(value, at => `${at} > ${put(instantOf(test.value))}::timestamptz`)
    case 'within_last':
      return isInstant(
        value,
        at => `${at} between ${put(daysBefore(now, test.days))}::timestamptz and ${put(now)}::timestamptz`,
      )
    default:
      return undefined
  }
}

const otherTest = (value: string, test: ValueTest, put: Put): string => {
  switch (test.operator) {
    case 'in':
      return `coalesce(${value} = any(${put(test.values.map(one => JSON.stringify(one)))}::jsonb[]), false)`
    case 'contains':
      return contains(value, `${put(test.value)}::text`)
    case 'starts_with':
      return startsWith(value, `${put(test.value)}::text`)
    case 'not_exists':
      return `coalesce(jsonb_typeof(${value}) = 'null', true)`
    default:
      return `coalesce(jsonb_typeof(${value}) <> 'null', false)`
  }
}

/** The SQL of a test. */
export const valueTest = (test: ValueTest, { tree, now }: Subject, put: Put): string => {
  // Containment of a scalar at the end of a path is equality there.
  if (test.operator === 'equals') return `(${tree} @> ${put(nested(test.path, test.value))}::jsonb)`
  if (test.operator === 'not_equals') return `(not ${tree} @> ${put(nested(test.path, test.value))}::jsonb)`
  const value = valueAt(tree, test.path, put)
  return numberTest(value, test, put) ?? dateTest(value, test, { put, now }) ?? otherTest(value, test, put)
}
