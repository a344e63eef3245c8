/** The rows as they were, until their tables are written anew. */
import type { Run } from '../run.ts'
import { toText, type Value } from '../values.ts'

/** The body of a function. `offset` is where it is called, for `stop`. */
export type Call = (args: readonly Value[], run: Run, offset: number) => Value

/** One function as the table, the checker and the documentation see it. */
export interface FunctionSpec {
  /** As an author reads it, e.g. `(text, begin, end) text`. */
  readonly signature: string
  readonly min: number
  readonly max: number
  /** Positions of the arguments that are lists. */
  readonly lists?: readonly number[]
  /** Positions of the arguments that are numbers, or lists of them. */
  readonly numbers?: readonly number[]
  /** `element`: the result is an element of the first argument; `member`: the part of it named by the second. */
  readonly yields?: 'element' | 'member'
  readonly call: Call
}

/** Functions by name. */
export type FunctionTable = Readonly<Record<string, FunctionSpec>>

/** The argument, or null where it was left out. */
export const argument = (args: readonly Value[], position: number): Value => args[position] ?? null

/** The argument as text; a number prints as in the output, null is the empty text. */
export const textOf = (args: readonly Value[], position: number): string => toText(argument(args, position))

/** The argument as a number, or the fallback where it is none. Text is not converted. */
export const numberOf = (args: readonly Value[], position: number, fallback: number): number => {
  const value = argument(args, position)
  return typeof value === 'number' ? value : fallback
}

/** The argument as an index: a whole number within 0 … length. */
export const indexOf = (
  args: readonly Value[],
  position: number,
  range: { readonly length: number; readonly fallback: number },
): number => Math.max(0, Math.min(Math.trunc(numberOf(args, position, range.fallback)), range.length))

/** A function from one text to a value; null stays null, so that a missing attribute prints blank. */
export const onText = (signature: string, compute: (text: string) => Value): FunctionSpec => ({
  signature,
  min: 1,
  max: 1,
  call: args => (argument(args, 0) === null ? null : compute(textOf(args, 0))),
})

/** A test of two texts; false where the first is null. */
export const onTwoTexts = (
  signature: string,
  test: (left: string, right: string) => boolean,
): FunctionSpec => ({
  signature,
  min: 2,
  max: 2,
  call: args => argument(args, 0) !== null && test(textOf(args, 0), textOf(args, 1)),
})

/** Exactly the opposite of another function. */
export const opposite = (spec: FunctionSpec): FunctionSpec => ({
  ...spec,
  call: (args, run, offset) => spec.call(args, run, offset) !== true,
})

import type { FunctionSpec as Row } from './function-spec.ts'

const typeAt = (spec: FunctionSpec, at: number) =>
  spec.lists?.includes(at)
    ? spec.numbers?.includes(at)
      ? 'numbers'
      : 'list'
    : spec.numbers?.includes(at)
      ? 'number'
      : 'any'
export const upgrade = (table: FunctionTable): Readonly<Record<string, Row>> =>
  Object.fromEntries(
    Object.entries(table).map(([name, spec]) => {
      const params = Array.from({ length: Number.isFinite(spec.max) ? spec.max : spec.min + 1 }, (_, at) => ({
        name: `value${at + 1}`,
        type: typeAt(spec, at),
        ...(at < spec.min ? {} : { kind: Number.isFinite(spec.max) ? 'optional' : 'rest' }),
      }))
      return [
        name,
        {
          group: 'text',
          params,
          returns: 'any',
          summary: '',
          examples: [],
          call: spec.call,
          ...(spec.yields ? { yields: spec.yields } : {}),
        } as Row,
      ]
    }),
  )
