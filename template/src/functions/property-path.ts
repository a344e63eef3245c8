/** Reads an argument that names a property instead of holding a value. Knows the tree, and no function. */
import type { Expression } from '../ast.ts'

/** `price`, `order.price` and `"order.price"` as their keys; null for anything that is no bare path. */
export const propertyKeys = (expression: Expression): readonly string[] | null => {
  switch (expression.kind) {
    case 'name':
      return [expression.name]
    case 'literal':
      return typeof expression.value === 'string' ? expression.value.split('.') : null
    case 'member': {
      const keys = propertyKeys(expression.object)
      return keys === null || expression.object.kind === 'literal' ? null : [...keys, expression.key]
    }
    default:
      return null
  }
}
