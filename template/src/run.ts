/** The state of one render and the accounts it keeps. Made for each render anew: a template itself is never changed. */
import { type Limits, RenderError, type RenderErrorCode } from './limits.ts'
import type { Outside } from './outside.ts'
import { isList, type Value } from './values.ts'

/** What the world tells a render. Nothing is read from the machine: no clock given means no time limit. */
export interface RenderEnvironment {
  /** Wall time in milliseconds since the epoch, for date functions. */
  readonly nowMs?: number
  /** IANA name, for date functions; UTC when left out. */
  readonly timeZone?: string
  /** Numbers from 0 to below 1, for `random`; without it `random()` is null. */
  readonly random?: () => number
  /** What the helpers reach. */
  readonly outside?: Outside
  /** A clock that never jumps, in milliseconds; only used for the time limit. */
  readonly monotonicMs?: () => number
}

/** One block of the stack: the item and where the loop stands. */
export interface FrameState {
  item: Value
  index: number
  last: boolean
  key: string | number
}

/** One use of a fragment. */
export interface FragmentState {
  readonly id: string
  /** How many fragments are around it, itself included. */
  readonly depth: number
  /** Editable fields that this use replaces, already rendered. */
  readonly fields: ReadonlyMap<string, string>
}

/** One render. Mutable and private to it. */
export interface Run {
  /** What is being rendered: the template, or a fragment within it. */
  source: string
  readonly limits: Limits
  readonly environment: RenderEnvironment
  readonly startMs: number
  /** The values of the namespaces, in the order in which the compiler numbered them. */
  readonly roots: readonly Value[]
  /** A map, so that no name can reach a prototype. */
  readonly variables: Map<string, Value>
  /** One per depth of `each` and `with`. */
  frames: readonly FrameState[]
  /** The fragment being rendered, if it is one. */
  fragment: FragmentState | null
  out: string
  loopSteps: number
  work: number
  nextLook: number
  computed: number
}

// A unit of work is about 50 ns; reading a clock costs about as much, so this keeps its share below one percent.
const LOOK_EVERY = 2_000

/** The stack of a program with blocks nested `depth` deep. */
export const createFrames = (depth: number): readonly FrameState[] =>
  Array.from({ length: depth }, () => ({ item: null, index: 0, last: false, key: 0 }))

/** Starts the accounts of one render. */
export const createRun = (
  source: string,
  limits: Limits,
  start: {
    readonly environment: RenderEnvironment
    readonly roots: readonly Value[]
    readonly depth: number
  },
): Run => ({
  source,
  limits,
  environment: start.environment,
  startMs: start.environment.monotonicMs?.() ?? 0,
  roots: start.roots,
  variables: new Map(),
  frames: createFrames(start.depth),
  fragment: null,
  out: '',
  loopSteps: 0,
  work: 0,
  nextLook: LOOK_EVERY,
  computed: 0,
})

/** Ends the render with a named error at an offset of the source. */
export const stop = (run: Run, code: RenderErrorCode, offset: number): never => {
  throw new RenderError(code, { source: run.source, offset, fragment: run.fragment?.id ?? null })
}

/** The same with a sentence that knows more than the code. */
export const stopBecause = (
  run: Run,
  code: RenderErrorCode,
  why: { readonly offset: number; readonly detail: string },
): never => {
  throw new RenderError(code, { source: run.source, fragment: run.fragment?.id ?? null, ...why })
}

/** Books work of about `units` × 50 ns, and looks at the clock now and then. */
export const spend = (run: Run, units: number, offset: number): void => {
  run.work += units
  if (run.work >= run.nextLook) lookAtClock(run, offset)
}

const lookAtClock = (run: Run, offset: number): void => {
  run.nextLook = run.work + LOOK_EVERY
  const clock = run.environment.monotonicMs
  if (clock !== undefined && clock() - run.startMs > run.limits.maxRenderMs)
    stop(run, 'render_time_exceeded', offset)
}

/** Books one iteration of a loop whose body has `units` parts. */
export const stepLoop = (run: Run, units: number, offset: number): void => {
  run.loopSteps += 1
  if (run.loopSteps > run.limits.maxLoopSteps) stop(run, 'too_many_loop_steps', offset)
  spend(run, units, offset)
}

// A render may compute, over all its steps, ten times what it may print: enough for any content, and no way to
// fill the memory with large intermediate values before the clock is looked at.
const COMPUTED_PER_OUTPUT = 10
const CHARACTERS_PER_ELEMENT = 8

// A list prints as its texts, so it weighs what they weigh, however often the same text stands in it.
const sizeOf = (value: string | readonly Value[]): number => {
  if (typeof value === 'string') return value.length
  let size = value.length * CHARACTERS_PER_ELEMENT
  for (const item of value) if (typeof item === 'string') size += item.length
  return size
}

/** Accounts for a computed value, and refuses one that is larger than any output could be. */
export const accountFor = (run: Run, value: Value, offset: number): Value => {
  if (typeof value !== 'string' && !isList(value)) return value
  const { maxOutputLength } = run.limits
  run.computed += sizeOf(value)
  const tooLarge = value.length > maxOutputLength || run.computed > maxOutputLength * COMPUTED_PER_OUTPUT
  return tooLarge ? stop(run, 'value_too_large', offset) : value
}

/** Refuses a text that is being built and is already larger than any output could be. */
export const checkLength = (run: Run, length: number, offset: number): void => {
  if (length > run.limits.maxOutputLength) stop(run, 'value_too_large', offset)
}

/** Appends to the output, within its limit. */
export const append = (run: Run, text: string, offset: number): void => {
  run.out += text
  if (run.out.length > run.limits.maxOutputLength) stop(run, 'output_too_large', offset)
}
