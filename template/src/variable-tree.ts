/** A list of variables as a tree of names, for what makes data or schemas of them. Knows no syntax. */
import type { TemplateVariable } from './variable-uses.ts'

/** One place in the data: its parts by name, its element where it is a list, and the variable that is exactly here. */
export interface VariableBranch {
  readonly parts: Map<string, VariableBranch>
  element: VariableBranch | null
  variable: TemplateVariable | null
}

const createBranch = (): VariableBranch => ({ parts: new Map(), element: null, variable: null })

/** The tree; its first level are the namespaces. */
export const growTree = (variables: readonly TemplateVariable[]): VariableBranch => {
  const top = createBranch()
  for (const variable of variables) plant(top, variable)
  return top
}

const plant = (top: VariableBranch, variable: TemplateVariable): void => {
  let at = top
  for (const step of [variable.root, ...variable.steps]) {
    if (step === null) {
      at.element ??= createBranch()
      at = at.element
      continue
    }
    const next = at.parts.get(step) ?? createBranch()
    at.parts.set(step, next)
    at = next
  }
  at.variable = variable
}
