/** Whether a template can print data as markup. Knows nothing of how it is run. */
import type { Ast, Node } from './ast.ts'
import { childBodies } from './scope.ts'

// Fields are counted in: the use of a fragment may set them to markup, and every print of theirs is raw.
const printsRaw = (node: Node): boolean =>
  ((node.kind === 'output' || node.kind === 'link') && node.raw) ||
  node.kind === 'inline' ||
  (node.kind === 'fragment' && node.fields.length > 0)

const isIn = (body: readonly Node[]): boolean =>
  body.some(node => printsRaw(node) || childBodies(node).some(isIn))

/** True where any of the trees has a raw output, or a field. */
export const canPrintMarkup = (trees: readonly Ast[]): boolean => trees.some(tree => isIn(tree.body))
