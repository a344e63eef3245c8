/** The functions that make a text of texts. `length` and indexes count UTF-16 units, as Java does. */
import { checkLength, type Run } from '../run.ts'
import { isList, toText, type Value } from '../values.ts'
import { splitText } from './find-text.ts'
import {
  argument,
  type Described,
  type FunctionSpec,
  type FunctionTable,
  indexOf,
  numberOf,
  onText,
  optional,
  param,
  rest,
  textOf,
} from './function-spec.ts'
import { replaceText } from './replace-text.ts'

const upperCaseWords = (text: string): string => text.replace(/(^|\s)(\S)/gu, found => found.toUpperCase())

const substring = (described: Described): FunctionSpec => ({
  group: 'text',
  params: [param('text', 'text'), param('begin', 'number'), optional('end', 'number', 'length')],
  returns: 'text',
  ...described,
  call: args => {
    if (argument(args, 0) === null) return null
    const text = textOf(args, 0)
    const range = { length: text.length, fallback: text.length }
    return text.slice(indexOf(args, 1, { ...range, fallback: 0 }), indexOf(args, 2, range))
  },
})

const concat = (args: readonly Value[], run: Run, offset: number): Value => {
  let text = ''
  for (const arg of args) {
    text += toText(arg)
    checkLength(run, text.length, offset)
  }
  return text
}

const join = (args: readonly Value[], run: Run, offset: number): Value => {
  const list = argument(args, 0)
  if (!isList(list)) return textOf(args, 0)
  const separator = textOf(args, 1)
  let text = ''
  for (const [index, item] of list.entries()) {
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

const split = (args: readonly Value[], run: Run): Value => {
  const text = textOf(args, 0)
  if (text === '') return []
  const separator = textOf(args, 1)
  return separator === '' ? [text] : splitText(text, separator, run.limits.maxOutputLength + 1)
}

const replace = (args: readonly Value[], run: Run, offset: number): Value => {
  if (argument(args, 0) === null) return null
  const old = textOf(args, 1)
  const text = textOf(args, 0)
  return old === '' ? text : replaceText(text, { old, fresh: textOf(args, 2) }, { run, offset })
}

const CASE_FUNCTIONS: FunctionTable = {
  upperCase: onText('text', text => text.toUpperCase(), {
    summary: 'The text in capital letters.',
    examples: [['upperCase(context.name)', 'ADA']],
  }),
  lowerCase: onText('text', text => text.toLowerCase(), {
    summary: 'The text in small letters.',
    examples: [['lowerCase("ABC")', 'abc']],
  }),
  titleCase: onText('text', upperCaseWords, {
    summary: 'The first letter of each word as a capital letter; the rest stays as it is.',
    examples: [['titleCase("Washington high street")', 'Washington High Street']],
  }),
  camelCase: onText('text', upperCaseWords, {
    summary: 'The first letter of each word as a capital letter, as titleCase; blanks stay.',
    examples: [['camelCase("hello big world")', 'Hello Big World']],
  }),
}

const PART_FUNCTIONS: FunctionTable = {
  trim: onText('text', text => text.trim(), {
    summary: 'The text without blanks at both ends.',
    examples: [['trim("  a ")', 'a']],
  }),
  leftTrim: onText('text', text => text.trimStart(), {
    summary: 'The text without blanks at its start.',
    examples: [['concat("[", leftTrim("  a "), "]")', '[a ]']],
  }),
  rightTrim: onText('text', text => text.trimEnd(), {
    summary: 'The text without blanks at its end.',
    examples: [['concat("[", rightTrim("  a "), "]")', '[  a]']],
  }),
  extractEmailDomain: onText('text', text => text.slice(text.lastIndexOf('@') + 1), {
    summary: 'What stands after the last @ of an email address.',
    examples: [['extractEmailDomain("ada@example.com")', 'example.com']],
  }),
  substr: substring({
    summary: 'The part of a text from one index up to another, which is not included. Indexes count from 0.',
    examples: [
      ['substr("Hello World", 0, 5)', 'Hello'],
      ['substr("Hello", 3)', 'lo'],
    ],
  }),
  ampSubstr: substring({
    summary: 'The same as substr.',
    examples: [['ampSubstr("Hello World", 0, 5)', 'Hello']],
  }),
  charCodeAt: {
    group: 'text',
    params: [param('text', 'text'), param('index', 'number')],
    returns: 'number',
    summary: 'The code (UTF-16) of the character at an index that counts from 0; blank outside of the text.',
    examples: [['charCodeAt("some", 1)', '111']],
    call: args => {
      const code = textOf(args, 0).charCodeAt(numberOf(args, 1, -1))
      return Number.isNaN(code) ? null : code
    },
  },
  length: onText('number', text => text.length, {
    summary: 'The number of characters of a text.',
    examples: [['length("hello")', '5']],
  }),
}

const COMPOSING_FUNCTIONS: FunctionTable = {
  concat: {
    group: 'text',
    params: [param('text', 'any'), param('other', 'any'), rest('more', 'any')],
    returns: 'text',
    summary: 'The values one after the other, as they print.',
    examples: [
      ['concat("Hello", " ", "World")', 'Hello World'],
      ['concat("Hi ", context.name, "!")', 'Hi Ada!'],
    ],
    call: concat,
  },
  join: {
    group: 'text',
    params: [param('list', 'list'), param('separator', 'text')],
    returns: 'text',
    summary: 'The elements of a list as one text, with a separator between them.',
    examples: [
      ['join(["red","green","blue"],",")', 'red,green,blue'],
      ['join(context.orders.sku, " + ")', 'lamp + desk + chair'],
    ],
    call: join,
  },
  split: {
    group: 'text',
    params: [param('text', 'text'), param('separator', 'text')],
    returns: 'list',
    summary: 'The parts of a text between the separators, as a list.',
    examples: [
      ['split("a,b,c", ",")[1]', 'b'],
      ['count(split("a,b,c", ","))', '3'],
    ],
    call: split,
  },
  mask: {
    group: 'text',
    params: [param('text', 'text'), param('keepStart', 'number'), param('keepEnd', 'number')],
    returns: 'text',
    summary: 'The text with an X for each character but the first and last few.',
    examples: [['mask("123456789",1,2)', '1XXXXXX89']],
    call: mask,
  },
  replace: {
    group: 'text',
    params: [param('text', 'text'), param('old', 'text'), param('new', 'text')],
    returns: 'text',
    summary: 'The text with every occurrence of one text replaced by another.',
    examples: [
      [
        'replace("Hello John, here is your monthly newsletter!", "John", "Mark")',
        'Hello Mark, here is your monthly newsletter!',
      ],
    ],
    call: replace,
  },
}

/** The functions by name. */
export const TEXT_FUNCTIONS: FunctionTable = { ...CASE_FUNCTIONS, ...PART_FUNCTIONS, ...COMPOSING_FUNCTIONS }
