/**
 * Regular expressions in an engine whose time grows linearly with the text (RE2), so that no pattern and no text can
 * hang a render. Also the bounds on the size of both. Knows no function of the language.
 */
import { RE2JS, RE2JSException } from 're2js'
import { type Run, spend, stopBecause } from '../run.ts'
import { expandedSize } from './pattern-size.ts'

/** A pattern may be so long, in characters. */
export const MAX_PATTERN_LENGTH = 1_000
/** And so large when its counted repetitions are written out. */
export const MAX_PATTERN_SIZE = 2_000

// The slowest search takes 25 ns for each instruction at each character. One search cannot be interrupted, so the
// product is bounded: half a second at the very most.
const MAX_SEARCH = 20_000_000
const SEARCHED_PER_UNIT = 2
const UNITS_PER_COMPILED = 100

/** Compiled patterns by their text: at most `capacity` of them, the ones used last. */
export interface PatternCache {
  readonly capacity: number
  readonly compiled: Map<string, RE2JS | string>
}

/** Makes an empty cache. */
export const createPatternCache = (capacity: number): PatternCache => ({ capacity, compiled: new Map() })

const TOO_LONG = `longer than ${MAX_PATTERN_LENGTH} characters`

/** The pattern, or what is wrong with it, as the end of a sentence. */
const compile = (pattern: string): RE2JS | string => {
  if (pattern.length > MAX_PATTERN_LENGTH) return TOO_LONG
  if (expandedSize(pattern) > MAX_PATTERN_SIZE) return 'too large when its repetitions are written out'
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    if (error instanceof RE2JSException) return error.message.replace('error parsing regexp: ', '')
    throw error
  }
}

/** Where a pattern is used. */
export interface PatternUse {
  readonly run: Run
  readonly offset: number
  readonly cache: PatternCache
}

/** The compiled pattern; one that is not valid ends the render. */
export const openPattern = (pattern: string, use: PatternUse): RE2JS => {
  const { run, offset } = use
  // Before the cache is asked: what is too long must not be kept either.
  const found = pattern.length > MAX_PATTERN_LENGTH ? TOO_LONG : findCompiled(pattern, use)
  if (typeof found !== 'string') return found
  return stopBecause(run, 'pattern_invalid', {
    offset,
    detail: `This regular expression is not valid: ${found}`,
  })
}

const findCompiled = (pattern: string, { run, offset, cache }: PatternUse): RE2JS | string => {
  const { compiled, capacity } = cache
  const known = compiled.get(pattern)
  if (known === undefined)
    spend(run, UNITS_PER_COMPILED * Math.min(expandedSize(pattern), MAX_PATTERN_SIZE), offset)
  const found = known ?? compile(pattern)
  compiled.delete(pattern)
  compiled.set(pattern, found)
  const oldest = compiled.size > capacity ? compiled.keys().next().value : undefined
  if (oldest !== undefined) compiled.delete(oldest)
  return found
}

/** Books one search of so many characters, and refuses one that would take too long. */
export const bookSearch = (engine: RE2JS, length: number, at: Pick<PatternUse, 'run' | 'offset'>): void => {
  const cost = length * engine.programSize()
  if (cost > MAX_SEARCH) {
    const detail = 'The text is too long to be searched for so large a regular expression.'
    stopBecause(at.run, 'render_time_exceeded', { offset: at.offset, detail })
  }
  spend(at.run, cost / SEARCHED_PER_UNIT, at.offset)
}

/** Tells what is wrong with a pattern, as the end of a sentence, or null. */
export type PatternCheck = (pattern: string) => string | null

// About half a second of compiling for one template.
const MAX_CHECKED = 100_000

/**
 * Checks the patterns of one template. Each is looked at once, and after a great many large ones the rest is refused,
 * so that a hostile source cannot keep the checker busy.
 */
export const createPatternCheck = (): PatternCheck => {
  const answers = new Map<string, string | null>()
  let checked = 0
  return pattern => {
    const known = answers.get(pattern)
    if (known !== undefined) return known
    if (pattern.length > MAX_PATTERN_LENGTH) return TOO_LONG
    checked += Math.min(expandedSize(pattern), MAX_PATTERN_SIZE)
    const found = checked > MAX_CHECKED ? 'one of too many in this template' : compile(pattern)
    const answer = typeof found === 'string' ? found : null
    answers.set(pattern, answer)
    return answer
  }
}

// A pattern with one of these means something else than itself.
const PATTERN_CHARACTERS = /[\\^$.*+?()[\]{}|]/

/** True when a text means itself as a regular expression. */
export const isLiteralPattern = (pattern: string): boolean =>
  pattern !== '' && !PATTERN_CHARACTERS.test(pattern)
