/** How the functions on lists read their arguments. Knows no single function. */
import { isList, type Value } from '../values.ts'
import { argument, type Described, type FunctionSpec, param, type ReturnType } from './function-spec.ts'

/** A list argument; null is the empty list and a scalar a list of one. */
export const listOf = (args: readonly Value[], position: number): readonly Value[] => {
  const value = argument(args, position)
  if (value === null) return []
  return isList(value) ? value : [value]
}

/** A function of one list. */
export const onList = (
  returns: ReturnType,
  compute: (list: readonly Value[]) => Value,
  described: Described,
): FunctionSpec => ({
  group: 'list',
  params: [param('list', 'list')],
  returns,
  ...described,
  call: args => compute(listOf(args, 0)),
})
