/** The functions on single numbers. What is no number gives null; text is not converted. */
import { argument, type FunctionSpec, type FunctionTable } from './legacy.ts'

const onNumber = (compute: (value: number) => number): FunctionSpec => ({
  signature: '(number) number',
  min: 1,
  max: 1,
  numbers: [0],
  call: args => {
    const value = argument(args, 0)
    // Adding zero turns -0, which nobody wants to read, into 0.
    return typeof value === 'number' ? compute(value) + 0 : null
  },
})

/** The number functions by name. `round` is ours: to the nearest whole number, halves up. */
export const NUMBER_FUNCTIONS: FunctionTable = {
  absolute: onNumber(Math.abs),
  round: onNumber(Math.round),
  roundDown: onNumber(Math.floor),
  roundUp: onNumber(Math.ceil),
}
