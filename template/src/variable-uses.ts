/** Sums up many uses of paths into one list of variables. Knows no syntax. */

/** How one use wants its value. */
export interface Expectation {
  readonly usage: 'scalar' | 'list'
  readonly type: 'text' | 'number' | 'boolean'
  /** A value that the content compares with. */
  readonly example?: string | number | boolean
}

/** One use of one path. */
export interface Use extends Expectation {
  readonly root: string
  /** `null` stands for "any element of the list". */
  readonly steps: readonly (string | null)[]
}

/** One variable of a template. */
export interface TemplateVariable extends Use {
  /** As it is written, with `[]` for any element: `context.items[].name`. */
  readonly path: string
}

const PLAIN_NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u

/** Writes a path as an author would read it; a name with other characters stands in brackets. */
export const writePath = (root: string, steps: readonly (string | null)[]): string => {
  let path = root
  for (const step of steps) path += step === null ? '[]' : PLAIN_NAME.test(step) ? `.${step}` : `.[${step}]`
  return path
}

/** One entry per path, lists told apart from objects, objects that have parts left out. */
export const collectUses = (uses: readonly Use[]): readonly TemplateVariable[] => {
  const lists = new Set<string>()
  for (const use of uses) {
    if (use.usage === 'list') lists.add(writePath(use.root, use.steps))
    for (const [index, step] of use.steps.entries()) {
      if (step === null) lists.add(writePath(use.root, use.steps.slice(0, index)))
    }
  }
  const merged = mergeUses(uses.map(use => throughLists(use, lists)))
  const parents = new Set<string>()
  for (const { root, steps } of merged.values()) {
    for (let length = 1; length < steps.length; length += 1)
      parents.add(writePath(root, steps.slice(0, length)))
  }
  return [...merged.values()].filter(variable => variable.usage === 'list' || !parents.has(variable.path))
}

/** `items.price` where `items` is a list is a property of its elements: `items[].price`, and so no list itself. */
const throughLists = (use: Use, lists: ReadonlySet<string>): Use => {
  const steps: (string | null)[] = []
  let projected = false
  for (const [index, step] of use.steps.entries()) {
    const isListHere = step !== null && index > 0 && lists.has(writePath(use.root, steps))
    if (isListHere) {
      steps.push(null)
      projected = true
    }
    steps.push(step)
  }
  return projected ? { ...use, usage: 'scalar', steps } : use
}

const mergeUses = (uses: readonly Use[]): Map<string, TemplateVariable> => {
  const merged = new Map<string, TemplateVariable>()
  for (const use of uses) {
    const path = writePath(use.root, use.steps)
    const known = merged.get(path)
    merged.set(path, known === undefined ? { ...use, path } : mergeTwo(known, use))
  }
  return merged
}

// Printed and tested means text; used as a number anywhere means number.
const RANK: readonly Expectation['type'][] = ['boolean', 'text', 'number']

const mergeTwo = (known: TemplateVariable, use: Use): TemplateVariable => {
  const type = RANK.indexOf(use.type) > RANK.indexOf(known.type) ? use.type : known.type
  const usage = known.usage === 'list' ? 'list' : use.usage
  const example = known.example ?? use.example
  return { ...known, type, usage, ...(example === undefined ? {} : { example }) }
}
