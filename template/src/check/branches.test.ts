/** Conditions that no data can change, told with the line that decides them. */
import { describe, expect, test } from 'vitest'
import type { FunctionSpec } from '../functions/function-spec.ts'
import { parseTemplate } from '../parse.ts'
import { findings } from '../test/findings.ts'
import { WITH_ORDER } from '../test/order-schema.ts'
import { checkAst, checkTemplate } from './check.ts'

describe('conditions that data decides are no finding', () => {
  test.each([
    '{%#if context.free.a%}{%else if context.free.b%}{%else%}{%/if%}',
    '{%#if context.total > 3%}{%#if context.total > 5%}x{%/if%}{%/if%}',
    '{%#if context.tier = "gold"%}a{%else if context.tier = "silver"%}b{%/if%}',
    '{%#if context.tags = "a"%}{%#if context.tags = "b"%}both{%/if%}{%/if%}',
    '{%#if profile.x = "a"%}{%#if profile.x = "b"%}both, when x is a list{%/if%}{%/if%}',
    '{% let n = 1 %}{%#if n%}{% let n = 2 %}{%#if n%}x{%/if%}{%/if%}',
    '{%#if context.free.a%}x{%/if%}{%#if context.free.a%}y{%/if%}',
    '{{#each context.items as |i|}}{%#if i.name = "a"%}x{%/if%}{{/each}}{{#each context.items as |i|}}{%#if i.name = "a"%}x{%/if%}{{/each}}',
    '{{#each context.items as |i|}}{%#if @first%}{{#each i.options}}{%#if @first%}x{%/if%}{{/each}}{%/if%}{{/each}}',
    '{% let debug = false %}{%#if debug%}x{%/if%}',
    '{% let seen = "" %}{{#each context.items as |i|}}{%#if seen = i.name%}{{#each i.options}}{%#if seen = i.name%}x{%/if%}{{/each}}{%/if%}{% let seen = i.name %}{{/each}}',
    '{%#if context.free.a and context.free.b%}x{%else if context.free.a%}y{%else if context.free.b%}z{%/if%}',
    '{{#each [1]}}x{{/each}}',
  ])('%s', source => {
    expect(findings(source, WITH_ORDER)).toEqual([])
  })
})

describe('conditions that nothing can change', () => {
  test.each([
    ['{%#if false%}x{%/if%}', 'false', 'never true'],
    ['{%#if true%}x{%/if%}', 'true', 'it can be left out'],
    ['{%#if true%}x{%else%}y{%/if%}', 'true', 'what comes after it in this block is never shown'],
    ['{%#if true%}x{%else if context.free.a%}y{%else if false%}z{%/if%}', 'true', 'never shown'],
    ['{%#if 1 = 2%}x{%/if%}', '1 = 2', 'never true'],
    ['{%#if "a" != "b"%}x{%/if%}', '"a" != "b"', 'always true'],
    ['{%#if not ("a" = "a")%}x{%/if%}', 'not ("a" = "a")', 'never true'],
    ['{%#unless true%}x{%/unless%}', 'true', 'never true'],
    ['{%#if context.free.a or 1 < 2%}x{%/if%}', 'context.free.a or 1 < 2', 'always true'],
    ['{%#if context.free.a and null%}x{%/if%}', 'context.free.a and null', 'never true'],
    ['{%#if 2 * 3 = 6%}x{%/if%}', '2 * 3 = 6', 'always true'],
    ['{%#if null ?: ""%}x{%/if%}', 'null ?: ""', 'never true'],
    ['{{#each []}}x{{/each}}', '[]', 'always empty'],
    ['{%#if context.free.a%}x{%else if context.free.a%}y{%/if%}', 'context.free.a', 'never true'],
    [
      '{%#if context.tier = "gold"%}x{%else if "gold"=context.tier%}y{%/if%}',
      '"gold"=context.tier',
      'never true',
    ],
    [
      '{%#if context.free.a or context.free.b%}x{%else if context.free.b%}y{%/if%}',
      'context.free.b',
      'never true',
    ],
    ['{%#if context.free.a%}x{%else if not context.free.a%}y{%/if%}', 'not context.free.a', 'always true'],
    ['{%#if context.free.a%}{%#if context.free.a%}x{%/if%}{%/if%}', 'context.free.a', 'always true'],
    [
      '{%#if context.free.a and context.free.b%}{%#if context.free.b%}x{%/if%}{%/if%}',
      'context.free.b',
      'always true',
    ],
    ['{%#if context.free.a%}x{%else%}{%#if context.free.a%}y{%/if%}{%/if%}', 'context.free.a', 'never true'],
    ['{%#unless context.free.a%}{%#if context.free.a%}x{%/if%}{%/unless%}', 'context.free.a', 'never true'],
    [
      '{%#if context.tier = "gold"%}{%#if context.tier = "silver"%}x{%/if%}{%/if%}',
      'context.tier = "silver"',
      'never true',
    ],
    [
      '{%#if context.tier = "gold"%}{%#if context.tier != "silver"%}x{%/if%}{%/if%}',
      'context.tier != "silver"',
      'always true',
    ],
    [
      '{%#if context.number != "A"%}x{%else if context.number = "A"%}y{%/if%}',
      'context.number = "A"',
      'always true',
    ],
    [
      '{{#each context.items as |i|}}{%#if i.name = "a"%}{%#if i.name = "b"%}x{%/if%}{%/if%}{{/each}}',
      'i.name = "b"',
      'never true',
    ],
    ['{% let n = context.total %}{%#if n%}{%#if n%}x{%/if%}{%/if%}', 'n', 'always true'],
  ])('%s', (source, marked, words) => {
    const [found, ...more] = checkTemplate(source, WITH_ORDER)
    expect([found?.code, found?.severity, more]).toEqual(['branch_unreachable', 'warning', []])
    expect(source.slice(found?.offset, (found?.offset ?? 0) + (found?.length ?? 0))).toBe(marked)
    expect(found?.message).toContain(words)
  })

  test('the message names the line that decides', () => {
    const [found] = checkTemplate('{%#if context.free.a%}\n\n{%#if context.free.a%}x{%/if%}{%/if%}')
    expect(found?.message).toContain('always true here, because of line 1')
  })

  test('a function that gives another value each time decides nothing', () => {
    const call = (name: string) => `{%#if ${name}() > 1%}{%else if ${name}() > 1%}x{%/if%}`
    const spec: FunctionSpec = {
      group: 'math',
      params: [],
      returns: 'number',
      summary: '',
      examples: [],
      call: () => 1,
    }
    const table = new Map([
      ['random', spec],
      ['steady', spec],
    ])
    expect(checkAst(parseTemplate(call('random')).ast, {}, table)).toEqual([])
    expect(checkAst(parseTemplate(call('steady')).ast, {}, table)).toHaveLength(1)
  })

  test('a comparison of the wrong types is told once, as that', () => {
    expect(findings('{%#if context.number = 5%}x{%/if%}', WITH_ORDER)).toEqual([
      'type_mismatch: context.number = 5',
    ])
  })
})
