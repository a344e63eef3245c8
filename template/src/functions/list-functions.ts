/** The functions that take lists apart, compare and order them. */
import type { Value } from '../values.ts'
import {
  argument,
  type Described,
  type FunctionSpec,
  type FunctionTable,
  numberOf,
  param,
} from './function-spec.ts'
import { listOf, onList } from './list-arguments.ts'
import { sortByProperty } from './sort-by-property.ts'
import { createValueSet, isSameItem, type ValueSet } from './value-set.ts'

const holds = (list: readonly Value[], value: Value): boolean =>
  value !== null && list.some(item => isSameItem(item, value))

const onTwoLists = (
  returns: 'boolean' | 'list',
  compute: (left: ValueSet, right: ValueSet) => Value,
  described: Described,
): FunctionSpec => ({
  group: 'list',
  params: [param('list', 'list'), param('other', 'list')],
  returns,
  ...described,
  call: args => compute(createValueSet(listOf(args, 0)), createValueSet(listOf(args, 1))),
})

const isWithin = (part: ValueSet, all: ValueSet): boolean => part.items.every(item => all.has(item))

/** The first elements by a property: `sign` -1 the greatest, 1 the least. */
const firstBy = (sign: 1 | -1, described: Described): FunctionSpec => ({
  group: 'list',
  params: [param('list', 'list'), param('property', 'property'), param('n', 'number')],
  returns: 'list',
  yields: 'list',
  ...described,
  call: (args, run, offset) => {
    const sorted = sortByProperty(listOf(args, 0), { run, offset, path: argument(args, 1), sign })
    return sorted.slice(0, Math.max(0, Math.trunc(numberOf(args, 2, 0))))
  },
})

const member = (described: Described): Omit<FunctionSpec, 'call'> => ({
  group: 'list',
  params: [param('value', 'any'), param('list', 'list')],
  returns: 'boolean',
  ...described,
})

/** The functions by name. */
export const LIST_FUNCTIONS: FunctionTable = {
  distinct: {
    ...onList('list', list => createValueSet(list).items, {
      summary: 'The different values of a list, each where it first stands.',
      examples: [
        ['distinct([1,2,1])', '1,2'],
        ['distinct([1,2,1]).count()', '2'],
      ],
    }),
    yields: 'list',
  },
  head: {
    ...onList('item', list => list[0] ?? null, {
      summary: 'The first element of a list; blank where there is none.',
      examples: [
        ['head([7,8])', '7'],
        ['head(context.orders).sku', 'lamp'],
      ],
    }),
    yields: 'element',
  },
  topN: firstBy(-1, {
    summary:
      'The n elements with the greatest property, from the greatest down; the whole sorted list where it is shorter. The property is named bare, as it is within an element.',
    examples: [
      ['topN(context.orders, price, 2).sku', 'desk,chair'],
      ['head(topN(context.orders, price, 1)).sku', 'desk'],
    ],
  }),
  bottomN: firstBy(1, {
    summary:
      'The n elements with the least property, from the least up; the whole sorted list where it is shorter. The property is named bare, as it is within an element.',
    examples: [
      ['bottomN(context.orders, price, 2).sku', 'lamp,chair'],
      ['bottomN(context.orders, sku, 9).sku', 'chair,desk,lamp'],
    ],
  }),
  in: {
    ...member({
      summary: 'True when the list holds the value. Null is in no list.',
      examples: [
        ['in("US", ["US","FR"])', 'true'],
        ['in("DE", ["US","FR"])', 'false'],
      ],
    }),
    call: args => holds(listOf(args, 1), argument(args, 0)),
  },
  notIn: {
    ...member({
      summary:
        'True when the list does not hold the value and neither of the two is null. So it is not the opposite of in.',
      examples: [
        ['notIn("DE", ["US","FR"])', 'true'],
        ['notIn(context.missing, ["US","FR"])', 'false'],
      ],
    }),
    call: args => {
      const [value, list] = [argument(args, 0), argument(args, 1)]
      return value !== null && list !== null && !holds(listOf(args, 1), value)
    },
  },
  includes: {
    ...member({
      summary: 'True when the list holds the item. No list holds null.',
      examples: [['includes(context.prices, 4.5)', 'true']],
    }),
    params: [param('list', 'list'), param('item', 'any')],
    call: args => holds(listOf(args, 0), argument(args, 1)),
  },
  intersects: onTwoLists('boolean', (left, right) => left.items.some(item => right.has(item)), {
    summary: 'True when two lists share at least one element.',
    examples: [['intersects([1,2], [2,3])', 'true']],
  }),
  intersection: {
    ...onTwoLists('list', (left, right) => left.items.filter(item => right.has(item)), {
      summary: 'The different values of the first list that the second one holds too.',
      examples: [['intersection([1,2,3], [3,2,9])', '2,3']],
    }),
    yields: 'list',
  },
  subsetOf: onTwoLists('boolean', isWithin, {
    summary: 'True when the second list holds every element of the first.',
    examples: [['subsetOf([1], [1,2])', 'true']],
  }),
  supersetOf: onTwoLists('boolean', (left, right) => isWithin(right, left), {
    summary: 'True when the first list holds every element of the second.',
    examples: [['supersetOf([1,2], [1])', 'true']],
  }),
}
