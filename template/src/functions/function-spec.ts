/**
 * What a function of the language is: one row that the compiler calls, the checker reads, the editor explains and
 * the documentation prints. Also the readings of arguments that the functions share. Knows no single function.
 */
import type { Run } from '../run.ts'
import { toText, type Value } from '../values.ts'

/** The body of a function. `offset` is where it is called, for `stop`. */
export type Call = (args: readonly Value[], run: Run, offset: number) => Value

/** What an argument must be. `property` is a bare path into each element of the list before it; it arrives as a list of keys. */
export type ParamType =
  | 'text'
  | 'number'
  | 'boolean'
  | 'date'
  | 'list'
  | 'numbers'
  | 'map'
  | 'any'
  | 'property'

/** One parameter. `rest` may be repeated any number of times. */
export interface Param {
  readonly name: string
  readonly type: ParamType
  readonly kind?: 'optional' | 'rest'
  /** What holds where an optional one is left out, as an author reads it. */
  readonly fallback?: string
}

/** What a function gives; `item` is an element of its first argument. */
export type ReturnType = 'text' | 'number' | 'boolean' | 'date' | 'list' | 'any' | 'item'

/** The chapters of the function reference. */
export const FUNCTION_GROUPS = ['text', 'date', 'list', 'map', 'math', 'object'] as const
export type FunctionGroup = (typeof FUNCTION_GROUPS)[number]

/** One function. */
export interface FunctionSpec {
  readonly group: FunctionGroup
  readonly params: readonly Param[]
  readonly returns: ReturnType
  /** One or two sentences for an author. */
  readonly summary: string
  /** Expressions with the text they print, over `EXAMPLE_DATA`, at `EXAMPLE_NOW` in UTC. Each one is a test. */
  readonly examples: readonly (readonly [expression: string, prints: string])[]
  /** At most so many arguments where the last parameter repeats. */
  readonly most?: number
  /** `element`: the result is an element of the first argument; `member`: the part of it named by the second; `list`: elements of it. */
  readonly yields?: 'element' | 'member' | 'list'
  /** A namespace that the function reads by itself: its value arrives after the arguments of the call. */
  readonly reads?: 'profile'
  readonly call: Call
}

/** Functions by name. */
export type FunctionTable = Readonly<Record<string, FunctionSpec>>

/** The least number of arguments. */
export const fewestArguments = (spec: FunctionSpec): number =>
  spec.params.filter(param => param.kind === undefined).length

/** The greatest number of arguments. */
export const mostArguments = (spec: FunctionSpec): number =>
  spec.params.at(-1)?.kind === 'rest' ? (spec.most ?? Number.POSITIVE_INFINITY) : spec.params.length

/** The parameter that an argument fills; a repeated one fills all that follow. */
export const paramAt = (spec: FunctionSpec, position: number): Param | undefined => {
  const last = spec.params.at(-1)
  return spec.params[position] ?? (last?.kind === 'rest' ? last : undefined)
}

const paramText = ({ name, kind, fallback }: Param): string => {
  if (kind === 'rest') return `${name} …`
  return kind === 'optional' ? `${name}${fallback === undefined ? '?' : ` = ${fallback}`}` : name
}

/** As an author reads it: `(text, begin, end = length) text`. */
export const signatureOf = (spec: FunctionSpec): string =>
  `(${spec.params.map(paramText).join(', ')}) ${spec.returns}`

/** A required parameter. */
export const param = (name: string, type: ParamType): Param => ({ name, type })

/** A parameter that can be left out. */
export const optional = (name: string, type: ParamType, fallback?: string): Param =>
  fallback === undefined ? { name, type, kind: 'optional' } : { name, type, kind: 'optional', fallback }

/** A parameter that can be repeated, or left out. */
export const rest = (name: string, type: ParamType): Param => ({ name, type, kind: 'rest' })

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

/** What a row says beside what it computes. */
export type Described = Pick<FunctionSpec, 'summary' | 'examples'>

/** A function from one text to a value; null stays null, so that a missing attribute prints blank. */
export const onText = (
  returns: ReturnType,
  compute: (text: string) => Value,
  described: Described,
): FunctionSpec => ({
  group: 'text',
  params: [param('text', 'text')],
  returns,
  ...described,
  call: args => (argument(args, 0) === null ? null : compute(textOf(args, 0))),
})

/** A test of two texts; false where the first is null. */
export const onTwoTexts = (
  test: (left: string, right: string) => boolean,
  described: Described,
): FunctionSpec => ({
  group: 'text',
  params: [param('text', 'text'), param('other', 'text')],
  returns: 'boolean',
  ...described,
  call: args => argument(args, 0) !== null && test(textOf(args, 0), textOf(args, 1)),
})

/** Exactly the opposite of another function. */
export const opposite = (spec: FunctionSpec, described: Described): FunctionSpec => ({
  ...spec,
  ...described,
  call: (args, run, offset) => spec.call(args, run, offset) !== true,
})
