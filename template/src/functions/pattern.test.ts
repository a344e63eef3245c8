import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { expectTemplate } from '../test/expect-template.ts'
import { createPatternCheck, isLiteralPattern } from './pattern.ts'
import { expandedSize } from './pattern-size.ts'

const isValidPattern = (pattern: string): boolean => createPatternCheck()(pattern) === null

const found = (call: string, context: object) => expectTemplate(`{%= ${call} %}`).as('text').context(context)

describe('what a pattern finds', () => {
  test.each([
    ['john smith', '(?i)^John', 'true'],
    ['Mr john', '(?i)^John', 'false'],
    ['a1b', '\\d', 'true'],
    ['abc', '^b', 'false'],
    ['éa', '\\p{L}{2}', 'true'],
    ['one\ntwo', '(?m)^two$', 'true'],
    ['one\ntwo', 'e.t', 'false'],
    ['one\ntwo', '(?s)e.t', 'true'],
    ['', '', 'true'],
  ])('matches("%s", "%s") is %s', (t, p, prints) => {
    found('matches(context.t, context.p)', { t, p }).toRender(prints)
  })

  test('null matches nothing and null is no pattern', () => {
    found('concat(matches(context.x, ""), matches("", context.x))', {}).toRender('falsefalse')
    found('concat("[", regexGroup(context.x, "", 0), regexGroup("a", context.x, 0), "]")', {}).toRender('[]')
    found('concat("[", replaceAll(context.x, "a", "b"), "]")', {}).toRender('[]')
    found('replaceAll("a", context.x, "b")', {}).toRender('a')
  })

  test('a group that does not exist or took no part is blank', () => {
    for (const group of [-1, 3, 1.5, '1']) {
      found('regexGroup("ab", "(a)(b)", context.g)', { g: group }).toRender('')
    }
    found('regexGroup("ab", "(a)|(b)", 2)', {}).toRender('')
    found('regexGroup("ab", "x(a)", 1)', {}).toRender('')
    found('regexGroup("ab", "(a)(b)", 0)', {}).toRender('ab')
  })

  test.each([
    ['aaa', 'aa', 'b', 'ba'],
    ['abc', '', '-', '-a-b-c-'],
    ['abc', 'x*', '-', '-a-b-c-'],
    ['a.b', '\\.', '', 'ab'],
    ['abc', '(b)', '[$1$0\\1]', 'a[$1$0\\1]c'],
    ['a', 'a', '$0$&', '$0$&'],
    ['aXbxc', '(?i)x', '', 'abc'],
    ['line\r\nline', '\\s+', ' ', 'line line'],
  ])('replaceAll("%s", "%s", "%s") is %s', (...row) => {
    const [t, p, n, prints] = row
    found('replaceAll(context.t, context.p, context.n)', { t, p, n }).toRender(prints)
  })

  test('replaces as JavaScript does, for patterns that mean the same in both', () => {
    const pattern = fc.constantFrom('a', 'a+', '[ab]', 'a|bc', '(?:ab)?', 'b*c', '^a', 'c$', '\\d+', 'a{2}')
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1') }), pattern, (t, p) => {
        const prints = t.replace(new RegExp(p, 'g'), () => '<>')
        found('replaceAll(context.t, context.p, "<>")', { t, p }).toRender(prints)
      }),
    )
  })
})

