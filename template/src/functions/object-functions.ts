/** The functions on values of any type: whether they exist, how they compare, and who is in an audience. */
import { COMPARISONS, type Comparison } from '../operators.ts'
import { isEmptyValue, isObject, ownProperty, type Value } from '../values.ts'
import {
  argument,
  type Described,
  type FunctionSpec,
  type FunctionTable,
  opposite,
  param,
  textOf,
} from './function-spec.ts'

const test = (
  group: 'text' | 'object',
  fits: (value: Value) => boolean,
  described: Described,
): FunctionSpec => ({
  group,
  params: [param('value', 'any')],
  returns: 'boolean',
  ...described,
  call: args => fits(argument(args, 0)),
})

const isNull = test('object', value => value === null, {
  summary: 'True when a value is null or missing.',
  examples: [['isNull(context.missing)', 'true']],
})

const isEmpty = test('text', isEmptyValue, {
  summary: 'True for null, the empty text, the empty list and the empty object; 0 and false are not empty.',
  examples: [
    ['isEmpty("")', 'true'],
    ['isEmpty(context.missing)', 'true'],
  ],
})

const OPERATORS: readonly (Comparison | null)[] = [null, '=', '!=', '<', '>', '<=', '>=']

const compareBy = (args: readonly Value[]): Value => {
  const code = argument(args, 2)
  const operator = typeof code === 'number' ? (OPERATORS[code] ?? null) : null
  return operator === null ? null : COMPARISONS[operator](argument(args, 0), argument(args, 1))
}

const partOf = (value: Value, key: string): Value => (isObject(value) ? ownProperty(value, key) : null)

/** A person is in an audience from the moment of entry ("realized") and while staying there ("existing"). */
const isInAudience = (args: readonly Value[]): Value => {
  const memberships = partOf(partOf(argument(args, 1), 'segmentMembership'), 'ups')
  const status = partOf(partOf(memberships, textOf(args, 0)), 'status')
  return status === 'existing' || status === 'realized'
}

/** The functions by name. */
export const OBJECT_FUNCTIONS: FunctionTable = {
  isNull,
  isNotNull: opposite(isNull, {
    summary: 'True when a value exists.',
    examples: [['isNotNull(context.name)', 'true']],
  }),
  isEmpty,
  isNotEmpty: opposite(isEmpty, {
    summary: 'The opposite of isEmpty.',
    examples: [['isNotEmpty(context.name)', 'true']],
  }),
  ampCompare: {
    group: 'object',
    params: [param('value', 'any'), param('other', 'any'), param('operator', 'number')],
    returns: 'boolean',
    summary:
      'Compares two values by the number of an operator: 1 is =, 2 is !=, 3 is <, 4 is >, 5 is <=, 6 is >=. Any other number gives nothing. The numbers are our choice, as AJO documents none.',
    examples: [
      ['ampCompare(10, 5, 4)', 'true'],
      ['ampCompare("a", "a", 2)', 'false'],
    ],
    call: compareBy,
  },
  inAudience: {
    group: 'object',
    params: [param('audienceId', 'text')],
    returns: 'boolean',
    reads: 'profile',
    summary: 'True when the profile is in an audience: its status there is "existing" or "realized".',
    examples: [
      ['inAudience("a1")', 'true'],
      ['inAudience("a2")', 'false'],
    ],
    call: isInAudience,
  },
}
