/** The functions that turn one type into another. */
import { toText, type Value } from '../values.ts'
import {
  argument,
  type Described,
  type FunctionSpec,
  type FunctionTable,
  type ParamType,
  param,
  type ReturnType,
} from './function-spec.ts'

// No two parts of it can share the same digits, so that a long text that is no number is found out in linear time.
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

const asNumber = (text: string): number | null => {
  const trimmed = text.trim()
  const value = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN
  return Number.isFinite(value) ? value : null
}

/** A text that is no number comes back as it is, as AJO documents. */
const stringToNumber = (value: Value): Value =>
  typeof value === 'string' ? (asNumber(value) ?? value) : value

const whole = (value: Value): Value => (typeof value === 'number' ? Math.trunc(value) + 0 : value)

const toInt = (value: Value): Value => {
  if (typeof value === 'boolean') return value ? 1 : 0
  return whole(stringToNumber(value))
}

// AJO does not print the accepted words; Java's Boolean.parseBoolean knows "true" only.
const toBool = (value: Value): Value => {
  if (typeof value === 'string') return value.trim().toLowerCase() === 'true'
  return typeof value === 'number' ? value !== 0 : value
}

const convert = (
  types: { readonly from: ParamType; readonly to: ReturnType },
  compute: (value: Value) => Value,
  described: Described & Pick<FunctionSpec, 'group'>,
): FunctionSpec => ({
  params: [param(types.from === 'text' ? 'text' : 'value', types.from)],
  returns: types.to,
  ...described,
  call: args => compute(argument(args, 0)),
})

/** The functions by name. */
export const CONVERSION_FUNCTIONS: FunctionTable = {
  stringToNumber: convert({ from: 'text', to: 'number' }, stringToNumber, {
    group: 'text',
    summary: 'The number that a text is; a text that is none comes back as it is.',
    examples: [
      ['stringToNumber(context.price) * 2', '99.8'],
      ['stringToNumber("abc")', 'abc'],
    ],
  }),
  string_to_integer: convert({ from: 'text', to: 'number' }, value => whole(stringToNumber(value)), {
    group: 'text',
    summary: 'The whole part of the number that a text is; a text that is none comes back as it is.',
    examples: [['string_to_integer(context.price)', '49']],
  }),
  toInt: convert({ from: 'any', to: 'number' }, toInt, {
    group: 'math',
    summary: 'The whole part of a number or of the number that a text is; true is 1 and false 0.',
    examples: [
      ['toInt(42.6)', '42'],
      ['toInt(true)', '1'],
    ],
  }),
  toBool: convert({ from: 'any', to: 'boolean' }, toBool, {
    group: 'text',
    summary:
      'True for the text "true" in any case and for a number other than 0; every other text is false, "yes" and "1" too.',
    examples: [
      ['toBool("TRUE")', 'true'],
      ['toBool("yes")', 'false'],
    ],
  }),
  toString: convert({ from: 'any', to: 'text' }, value => (value === null ? null : toText(value)), {
    group: 'math',
    summary: 'The text that a value prints as.',
    examples: [
      ['toString(12)', '12'],
      ['length(toString(12.5))', '4'],
    ],
  }),
}
