/** The bounds on what a template may cost: each is met by name, with a position, and never by a crash. */
import { describe, expect, test } from 'vitest'
import { checkTemplate } from './check/check.ts'
import { parseTemplate } from './parse.ts'
import { compileOk, expectTemplate } from './test/expect-template.ts'

const list = (length: number) => Array.from({ length }, (_, index) => index)

describe('of the source', () => {
  test('a source that is too large is refused', () => {
    expectTemplate('x'.repeat(11)).within({ maxSourceLength: 10 }).toFail('source_too_large')
    expectTemplate('x'.repeat(10)).within({ maxSourceLength: 10 }).toRender('x'.repeat(10))
    expect(checkTemplate('x'.repeat(1_000_001))[0]?.code).toBe('source_too_large')
  })

  test('blocks nest 64 deep and no deeper', () => {
    const nest = (depth: number) => '{{#with context}}'.repeat(depth) + '{{/with}}'.repeat(depth)
    expectTemplate(nest(64)).toRender('')
    expectTemplate(nest(65)).toFail('nesting_too_deep')
  })

  test.each([
    ['parentheses', `${'('.repeat(70)}1${')'.repeat(70)}`],
    ['lists', '['.repeat(70) + ']'.repeat(70)],
    ['calls', `${'trim('.repeat(70)}"x"${')'.repeat(70)}`],
    ['minus signs', `${'-'.repeat(70_000)}1`],
    ['not', `${'not '.repeat(70_000)}1`],
    ['indexes', 'context[context'.repeat(70) + ']'.repeat(70)],
  ])('%s within one expression do not nest without end', (_, expression) => {
    expectTemplate(`{%= ${expression} %}`).toFail('nesting_too_deep')
  })

  test.each([
    ['operators', `1${'+1'.repeat(5_000)}`],
    ['segments', `context${'.a'.repeat(5_000)}`],
    ['fallbacks', `context.a${' ?: 1'.repeat(5_000)}`],
  ])('a chain of %s has an end', (_, expression) => {
    expectTemplate(`{%= ${expression} %}`).toFail('expression_too_long')
  })

  test('a long chain within the bound computes', () => {
    expectTemplate(`{%= 1${'+1'.repeat(499)} %}`).toRender('500')
  })
})

describe('of a render', () => {
  test('an output that is too large stops, at the tag that did it', () => {
    const error = expectTemplate('a\n{{context.x}}')
      .context({ x: 'xxxxxxxxxx' })
      .within({ maxOutputLength: 10 })
      .toStopWith('output_too_large')
    expect(error).toMatchObject({ line: 2, column: 1, offset: 2, excerpt: '{{context.x}}\n^' })
    expect(error.message).toContain('(line 2, column 1)')
    expectTemplate('{{context.x}}')
      .context({ x: 'xxxxxxxxxx' })
      .within({ maxOutputLength: 10 })
      .toRender('xxxxxxxxxx')
    expectTemplate('0123456789a').within({ maxOutputLength: 10 }).toStopWith('output_too_large')
  })

  test('the iterations of all loops together have an end', () => {
    const source = '{{#each context.l}}{{#each context.l}}{{/each}}{{/each}}'
    expectTemplate(source)
      .context({ l: list(1_000) })
      .toStopWith('too_many_loop_steps')
    expectTemplate(source)
      .context({ l: list(9) })
      .within({ maxLoopSteps: 90 })
      .toRender('')
    expectTemplate(source)
      .context({ l: list(9) })
      .within({ maxLoopSteps: 89 })
      .toStopWith('too_many_loop_steps')
  })

  test('a render that takes too long stops, by the clock that was passed', () => {
    let now = 0
    const monotonicMs = () => {
      now += 10
      return now
    }
    const source = '{{#each context.l}}{{#each context.l}}{{this}}{{/each}}{{/each}}'
    expectTemplate(source)
      .context({ l: list(200) })
      .within({ maxRenderMs: 50 }, { monotonicMs })
      .toStopWith('render_time_exceeded')
    expectTemplate(source)
      .context({ l: [1] })
      .within({ maxRenderMs: 50 }, { monotonicMs })
      .toRender('1')
  })

  test('long calls and comparisons count as time too', () => {
    let now = 0
    const monotonicMs = () => {
      now += 100
      return now
    }
    const call = '{%= count(context.l) %}{%= context.l = 1 %}{%= context.l.x %}'.repeat(10)
    expectTemplate(call)
      .context({ l: list(1_000) })
      .within({ maxRenderMs: 500 }, { monotonicMs })
      .toStopWith('render_time_exceeded')
  })

  test.each([
    ['doubling by concat', `{% let a = "xxxxxxxxxx" %}${'{% let a = concat(a, a) %}'.repeat(60)}`],
    ['growing by replace', `{% let a = "xxxxxxxxxx" %}${'{% let a = replace(a, "x", a) %}'.repeat(9)}`],
    ['growing by join', `{% let a = "xxxxxxxxxx" %}${'{% let a = join([a, a, a], a) %}'.repeat(60)}`],
    ['many large values', `{{#each context.l}}{% let a = upperCase(context.big) %}{{/each}}`],
  ])('%s fills no memory', (_, source) => {
    expectTemplate(source)
      .context({ l: list(2_000), big: 'x'.repeat(10_000) })
      .within({ maxOutputLength: 100_000 })
      .toStopWith('value_too_large')
  })

  test('a projection over lists within lists fills no memory', () => {
    const source = `{% let a = [context.o, context.o] %}${'{% let a = [a, a] %}'.repeat(30)}{{a.x}}`
    expectTemplate(source)
      .context({ o: { x: 1 } })
      .within({ maxOutputLength: 1_000 })
      .toStopWith('value_too_large')
  })

  test('a value nested by a loop never fills the stack', () => {
    const source = '{% let a = context.o %}{{#each context.l}}{% let a = [a] %}{{/each}}{{a.x}}'
    expectTemplate(source)
      .context({ l: list(50_000), o: {} })
      .toStopWith('render_failed')
  })

  test('without a clock there is no time limit, and defaults hold where a limit is left out', () => {
    expect(compileOk('{{context.a}}', { limits: { maxRenderMs: 0 } }).render({ context: { a: 1 } })).toBe('1')
  })
})

test('hostile sources are parsed in linear time', () => {
  const sources = [
    '{{',
    '{%=',
    '{{"\\"}}',
    `{{'"}}`,
    '{{!--',
    '{{{{',
    '{{a}} ',
    '{{~ "x" ~}}   ',
    '{{#if 1}}',
    '{{"',
    ' {{! }}',
    '{{"\\"}}{{"',
  ]
  for (const piece of sources) {
    const source = piece.repeat(Math.floor(200_000 / piece.length))
    expect(parseTemplate(source).ast.source).toBe(source)
  }
})

test('a list of the same long text is accounted for before it is put together', () => {
  const list = `[${Array.from({ length: 100 }, () => 'context.a').join(', ')}]`
  for (const source of [`{{${list}}}`, `{%= length(${list}) %}`])
    expectTemplate(source)
      .context({ a: 'x'.repeat(200_000) })
      .within({ maxOutputLength: 1_000_000 })
      .toStopWith('value_too_large')
})
