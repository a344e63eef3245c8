/** The functions on text of the AJO library that need neither dates, locales nor regular expressions. */
import { checkLength, type Run, stop } from '../run.ts'
import { isEmptyValue, toText, type Value } from '../values.ts'
import {
  argument,
  type FunctionSpec,
  type FunctionTable,
  indexOf,
  numberOf,
  onText,
  onTwoTexts,
  opposite,
  textOf,
} from './legacy.ts'

/** `f(text, part [, caseSensitive = true])`. */
const search = (test: (text: string, part: string) => boolean): FunctionSpec => ({
  signature: '(text, part, caseSensitive = true) boolean',
  min: 2,
  max: 3,
  call: args => {
    if (argument(args, 0) === null || argument(args, 1) === null) return false
    const text = textOf(args, 0)
    const part = textOf(args, 1)
    return argument(args, 2) === false ? test(text.toLowerCase(), part.toLowerCase()) : test(text, part)
  },
})

const contains = search((text, part) => text.includes(part))
const startsWith = search((text, part) => text.startsWith(part))
const endsWith = search((text, part) => text.endsWith(part))
const equals = onTwoTexts('(text, text) boolean', (left, right) => left === right)
const sameIgnoringCase = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase()
const equalsIgnoreCase = onTwoTexts('(text, text) boolean', sameIgnoringCase)

const isEmpty: FunctionSpec = {
  signature: '(value) boolean',
  min: 1,
  max: 1,
  call: args => isEmptyValue(argument(args, 0)),
}

const substring: FunctionSpec = {
  signature: '(text, begin, end = length) text',
  min: 2,
  max: 3,
  numbers: [1, 2],
  call: args => {
    if (argument(args, 0) === null) return null
    const text = textOf(args, 0)
    const range = { length: text.length, fallback: text.length }
    return text.slice(indexOf(args, 1, { ...range, fallback: 0 }), indexOf(args, 2, range))
  },
}

const concat = (args: readonly Value[], run: Run, offset: number): Value => {
  let text = ''
  for (const arg of args) {
    text += toText(arg)
    checkLength(run, text.length, offset)
  }
  return text
}

/** Replaces every occurrence. The size of the result is known before it is built. */
const replaceLiteral = (args: readonly Value[], run: Run, offset: number): Value => {
  if (argument(args, 0) === null) return null
  const old = textOf(args, 1)
  if (old === '') return textOf(args, 0)
  const parts = textOf(args, 0).split(old)
  const fresh = textOf(args, 2)
  checkLength(run, (parts.length - 1) * fresh.length, offset)
  return parts.join(fresh)
}

// A pattern with one of these would mean something else as a regular expression.
const PATTERN_CHARACTERS = /[\\^$.*+?()[\]{}|]/

/** True when a text means itself as a regular expression. The checker refuses other literal patterns early. */
export const isLiteralPattern = (pattern: string): boolean => !PATTERN_CHARACTERS.test(pattern)

const replaceAll = (args: readonly Value[], run: Run, offset: number): Value => {
  if (!isLiteralPattern(textOf(args, 1))) stop(run, 'pattern_invalid', offset)
  return replaceLiteral(args, run, offset)
}

const join = (args: readonly Value[], run: Run, offset: number): Value => {
  const list = argument(args, 0)
  if (!Array.isArray(list)) return textOf(args, 0)
  const separator = textOf(args, 1)
  let text = ''
  for (const [index, item] of (list as readonly Value[]).entries()) {
    text += index === 0 ? toText(item) : separator + toText(item)
    checkLength(run, text.length, offset)
  }
  return text
}

const mask = (args: readonly Value[]): Value => {
  if (argument(args, 0) === null) return null
  const text = textOf(args, 0)
  const start = indexOf(args, 1, { length: text.length, fallback: 0 })
  const kept = indexOf(args, 2, { length: text.length - start, fallback: 0 })
  const end = text.length - kept
  return text.slice(0, start) + 'X'.repeat(end - start) + text.slice(end)
}

const split = (args: readonly Value[]): Value => {
  const text = textOf(args, 0)
  if (text === '') return []
  const separator = textOf(args, 1)
  return separator === '' ? [text] : text.split(separator)
}

const compare = (args: readonly Value[]): Value => {
  const [left, right] = [textOf(args, 0), textOf(args, 1)]
  return left === right ? 0 : left < right ? -1 : 1
}

/** The text functions by name. `length` and indexes count UTF-16 units, as Java does. */
export const TEXT_FUNCTIONS: FunctionTable = {
  upperCase: onText('(text) text', text => text.toUpperCase()),
  lowerCase: onText('(text) text', text => text.toLowerCase()),
  titleCase: onText('(text) text', text => text.replace(/(^|\s)(\S)/gu, found => found.toUpperCase())),
  trim: onText('(text) text', text => text.trim()),
  leftTrim: onText('(text) text', text => text.trimStart()),
  rightTrim: onText('(text) text', text => text.trimEnd()),
  length: onText('(text) number', text => text.length),
  extractEmailDomain: onText('(text) text', text => text.slice(text.lastIndexOf('@') + 1)),
  charCodeAt: {
    signature: '(text, index) number',
    min: 2,
    max: 2,
    numbers: [1],
    call: args => {
      const code = textOf(args, 0).charCodeAt(numberOf(args, 1, -1))
      return Number.isNaN(code) ? null : code
    },
  },
  concat: { signature: '(text, text, …) text', min: 2, max: Number.POSITIVE_INFINITY, call: concat },
  contains,
  doesNotContain: opposite(contains),
  startsWith,
  doesNotStartWith: opposite(startsWith),
  endsWith,
  doesNotEndWith: opposite(endsWith),
  equals,
  notEqualTo: opposite(equals),
  equalsIgnoreCase,
  notEqualWithIgnoreCase: opposite(equalsIgnoreCase),
  equalsAnyIgnoreCase: {
    signature: '(text, other, …) boolean',
    min: 2,
    max: 11,
    call: args =>
      argument(args, 0) !== null && args.slice(1).some(arg => sameIgnoringCase(textOf(args, 0), toText(arg))),
  },
  indexOf: {
    signature: '(text, part) number',
    min: 2,
    max: 2,
    call: args => textOf(args, 0).indexOf(textOf(args, 1)),
  },
  lastIndexOf: {
    signature: '(text, part) number',
    min: 2,
    max: 2,
    call: args => textOf(args, 0).lastIndexOf(textOf(args, 1)),
  },
  isEmpty,
  isNotEmpty: opposite(isEmpty),
  isNull: { signature: '(value) boolean', min: 1, max: 1, call: args => argument(args, 0) === null },
  isNotNull: { signature: '(value) boolean', min: 1, max: 1, call: args => argument(args, 0) !== null },
  join: { signature: '(list, separator) text', min: 2, max: 2, lists: [0], call: join },
  mask: { signature: '(text, keepStart, keepEnd) text', min: 3, max: 3, numbers: [1, 2], call: mask },
  replace: { signature: '(text, old, new) text', min: 3, max: 3, call: replaceLiteral },
  replaceAll: { signature: '(text, pattern, new) text', min: 3, max: 3, call: replaceAll },
  split: { signature: '(text, separator) list', min: 2, max: 2, call: split },
  substr: substring,
  ampSubstr: substring,
  compareTo: { signature: '(text, text) number', min: 2, max: 2, call: compare },
}
