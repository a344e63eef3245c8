/** The functions that make one value of a list: counts, sums, the least and the greatest. */
import { isDateTime, type Value } from '../values.ts'
import { type Described, type FunctionSpec, type FunctionTable, param } from './function-spec.ts'
import { listOf, onList } from './list-arguments.ts'
import { createValueSet } from './value-set.ts'

const isPresent = (value: Value): boolean => value !== null && value !== undefined

const numbersOf = (list: readonly Value[]): readonly number[] =>
  list.filter((item): item is number => typeof item === 'number')

const total = (numbers: readonly number[]): number => numbers.reduce((sum, next) => sum + next, 0)

const onNumbers = (
  returns: 'number' | 'any',
  compute: (list: readonly Value[]) => Value,
  described: Described,
): FunctionSpec => ({
  ...onList(returns, compute, described),
  params: [param('list', 'numbers')],
  call: args => compute(listOf(args, 0)),
})

/** `sign` 1 is the greatest, -1 the least: of the numbers, or of the dates where there is no number. */
const extreme = (list: readonly Value[], sign: 1 | -1): Value => {
  const numbers = numbersOf(list)
  if (numbers.length > 0) {
    return numbers.reduce((best, next) => (Math.sign(next - best) === sign ? next : best))
  }
  const [first, ...dates] = list.filter(isDateTime)
  if (first === undefined) return null
  return dates.reduce((best, next) => (Math.sign(next.compareTo(best)) === sign ? next : best), first)
}

/** The functions by name. */
export const AGGREGATE_FUNCTIONS: FunctionTable = {
  count: onList('number', list => list.filter(isPresent).length, {
    summary: 'The number of elements of a list that are not null. Of a missing list it is 0.',
    examples: [
      ['count(context.orders)', '3'],
      ['count([4,0,null])', '2'],
    ],
  }),
  countOnlyNull: onList('number', list => list.filter(item => !isPresent(item)).length, {
    summary: 'The number of nulls in a list.',
    examples: [['countOnlyNull([4,0,1,null,null])', '2']],
  }),
  countWithNull: onList('number', list => list.length, {
    summary: 'The number of elements of a list, nulls counted too.',
    examples: [['countWithNull([4,0,1,6,0,0])', '6']],
  }),
  distinctCountWithNull: onList('number', list => createValueSet(list).items.length, {
    summary: 'The number of different values in a list; null counts as one of them.',
    examples: [['distinctCountWithNull([10,2,10,null])', '3']],
  }),
  // Of nothing the sum is 0, so that a running total prints; the least and the greatest of nothing are blank.
  sum: onNumbers('number', list => total(numbersOf(list)), {
    summary: 'The sum of the numbers of a list; what is no number is passed over. Of nothing it is 0.',
    examples: [
      ['sum(context.orders.price)', '330'],
      ['sum(context.prices)', '7.5'],
    ],
  }),
  average: onNumbers(
    'number',
    list => {
      const numbers = numbersOf(list)
      return numbers.length === 0 ? null : total(numbers) / numbers.length
    },
    {
      summary: 'The mean of the numbers of a list; what is no number is passed over. Of nothing it is blank.',
      examples: [['average(context.orders.price)', '110']],
    },
  ),
  min: onNumbers('any', list => extreme(list, -1), {
    summary: 'The least number of a list, or the earliest date of a list of dates. Of nothing it is blank.',
    examples: [['min(context.orders.price)', '10']],
  }),
  max: onNumbers('any', list => extreme(list, 1), {
    summary: 'The greatest number of a list, or the latest date of a list of dates. Of nothing it is blank.',
    examples: [['max(context.orders.price)', '240']],
  }),
}
