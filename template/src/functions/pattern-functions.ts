/** The functions with patterns: regular expressions and SQL's `like`. */
import { checkLength, type Run, spend } from '../run.ts'
import type { Value } from '../values.ts'
import { argument, type Call, type FunctionTable, numberOf, param, textOf } from './function-spec.ts'
import { isLike } from './like.ts'
import { bookSearch, createPatternCache, isLiteralPattern, openPattern, type PatternUse } from './pattern.ts'
import { replaceText } from './replace-text.ts'

const UNITS_PER_STEP = 1 / 25

const like: Call = (args, run, offset) => {
  if (argument(args, 0) === null || argument(args, 1) === null) return false
  return isLike(textOf(args, 0), textOf(args, 1), steps => spend(run, steps * UNITS_PER_STEP, offset))
}

type PatternCall = (args: readonly Value[], use: PatternUse) => Value

const matches: PatternCall = (args, use) => {
  if (argument(args, 0) === null || argument(args, 1) === null) return false
  const text = textOf(args, 0)
  const engine = openPattern(textOf(args, 1), use)
  bookSearch(engine, text.length, use)
  return engine.test(text)
}

const regexGroup: PatternCall = (args, use) => {
  if (argument(args, 0) === null || argument(args, 1) === null) return null
  const text = textOf(args, 0)
  const engine = openPattern(textOf(args, 1), use)
  const group = numberOf(args, 2, -1)
  if (!Number.isInteger(group) || group < 0 || group > engine.groupCount()) return null
  bookSearch(engine, text.length, use)
  const matcher = engine.matcher(text)
  return matcher.find() ? matcher.group(group) : null
}

const replaceMatches = (
  text: string,
  change: { pattern: string; fresh: string },
  use: PatternUse,
): string => {
  const engine = openPattern(change.pattern, use)
  const matcher = engine.matcher(text)
  let replaced = ''
  let done = 0
  bookSearch(engine, text.length, use)
  while (matcher.find()) {
    replaced += text.slice(done, matcher.start()) + change.fresh
    done = matcher.end()
    checkLength(use.run, replaced.length, use.offset)
    // Each search may run to the end of the text and find its match near the start.
    bookSearch(engine, text.length - done, use)
  }
  checkLength(use.run, replaced.length + text.length - done, use.offset)
  return replaced + text.slice(done)
}

const replaceAll: PatternCall = (args, use) => {
  if (argument(args, 0) === null) return null
  const text = textOf(args, 0)
  if (argument(args, 1) === null) return text
  const [pattern, fresh] = [textOf(args, 1), textOf(args, 2)]
  if (isLiteralPattern(pattern)) return replaceText(text, { old: pattern, fresh }, use)
  return replaceMatches(text, { pattern, fresh }, use)
}

// A compiled pattern holds some 10 kB, and at the very most the 8 MB that the engine allows its table of states.
const CACHED = 50

/** The functions by name, with one cache of patterns for all of them. */
export const createPatternFunctions = (): FunctionTable => {
  const cache = createPatternCache(CACHED)
  const withCache =
    (call: PatternCall): Call =>
    (args, run: Run, offset) =>
      call(args, { run, offset, cache })
  const text = param('text', 'text')
  const pattern = param('pattern', 'text')
  return {
    like: {
      group: 'text',
      params: [text, pattern],
      returns: 'boolean',
      summary:
        'True when the whole text is of a form: % stands for any characters or none, _ for exactly one. Case counts.',
      examples: [
        ['like("ada@example.com", "%@example.%")', 'true'],
        ['like("cat", "c_t")', 'true'],
      ],
      call: like,
    },
    matches: {
      group: 'text',
      params: [text, pattern],
      returns: 'boolean',
      summary:
        'True when a regular expression fits anywhere in the text; ^ and $ tie it to the ends, (?i) at its start ignores case. Look-around and back-references do not exist.',
      examples: [
        ['matches("john smith", "(?i)^John")', 'true'],
        ['matches("order 12", "\\\\d{3}")', 'false'],
      ],
      call: withCache(matches),
    },
    regexGroup: {
      group: 'text',
      params: [text, pattern, param('group', 'number')],
      returns: 'text',
      summary:
        'What a group of a regular expression caught at its first match; 0 is the whole match. Blank without one.',
      examples: [['regexGroup("abc@xyz.com","@(\\\\w+)", 1)', 'xyz']],
      call: withCache(regexGroup),
    },
    replaceAll: {
      group: 'text',
      params: [text, pattern, param('new', 'text')],
      returns: 'text',
      summary:
        'The text with every match of a regular expression replaced, from left to right. The new text is taken as it is.',
      examples: [
        ['replaceAll("Hello World","World","AJO")', 'Hello AJO'],
        ['replaceAll("aaa","aa","b")', 'ba'],
        ['replaceAll("a1b22","\\\\d+","#")', 'a#b#'],
      ],
      call: withCache(replaceAll),
    },
  }
}
