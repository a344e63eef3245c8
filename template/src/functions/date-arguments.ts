/** How the date functions read their arguments, and the shapes that many of them share. Knows no single function. */
import type { Run } from '../run.ts'
import type { DateTime } from '../time/date-time.ts'
import { parseIso } from '../time/parse-iso.ts'
import { atInstant, UTC, zoneOf } from '../time/zones.ts'
import { isDateTime, type Value } from '../values.ts'
import {
  argument,
  type Described,
  type FunctionSpec,
  type Param,
  param,
  type ReturnType,
} from './function-spec.ts'

/** A date as it is, or of its ISO text: data can hold text only. Undefined for anything else. */
export const asDate = (value: Value): DateTime | undefined => {
  if (typeof value === 'string') return parseIso(value)
  return isDateTime(value) ? value : undefined
}

/** The argument as a date. */
export const dateOf = (args: readonly Value[], position: number): DateTime | undefined =>
  asDate(argument(args, position))

/** The argument as a whole number; undefined where it is no number. */
export const wholeOf = (args: readonly Value[], position: number): number | undefined => {
  const value = argument(args, position)
  return typeof value === 'number' ? Math.trunc(value) + 0 : undefined
}

/** Milliseconds since 1970 as a date in UTC; undefined outside the calendar. */
export const fromMillis = (ms: number): DateTime | undefined => {
  const epochSecond = Math.floor(ms / 1000)
  return atInstant({ epochSecond, nano: Math.floor(ms - epochSecond * 1000) * 1_000_000 }, UTC)
}

/** The moment of the render in its zone; undefined where the caller told none. */
export const nowOf = ({ environment }: Run): DateTime | undefined => {
  const now = environment.nowMs === undefined ? undefined : fromMillis(environment.nowMs)
  return now === undefined ? undefined : atInstant(now, zoneOf(environment.timeZone ?? 'UTC') ?? UTC)
}

/** What a date function computes; undefined becomes null, which prints blank. */
export type Computed = string | number | boolean | DateTime | undefined

const orNull = (computed: Computed): Value => computed ?? null

/** A function of one date. What is no date gives null. */
export const onDate = (
  returns: ReturnType,
  compute: (date: DateTime, run: Run) => Computed,
  described: Described,
): FunctionSpec => ({
  group: 'date',
  params: [param('date', 'date')],
  returns,
  ...described,
  call: (args, run) => {
    const date = dateOf(args, 0)
    return date === undefined ? null : orNull(compute(date, run))
  },
})

/** A function that moves a date by a whole number, or sets a part of it. */
export const onDateAndNumber = (
  name: string,
  compute: (date: DateTime, number: number) => Computed,
  described: Described,
): FunctionSpec => ({
  group: 'date',
  params: [param('date', 'date'), param(name, 'number')],
  returns: 'date',
  ...described,
  call: args => {
    const [date, number] = [dateOf(args, 0), wholeOf(args, 1)]
    return date === undefined || number === undefined ? null : orNull(compute(date, number))
  },
})

/** A number that two dates give. */
export const onTwoDates = (
  params: readonly Param[],
  compute: (first: DateTime, second: DateTime) => number,
  described: Described,
): FunctionSpec => ({
  group: 'date',
  params,
  returns: 'number',
  ...described,
  call: args => {
    const [first, second] = [dateOf(args, 0), dateOf(args, 1)]
    return first === undefined || second === undefined ? null : compute(first, second)
  },
})
