/** What must be known of a whole tree before it is walked: the names it sets, and which of them in loops. */
import type { FragmentNode, Node } from '../ast.ts'
import { childBodies, nameSetBy } from '../scope.ts'

/** The result of a survey. */
export interface Survey {
  /** Every name that some `let`, field, helper or known fragment sets. */
  readonly variables: ReadonlySet<string>
  readonly setInLoops: ReadonlySet<string>
  /** True where a fragment that may set any name stands in a loop. */
  readonly opaqueLoops: boolean
}

/** What the survey asks of the fragments: the names one sets, or null where that is not known. */
export type SetNames = (node: FragmentNode) => Iterable<string> | null

/** Looks through a tree once. */
export const survey = (body: readonly Node[], setNames: SetNames): Survey => {
  const variables = new Set<string>()
  const setInLoops = new Set<string>()
  let opaqueLoops = false
  const add = (name: string, inLoop: boolean): void => {
    variables.add(name)
    if (inLoop) setInLoops.add(name)
  }
  const visit = (nodes: readonly Node[], inLoop: boolean): void => {
    for (const node of nodes) {
      const name = nameSetBy(node)
      if (name !== null) add(name, inLoop)
      if (node.kind === 'fragment') {
        const names = setNames(node)
        if (names === null) opaqueLoops ||= inLoop
        else for (const each of names) add(each, inLoop)
      }
      for (const child of childBodies(node)) visit(child, inLoop || node.kind === 'each')
    }
  }
  visit(body, false)
  return { variables, setInLoops, opaqueLoops }
}
