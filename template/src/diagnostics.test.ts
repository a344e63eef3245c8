/** Mistakes in a source: each is found, named, placed, and told in words that help; and all of them at once. */
import { describe, expect, test } from 'vitest'
import { checkTemplate } from './check/check.ts'
import { describePosition } from './positions.ts'
import { expectTemplate } from './test/expect-template.ts'

describe('mistakes', () => {
  test.each([
    ['{{context.a', 'tag_unclosed', 'close it with }}'],
    ['{{{context.a}}', 'tag_unclosed', 'close it with }}}'],
    ['{%= context.a', 'tag_unclosed', 'close it with %}'],
    ['{{! never', 'tag_unclosed', 'close it with }}'],
    ['{{}}', 'tag_empty', 'empty'],
    ['{%= %}', 'tag_empty', 'empty'],
    ['{{context.}}', 'expression_invalid', 'ends too early'],
    ['{{context.[]}}', 'expression_invalid', 'empty'],
    ['{{context.[a}}', 'string_unclosed', 'closing ]'],
    ['{%= context.`a %}', 'string_unclosed', 'closing `'],
    ['{{context.a b}}', 'expression_invalid', 'Unexpected "b"'],
    ['{{../a}}', 'expression_invalid', 'as |item|'],
    ['{{context/a}}', 'name_unknown', ''],
    ['{%= context.a == 1 %}', 'expression_invalid', 'one "="'],
    ['{%= context.a && true %}', 'expression_invalid', '"and"'],
    ['{%= context.a || true %}', 'expression_invalid', '"or"'],
    ['{%= 1 + %}', 'expression_invalid', 'too early'],
    ['{%= and %}', 'expression_invalid', '"and" stands where'],
    ['{%= "a %}', 'string_unclosed', 'closing "'],
    ['{%= "a\\nb" %}', 'expression_invalid', 'backslash'],
    ['{%= 12abc %}', 'expression_invalid', 'backticks'],
    ['{%= (1 %}', 'expression_invalid', 'expected )'],
    ['{%= [1, 2 %}', 'expression_invalid', 'expected , or ]'],
    ['{%= context.a[1 %}', 'expression_invalid', 'expected ]'],
    ['{%= != 1 %}', 'expression_invalid', 'a value was expected'],
    ['{%= 1 < 2 < 3 %}', 'expression_invalid', 'expected the end'],
    ['{{@foo}}', 'expression_invalid', 'index, first, last or key'],
    ['{{@}}', 'expression_invalid', 'index, first, last or key'],
    ['{{#each context.a |x|}}{{/each}}', 'expression_invalid', 'as |item|'],
    ['{{#each context.a as x}}{{/each}}', 'expression_invalid', 'expected |'],
    ['{% foo %}', 'expression_invalid', 'let, #if'],
    ['{% let 1 = 2 %}', 'expression_invalid', 'name of a variable'],
    ['{% let a 2 %}', 'expression_invalid', 'expected ='],
    ['{{#if context.a}}x', 'block_unclosed', '/if'],
    ['x{{/if}}', 'block_mismatch', 'no open block'],
    ['{{#}}x', 'tag_empty', 'empty'],
    ['{{#1}}x', 'expression_invalid', 'name of a block'],
    ['{{#foo context.a}}{{/foo}}', 'block_unknown', 'known are if, unless, each, with'],
    ['{{else}}', 'else_misplaced', 'outside'],
    ['{{#if context.a}}{{else}}{{else}}{{/if}}', 'else_misplaced', 'already'],
    ['{{#each context.a}}{{else if 1}}{{/each}}', 'else_misplaced', 'not else if'],
    ['{{if context.a}}', 'helper_unknown', '#if'],
    ['{{fragment mode="inline"}}', 'helper_wrong', 'needs id='],
    ['{{fragment id="a" mode="x"}}', 'helper_wrong', '"inline"'],
    ['{{fragment id="a" id="b"}}', 'helper_wrong', 'given twice'],
    ['{{fragment id="a" render=1}}', 'helper_wrong', 'true or false'],
    ['{{fragment context.a}}', 'helper_wrong', 'name=value'],
    ['{{datasetLookup datasetId="a" id=context.a}}', 'helper_wrong', 'needs result='],
    ['{{datasetLookup datasetId=context.a id="1" result="r"}}', 'helper_wrong', 'in quotes'],
    ['{{datasetLookup datasetId="a" id="1" result="r s"}}', 'helper_wrong', 'name of a variable'],
    ['{{datasetLookup datasetId="a" id="1" result="r" reqired=true}}', 'helper_wrong', '"required"'],
    ['{{executionMetadata key="" value=1}}', 'helper_wrong', 'must not be empty'],
    ['{{encrypt context.a result="r"}}', 'helper_wrong', 'needs keyName='],
    ['{{externalDataLookup actionId="a" result="r"}}', 'helper_unknown', 'datasetLookup'],
    ['{{#inline}}x{{/inline}}', 'expression_invalid', 'too early'],
    ['{{#inline "a b"}}x{{/inline}}', 'helper_wrong', 'without blanks'],
    ['{{#inline "a" assetType="x"}}x{{/inline}}', 'helper_wrong', '"image" or "url"'],
    ['{{#inline "a" b="x"}}x{{/inline}}', 'helper_wrong', 'not "b"'],
    ['{{#inline "a"}}x{{else}}{{/inline}}', 'else_misplaced', 'no else'],
    ['{{let a = 1}}', 'helper_unknown', '{% let'],
    ['{{upercase(context.a)}}', 'function_unknown', 'Did you mean "upperCase"?'],
    ['{{zzzzzzzz(context.a)}}', 'function_unknown', 'no function "zzzzzzzz".'],
    ['{{upperCase()}}', 'arguments_wrong', 'takes 1 values, not 0'],
    ['{{substr("a")}}', 'arguments_wrong', 'takes 2 to 3 values'],
    ['{{concat("a")}}', 'arguments_wrong', 'at least 2'],
    ['{{replaceAll("a", "a(", "b")}}', 'pattern_invalid', 'missing closing )'],
    ['{{matches("a", "(?=a)")}}', 'pattern_invalid', 'not valid'],
    ['{{regexGroup("a", "(a)\\\\1", 1)}}', 'pattern_invalid', 'not valid'],
    ['{{topN(context.orders, 1 + 1, 3)}}', 'arguments_wrong', 'name of a property'],
    ['{{profil.a}}', 'name_unknown', 'Did you mean "profile"?'],
    ['{{firstName}}', 'name_unknown', 'Data starts with "profile." or "context."'],
    ['{{@index}}', 'loop_name_outside', 'each blocks only'],
    ['{{#with context.a}}{{@first}}{{/with}}', 'loop_name_outside', 'each'],
    ['{{this.a}}', 'loop_name_outside', 'each or with'],
    ['{% let context = 1 %}', 'name_reserved', 'choose another'],
    ['{% let this = 1 %}', 'name_reserved', 'choose another'],
    ['{{#each context.a as |profile|}}{{/each}}', 'name_reserved', 'choose another'],
    ['{{#each context.a as |x|}}{% let x = 1 %}{{/each}}', 'name_reserved', 'alias'],
  ])('%s is %s', (source, code, words) => {
    const [found, ...more] = checkTemplate(source)
    expect([found?.code, more]).toEqual([code, []])
    expect(found?.message).toContain(words)
    expect(found?.severity).toBe('error')
  })

  test('a template with an error does not compile, one with a warning does', () => {
    expectTemplate('{{context.a').toFail('tag_unclosed')
    expectTemplate('{%= "a" + 1 %}').toRender('')
    expect(checkTemplate('{%= 1 + "a" %}')).toMatchObject([{ code: 'plus_on_text', severity: 'warning' }])
    expect(checkTemplate('{% if context.a %}{% endif %}').map(found => found.code)).toEqual([
      'syntax_variant',
      'syntax_variant',
    ])
  })

  test('all mistakes are found in one look, in the order of the source', () => {
    const source =
      '{{context.a b}}\n{{#if context.}}{{upercase(1)}}{{/if}}\n{{x}}{{#each context.l}}{{#if context.a}}{{/each}}{{'
    expectTemplate(source).toFail(
      'expression_invalid',
      'expression_invalid',
      'function_unknown',
      'name_unknown',
      'block_unclosed',
      'tag_unclosed',
    )
  })

  test('a wrong opening tag does not make its content and its closing tag wrong', () => {
    expectTemplate('{{#each context.items as item|}}{{item.a}}{{@index}}{{this}}{{/each}}').toFail(
      'expression_invalid',
    )
  })

  test('of hundreds of mistakes a hundred are told', () => {
    expect(checkTemplate('{{a b}}'.repeat(5_000))).toHaveLength(100)
    expect(checkTemplate('{{#if 1}}'.repeat(5_000))).toHaveLength(100)
    expect(checkTemplate('{{'.repeat(5_000))).toHaveLength(100)
  })
})

describe('positions', () => {
  test('line, column, offset and a caret under the place', () => {
    expect(checkTemplate('first\n  {{upercase(context.a)}} x\nlast')).toMatchObject([
      { line: 2, column: 5, offset: 10, length: 8, excerpt: '  {{upercase(context.a)}} x\n    ^^^^^^^^' },
    ])
  })

  test('a long line is shown by a window around the place', () => {
    const [found] = checkTemplate(`${'x'.repeat(5_000)}{{foo}}${'y'.repeat(5_000)}`)
    const [line, caret] = found?.excerpt.split('\n') ?? []
    expect(line?.length).toBeLessThanOrEqual(100)
    expect(line?.slice(caret?.indexOf('^'), caret?.length)).toBe('foo')
  })

  test('tabs and carriage returns do not move the caret', () => {
    expect(describePosition('\ta\r\nb', { start: 1, end: 2 }).excerpt).toBe(' a \n ^')
    expect(describePosition('a\nb', { start: 99, end: 100 })).toMatchObject({ line: 2, column: 2 })
    expect(describePosition('', { start: 5, end: 6 })).toEqual({ line: 1, column: 1, excerpt: '\n^' })
  })
})
