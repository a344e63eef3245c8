/** Checks `if`: conditions that the data cannot change, and what each branch leaves behind. */
import type { Branch, Expression, IfNode, Node, Span } from '../ast.ts'
import { describePosition } from '../positions.ts'
import { type Checker, type Place, reportWarning } from './checker.ts'
import { type Claim, claimOf, decide, forget, learn, mark } from './facts.ts'
import { joinBranches, type Outcome, walkBranch } from './flow.ts'
import { infer } from './infer.ts'
import { truthOf } from './types.ts'

type WalkBody = (body: readonly Node[]) => void

/** Checks a condition and everything under it. */
export const checkIf = (
  checker: Checker,
  node: IfNode,
  at: { readonly place: Place; readonly walk: WalkBody },
): void => {
  const { facts, flow } = checker
  const start = mark(facts)
  const outcomes: Outcome[] = []
  let isDecided = false
  for (const [position, branch] of node.branches.entries()) {
    const hasMore = position < node.branches.length - 1 || node.otherwise.length > 0
    const verdict = checkCondition(checker, branch.condition, { place: at.place, hasMore, isDecided })
    isDecided ||= verdict.truth === true
    outcomes.push(walkTaken(checker, branch, { claim: verdict.claim, walk: at.walk }))
    learn(facts, verdict.claim, { value: false, span: branch.condition.span })
  }
  outcomes.push(walkBranch(flow, () => at.walk(node.otherwise)))
  forget(facts, start)
  joinBranches(flow, outcomes, true)
}

const walkTaken = (
  checker: Checker,
  branch: Branch,
  with_: { readonly claim: Claim; readonly walk: WalkBody },
): Outcome => {
  const { facts, flow } = checker
  const inside = mark(facts)
  learn(facts, with_.claim, { value: true, span: branch.condition.span })
  const outcome = walkBranch(flow, () => with_.walk(branch.body))
  forget(facts, inside)
  return outcome
}

const checkCondition = (
  checker: Checker,
  condition: Expression,
  at: { readonly place: Place; readonly hasMore: boolean; readonly isDecided: boolean },
): { readonly claim: Claim; readonly truth: boolean | null } => {
  const constant = truthOf(infer(checker, condition, at.place))
  const claim = claimOf(checker, condition, at.place)
  const decided = constant === null ? decide(checker.facts, claim) : null
  const truth = constant ?? decided?.value ?? null
  if (truth !== null && !at.isDecided) {
    reportWarning(checker, () => ({
      code: 'branch_unreachable',
      span: condition.span,
      message: decidedMessage(checker, { truth, by: decided?.span ?? null, hasMore: at.hasMore }),
    }))
  }
  return { claim, truth }
}

const decidedMessage = (
  checker: Checker,
  verdict: { readonly truth: boolean; readonly by: Span | null; readonly hasMore: boolean },
): string => {
  const { truth, by, hasMore } = verdict
  const reason = by === null ? '' : ` here, because of line ${describePosition(checker.source, by).line}`
  if (!truth) return `This condition is never true${reason}: what it guards is never shown`
  const advice = hasMore ? 'what comes after it in this block is never shown' : 'it can be left out'
  return `This condition is always true${reason}: ${advice}`
}
