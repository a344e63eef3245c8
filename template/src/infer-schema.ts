/** Makes a JSON Schema from how a template uses its data, where nobody has declared one. Knows no syntax. */
import { growTree, type VariableBranch } from './variable-tree.ts'
import type { TemplateVariable } from './variable-uses.ts'

/** A schema as this file makes it. */
export interface InferredSchema {
  readonly [keyword: string]: unknown
}

const TYPES: Readonly<Record<TemplateVariable['type'], string>> = {
  text: 'string',
  number: 'number',
  boolean: 'boolean',
}

/** The schema of one namespace. It is open: data may hold more than a template uses, and nothing is required. */
export const inferSchema = (variables: readonly TemplateVariable[], root: string): InferredSchema => {
  const branch = growTree(variables).parts.get(root)
  return branch === undefined ? { type: 'object', additionalProperties: true } : toObject(branch)
}

const toObject = (branch: VariableBranch): InferredSchema => ({
  type: 'object',
  properties: Object.fromEntries(
    [...branch.parts].filter(([name]) => name !== '__proto__').map(([name, part]) => [name, toSchema(part)]),
  ),
  additionalProperties: true,
})

const toSchema = (branch: VariableBranch): InferredSchema => {
  if (branch.element !== null) return { type: 'array', items: toSchema(branch.element) }
  if (branch.parts.size > 0) return toObject(branch)
  const { variable } = branch
  const scalar = { type: TYPES[variable?.type ?? 'text'] }
  return variable?.usage === 'list' ? { type: 'array', items: scalar } : scalar
}
