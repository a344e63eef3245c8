import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectTemplate } from '../test/expect-template.ts'
import { isLike } from './like.ts'

const ignore = () => {}

/** Obvious and slow: a pattern fits when its first sign fits and the rest fits the rest. */
const obviously = (text: string, pattern: string): boolean => {
  if (pattern === '') return text === ''
  const rest = pattern.slice(1)
  if (pattern.startsWith('%'))
    return obviously(text, rest) || (text !== '' && obviously(text.slice(1), pattern))
  return text !== '' && (pattern.startsWith('_') || pattern[0] === text[0]) && obviously(text.slice(1), rest)
}

describe('like', () => {
  test('any text fits any pattern exactly when the obvious rule says so', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_'), maxLength: 8 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_'), maxLength: 7 })
    fc.assert(
      fc.property(text, pattern, (one, other) => {
        expect(isLike(one, other, ignore)).toBe(obviously(one, other))
      }),
      { numRuns: 5_000 },
    )
  })

  test.each([
    ['', '', true],
    ['', '%', true],
    ['', '_', false],
    ['ada@example.com', '%@%', true],
    ['ada', 'ADA', false],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
    ['line\nbreak', 'line%break', true],
  ])('"%s" like "%s" is %s', (text, pattern, fits) => {
    expect(isLike(text, pattern, ignore)).toBe(fits)
  })

  test('a hostile pattern takes steps in proportion to both lengths, and tells of them', () => {
    let steps = 0
    const pattern = `${'%a'.repeat(200)}%b`
    expect(isLike('a'.repeat(5_000), pattern, more => (steps += more))).toBe(false)
    expect(steps).toBeLessThan(5_000 * pattern.length * 2)
    steps = 0
    isLike('a'.repeat(5_000), `%${'a'.repeat(100)}b`, more => (steps += more))
    expect(steps).toBeGreaterThan(100_000)
  })

  test('a long search is stopped by the clock', () => {
    let now = 0
    const monotonicMs = () => (now += 10)
    expectTemplate('{%= like(context.t, context.p) %}')
      .context({ t: 'a'.repeat(20_000), p: `%${'a'.repeat(500)}b` })
      .within({ maxRenderMs: 100 }, { monotonicMs })
      .toStopWith('render_time_exceeded')
  })

  test('of null nothing is like anything', () => {
    expectTemplate('{%= like(context.x, "%") %}{%= like("a", context.x) %}')
      .context({})
      .toRender('falsefalse')
  })
})
