/** The functions on single numbers. What is no number gives null; text is not converted. */
import { argument, type Described, type FunctionSpec, type FunctionTable, param } from './function-spec.ts'

const onNumber = (compute: (value: number) => number, described: Described): FunctionSpec => ({
  group: 'math',
  params: [param('number', 'number')],
  returns: 'number',
  ...described,
  call: args => {
    const value = argument(args, 0)
    // Adding zero turns -0, which nobody wants to read, into 0.
    return typeof value === 'number' ? compute(value) + 0 : null
  },
})

/** The functions by name. `round` is ours. */
export const NUMBER_FUNCTIONS: FunctionTable = {
  absolute: onNumber(Math.abs, {
    summary: 'The number without its sign.',
    examples: [['absolute(-201)', '201']],
  }),
  round: onNumber(Math.round, {
    summary: 'The nearest whole number; a half goes up.',
    examples: [
      ['round(2.5)', '3'],
      ['round(stringToNumber(context.price))', '50'],
    ],
  }),
  roundDown: onNumber(Math.floor, {
    summary: 'The greatest whole number that is not greater: -2.1 becomes -3.',
    examples: [
      ['roundDown(2.9)', '2'],
      ['roundDown(-2.1)', '-3'],
    ],
  }),
  roundUp: onNumber(Math.ceil, {
    summary: 'The least whole number that is not less: -2.9 becomes -2.',
    examples: [
      ['roundUp(2.1)', '3'],
      ['roundUp(-2.9)', '-2'],
    ],
  }),
  random: {
    group: 'math',
    params: [],
    returns: 'number',
    summary: 'A number from 0 to below 1, another one each time it is called.',
    examples: [['random() < 1', 'true']],
    call: (_, run) => run.environment.random?.() ?? null,
  },
  toHexString: {
    group: 'math',
    params: [param('number', 'number')],
    returns: 'text',
    summary: 'The whole part of a number in lower-case hexadecimal; a negative number keeps its minus sign.',
    examples: [['toHexString(158)', '9e']],
    call: args => {
      const value = argument(args, 0)
      return typeof value === 'number' ? Math.trunc(value).toString(16) : null
    },
  },
}
