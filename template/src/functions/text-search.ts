/** The functions that look for a text in a text, or compare two. */
import { toText } from '../values.ts'
import { finalIndexOf, firstIndexOf } from './find-text.ts'
import {
  argument,
  type Described,
  type FunctionSpec,
  type FunctionTable,
  onTwoTexts,
  opposite,
  optional,
  param,
  rest,
  textOf,
} from './function-spec.ts'

/** `f(text, part [, caseSensitive = true])`. */
const search = (test: (text: string, part: string) => boolean, described: Described): FunctionSpec => ({
  group: 'text',
  params: [param('text', 'text'), param('part', 'text'), optional('caseSensitive', 'boolean', 'true')],
  returns: 'boolean',
  ...described,
  call: args => {
    if (argument(args, 0) === null || argument(args, 1) === null) return false
    const text = textOf(args, 0)
    const part = textOf(args, 1)
    return argument(args, 2) === false ? test(text.toLowerCase(), part.toLowerCase()) : test(text, part)
  },
})

const place = (find: (text: string, part: string) => number, described: Described): FunctionSpec => ({
  group: 'text',
  params: [param('text', 'text'), param('part', 'text')],
  returns: 'number',
  ...described,
  call: args => find(textOf(args, 0), textOf(args, 1)),
})

const sameIgnoringCase = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase()

const contains = search((text, part) => firstIndexOf(text, part) >= 0, {
  summary: 'True when a text contains another; with false as third value, without regard to case.',
  examples: [
    ['contains("Hello", "ell")', 'true'],
    ['contains("Hello", "ELL", false)', 'true'],
  ],
})

const startsWith = search((text, part) => text.startsWith(part), {
  summary: 'True when a text starts with another; with false as third value, without regard to case.',
  examples: [
    ['startsWith("Hello", "He")', 'true'],
    ['startsWith("Hello", "he", false)', 'true'],
  ],
})

const endsWith = search((text, part) => text.endsWith(part), {
  summary: 'True when a text ends with another; with false as third value, without regard to case.',
  examples: [['endsWith("Hello", "lo")', 'true']],
})

const equals = onTwoTexts((left, right) => left === right, {
  summary: 'True when two texts are the same. Null equals nothing.',
  examples: [
    ['equals("a", "a")', 'true'],
    ['equals("a", "A")', 'false'],
  ],
})

const equalsIgnoreCase = onTwoTexts(sameIgnoringCase, {
  summary: 'True when two texts are the same without regard to case.',
  examples: [['equalsIgnoreCase("a", "A")', 'true']],
})

const SEARCHES: FunctionTable = {
  contains,
  doesNotContain: opposite(contains, {
    summary: 'The opposite of contains.',
    examples: [['doesNotContain("Hello", "x")', 'true']],
  }),
  startsWith,
  doesNotStartWith: opposite(startsWith, {
    summary: 'The opposite of startsWith.',
    examples: [['doesNotStartWith("Hello", "He")', 'false']],
  }),
  endsWith,
  doesNotEndWith: opposite(endsWith, {
    summary: 'The opposite of endsWith.',
    examples: [['doesNotEndWith("Hello", "lo")', 'false']],
  }),
  indexOf: place(firstIndexOf, {
    summary: 'The index, counted from 0, where a text first contains another; -1 where it does not.',
    examples: [
      ['indexOf("hello world","world")', '6'],
      ['indexOf("hello","x")', '-1'],
    ],
  }),
  lastIndexOf: place(finalIndexOf, {
    summary: 'The index, counted from 0, where a text last contains another; -1 where it does not.',
    examples: [['lastIndexOf("hello world","o")', '7']],
  }),
}

const EQUALITIES: FunctionTable = {
  equals,
  notEqualTo: opposite(equals, {
    summary: 'The opposite of equals.',
    examples: [['notEqualTo("a", "A")', 'true']],
  }),
  equalsIgnoreCase,
  notEqualWithIgnoreCase: opposite(equalsIgnoreCase, {
    summary: 'The opposite of equalsIgnoreCase.',
    examples: [['notEqualWithIgnoreCase("a", "A")', 'false']],
  }),
  equalsAnyIgnoreCase: {
    group: 'text',
    params: [param('text', 'text'), param('other', 'text'), rest('more', 'text')],
    most: 11,
    returns: 'boolean',
    summary: 'True when a text is the same as any of one to ten others, without regard to case.',
    examples: [
      ['equalsAnyIgnoreCase("Icon","icon","ambassador","luminary")', 'true'],
      ['equalsAnyIgnoreCase("Icon","x")', 'false'],
    ],
    call: args =>
      argument(args, 0) !== null && args.slice(1).some(arg => sameIgnoringCase(textOf(args, 0), toText(arg))),
  },
  compareTo: {
    group: 'object',
    params: [param('text', 'text'), param('other', 'text')],
    returns: 'number',
    summary: 'How two texts stand in the order of their character codes: -1, 0 or 1.',
    examples: [
      ['compareTo("apple","banana")', '-1'],
      ['compareTo("a","a")', '0'],
    ],
    call: args => {
      const [left, right] = [textOf(args, 0), textOf(args, 1)]
      return left === right ? 0 : left < right ? -1 : 1
    },
  },
}

/** The functions by name. */
export const TEXT_SEARCH: FunctionTable = { ...SEARCHES, ...EQUALITIES }
