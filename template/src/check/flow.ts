/**
 * Follows variables through a template in the order of the document: which are set, and to what type. Branches are
 * joined after their block; in a loop a variable may hold what an earlier round set. Knows no expressions.
 */
import type { Span } from '../ast.ts'
import { ANY, type Type, unify, widen } from './types.ts'

interface Setting {
  readonly type: Type
  /** The loop around the place that set it; 0 outside of all. */
  readonly loop: number
  /** Counts the places after which nothing is known any more. */
  readonly epoch: number
}

/** A use of a variable that no place before it sets. */
export interface EarlyUse {
  readonly name: string
  readonly span: Span
  /** The outermost loop around it; 0 outside of all. */
  readonly outermost: number
  /** False where the name may be a property of the item of a block instead. */
  readonly certain: boolean
}

/** The variables of one walk. */
export interface Flow {
  readonly settings: Map<string, Setting>
  /** Everything that some place before this one sets, branches aside. */
  readonly everSet: Set<string>
  readonly versions: Map<string, number>
  readonly early: Map<string, EarlyUse[]>
  /** Names that are set within some loop. */
  readonly setInLoops: ReadonlySet<string>
  /** What was so before, for each branch that is being walked. */
  readonly logs: Map<string, Setting | undefined>[]
  readonly loops: number[]
  loopCount: number
  epoch: number
  /** True after a fragment that may set any name. */
  isOpaque: boolean
  /** True where such a fragment stands in a loop. */
  readonly opaqueLoops: boolean
}

/** Starts a walk. */
export const createFlow = (survey: {
  readonly setInLoops: ReadonlySet<string>
  readonly opaqueLoops: boolean
}): Flow => ({
  settings: new Map(),
  everSet: new Set(),
  versions: new Map(),
  early: new Map(),
  setInLoops: survey.setInLoops,
  logs: [],
  loops: [],
  loopCount: 0,
  epoch: 0,
  isOpaque: false,
  opaqueLoops: survey.opaqueLoops,
})

const innermost = (flow: Flow): number => flow.loops.at(-1) ?? 0

const put = (flow: Flow, name: string, setting: Setting): void => {
  const log = flow.logs.at(-1)
  if (log !== undefined && !log.has(name)) log.set(name, flow.settings.get(name))
  flow.settings.set(name, setting)
}

/** A variable is set here. The answer is the uses before it that were waiting for this, and whether each shares a loop. */
export const setVariable = (
  flow: Flow,
  name: string,
  type: Type,
): readonly { readonly use: EarlyUse; readonly sameLoop: boolean }[] => {
  put(flow, name, { type: widen(type), loop: innermost(flow), epoch: flow.epoch })
  flow.everSet.add(name)
  flow.versions.set(name, (flow.versions.get(name) ?? 0) + 1)
  const waiting = flow.early.get(name) ?? []
  flow.early.delete(name)
  const outermost = flow.loops[0] ?? 0
  return waiting.map(use => ({ use, sameLoop: outermost !== 0 && use.outermost === outermost }))
}

/** A variable is used before any place that sets it. */
export const useEarly = (
  flow: Flow,
  name: string,
  at: { readonly span: Span; readonly certain: boolean },
): void => {
  const uses = flow.early.get(name) ?? []
  flow.early.set(name, uses)
  uses.push({ name, ...at, outermost: flow.loops[0] ?? 0 })
}

/** A fragment that is not known here runs: it may set any name. */
export const forgetAll = (flow: Flow): void => {
  flow.isOpaque = true
  flow.epoch += 1
}

/** The type that a variable has at this place. */
export const typeOfVariable = (flow: Flow, name: string): Type => {
  const setting = flow.settings.get(name)
  if (setting === undefined || setting.epoch !== flow.epoch) return ANY
  const loop = innermost(flow)
  if (loop === 0 || setting.loop === loop) return setting.type
  return flow.setInLoops.has(name) || flow.opaqueLoops ? ANY : setting.type
}

/** Tells one value of a variable from another: the same text means the same value. */
export const versionOf = (flow: Flow, name: string): string =>
  `${flow.versions.get(name) ?? 0}.${innermost(flow)}.${flow.epoch}`

/** What a branch leaves behind. */
export type Outcome = ReadonlyMap<string, Setting | undefined>

/** Walks a branch and takes back what it set. */
export const walkBranch = (flow: Flow, walk: () => void): Outcome => {
  const log = new Map<string, Setting | undefined>()
  flow.logs.push(log)
  walk()
  flow.logs.pop()
  const outcome = new Map<string, Setting | undefined>()
  for (const [name, before] of log) {
    outcome.set(name, flow.settings.get(name))
    if (before === undefined) flow.settings.delete(name)
    else flow.settings.set(name, before)
  }
  return outcome
}

/** Joins branches. `always` says that one of them is taken for sure. */
export const joinBranches = (flow: Flow, outcomes: readonly Outcome[], always: boolean): void => {
  const ends = new Map<string, Type[]>()
  for (const outcome of outcomes) {
    for (const [name, setting] of outcome) {
      const types = ends.get(name) ?? []
      ends.set(name, types)
      types.push(setting === undefined || setting.epoch !== flow.epoch ? ANY : setting.type)
    }
  }
  for (const [name, types] of ends) {
    const maySkip = !always || types.length < outcomes.length
    if (maySkip && flow.settings.has(name)) types.push(typeOfVariable(flow, name))
    put(flow, name, { type: types.reduce(unify), loop: innermost(flow), epoch: flow.epoch })
  }
}

/** Walks the body of a loop, which may run any number of times. */
export const walkLoop = (flow: Flow, walk: () => void): Outcome => {
  flow.loopCount += 1
  flow.loops.push(flow.loopCount)
  const outcome = walkBranch(flow, walk)
  flow.loops.pop()
  return outcome
}
