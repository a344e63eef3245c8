/** The functions that turn one type into another, and URL coding. */
import { escapeUrl } from '../escape.ts'
import { toText, type Value } from '../values.ts'
import { argument, type FunctionTable, onText, textOf } from './legacy.ts'

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

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

/** Malformed input comes back as it is, like the other decoders of the library. */
const urlDecode = (text: string): string => {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '))
  } catch {
    return text
  }
}

const unary = (signature: string, compute: (value: Value) => Value) => ({
  signature,
  min: 1,
  max: 1,
  call: (args: readonly Value[]) => compute(argument(args, 0)),
})

/** The conversions by name. */
export const CONVERSION_FUNCTIONS: FunctionTable = {
  stringToNumber: unary('(text) number', stringToNumber),
  string_to_integer: unary('(text) number', value => whole(stringToNumber(value))),
  toInt: unary('(value) number', toInt),
  toBool: unary('(value) boolean', toBool),
  toString: unary('(value) text', value => (value === null ? null : toText(value))),
  toHexString: {
    signature: '(number) text',
    min: 1,
    max: 1,
    numbers: [0],
    call: args => {
      const value = argument(args, 0)
      return typeof value === 'number' ? Math.trunc(value).toString(16) : null
    },
  },
  // %20 for a space is right in every part of a URL; "+" only in a query.
  urlEncode: onText('(text) text', escapeUrl),
  urlDecode: {
    signature: '(text) text',
    min: 1,
    max: 1,
    call: args => (argument(args, 0) === null ? null : urlDecode(textOf(args, 0))),
  },
}