describe('the bounds of a pattern', () => {
  test.each([
    ['a repetition of a repetition', '(a{1000}){1000}'],
    ['many repetitions in a row', 'a{1000}'.repeat(140)],
    ['a repetition of a long group', `(${'ab'.repeat(490)}){1000}`],
    ['repetitions forty deep', `${'('.repeat(40)}a${'){9}'.repeat(40)}`],
    ['repetitions of nothing', '(){1000}'.repeat(100)],
    ['repetitions of a class', '[ab]{900}'.repeat(100)],
    ['repetitions of a large class', '\\pL{900}'.repeat(100)],
    ['repetitions of quoted text', '\\Qab\\E{999}'.repeat(80)],
    ['a number without measure', 'x{999999999999999999999}'],
    ['a long text', 'a'.repeat(1_001)],
    ['a very long text', '[:'.repeat(1_000_000)],
  ])('%s: refused before it is compiled', (_, pattern) => {
    expect(isValidPattern(pattern)).toBe(false)
    expect(createPatternCheck()(pattern)).not.toBeNull()
    found('matches("a", context.p)', { p: pattern }).toStopWith('pattern_invalid')
  })

  test.each([
    '^\\d{4}-\\d{2}-\\d{2}$',
    '[\\w.+-]{1,64}@[\\w-]{1,255}\\.\\w{2,63}',
    '.{0,1000}',
    '\\x{2019}',
    '[{}]{3}',
    '\\{5000\\}',
    `${'word|'.repeat(199)}end`,
  ])('%s is not', pattern => {
    expect(isValidPattern(pattern)).toBe(true)
  })

  test.each([
    ['abc', 3],
    ['a{3}', 3],
    ['a{2,5}', 5],
    ['a{2,}', 3],
    ['a{0}', 1],
    ['(ab){3}', 12],
    ['((a{2}){3}){2}', 28],
    ['[a-z{9}]{4}', 4],
    ['[]{9}]', 1],
    ['[[:alpha:]{9}]', 1],
    ['\\d{3}\\{9}', 6],
    ['a*b+?', 2],
    ['\\Qa{9}\\E', 8],
  ])('%s written out has the size %i', (pattern, size) => {
    expect(expandedSize(pattern)).toBe(size)
  })

  test('the engine never builds more than a few instructions for each part that was counted', () => {
    const atom = fc.constantFrom(
      'a',
      '.',
      '[ab]',
      '[^]a{9}]',
      '\\d',
      '\\pL',
      '\\{',
      '(',
      ')',
      '(?:',
      '|',
      '\\Qx{9}\\E',
    )
    const sign = fc.constantFrom('', '', '*', '+?', '?', '{3}', '{2,}', '{0,4}', '{1}', '{0}')
    let compiled = 0
    fc.assert(
      fc.property(fc.array(fc.tuple(atom, sign), { maxLength: 9 }), pieces => {
        const pattern = pieces.flat().join('')
        if (!isValidPattern(pattern)) return
        compiled += 1
        const size = RE2JS.compile(pattern).programSize()
        expect(size, pattern).toBeLessThanOrEqual(3 * expandedSize(pattern) + 10)
      }),
      { numRuns: 3_000 },
    )
    expect(compiled).toBeGreaterThan(300)
  })

  test('a template with a great many large patterns is refused in the end', () => {
    const check = createPatternCheck()
    const answers = Array.from({ length: 200 }, (_, index) => check(`a{999}${index}`))
    expect(answers[0]).toBeNull()
    expect(answers.at(-1)).toContain('too many')
    expect(check('a{999}0')).toBeNull()
  })

  test('look-around and back-references are told to be unknown', () => {
    for (const pattern of ['(?=a)', '(?<!a)b', '(a)\\1', 'a++', '(', '[', '*', 'a{2,1}', '\\']) {
      expect(createPatternCheck()(pattern), pattern).not.toBeNull()
    }
  })

  test('only a text without signs of a pattern means itself', () => {
    expect(['a b', 'é-_@'].every(isLiteralPattern)).toBe(true)
    expect(['', 'a.', 'a|b', '\\d', '^'].some(isLiteralPattern)).toBe(false)
  })
})

describe('hostile texts', () => {
  const ones = 'a'.repeat(50_000)

  test.each([
    '(a+)+[bc]',
    '(a|aa)+[bc]',
    '(a*)*[bc]',
    '(?:a?){20}a{20}[bc]',
    '(.*)(.*)(.*)(.*)[bc]',
    '^(a|a?)+$x',
  ])('%s is searched in linear time', p => {
    found('matches(context.t, context.p)', { t: ones, p }).toRender('false')
    found('regexGroup(context.t, context.p, 0)', { t: ones, p }).toRender('')
    found('length(replaceAll(context.t, context.p, ""))', { t: ones, p }).toRender('50000')
  })

  test('a text too long for so large a pattern is refused, not searched', () => {
    for (const call of ['matches(context.t, context.p)', 'regexGroup(context.t, context.p, 0)']) {
      const error = found(call, { t: ones, p: '[ab]{1000}[cd]' }).toStopWith('render_time_exceeded')
      expect(error.message).toContain('too long to be searched')
    }
  })

  test('many searches that each run to the end are stopped by the clock', () => {
    let now = 0
    const monotonicMs = () => (now += 1)
    expectTemplate('{%= replaceAll(context.t, "a.*[bc]|a", "") %}')
      .context({ t: 'a'.repeat(5_000) })
      .within({ maxRenderMs: 50 }, { monotonicMs })
      .toStopWith('render_time_exceeded')
  })

  test('a replacement that grows too large is stopped while it is built', () => {
    expectTemplate('{%= replaceAll(context.t, "[a]", context.t) %}')
      .context({ t: 'a'.repeat(1_000) })
      .within({ maxOutputLength: 10_000 })
      .toStopWith('value_too_large')
  })
})
