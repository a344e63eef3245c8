/** Names: variables before they are set, what a branch or a loop leaves behind, and profiles where there are none. */
import { describe, expect, test } from 'vitest'
import { findings, repaired } from '../test/findings.ts'
import { WITH_ORDER } from '../test/order-schema.ts'
import { checkTemplate } from './check.ts'

describe('variables that may be set are no finding', () => {
  test.each([
    '{% let a = 1 %}{{a}}',
    '{%#if context.free.x%}{% let a = 1 %}{%/if%}{{a}}',
    '{%#if context.free.x%}{% let a = 1 %}{%else%}{{a}}{%/if%}',
    '{{#each context.free.l}}{% let a = 1 %}{{/each}}{{a}}',
    '{% let a = 0 %}{{#each context.free.l as |i|}}{% let a = a + i.n %}{{/each}}{{a}}',
    '{{#each context.free.l}}{{name}}{{/each}}{% let name = 1 %}{{name}}',
    '{{#each context.items}}{{name}}{% let name = 1 %}{{/each}}',
  ])('%s', source => {
    expect(findings(source, WITH_ORDER)).toEqual([])
  })
})

describe('variables that are not set yet', () => {
  test.each([
    ['{{a}}{% let a = 1 %}', 'variable_unset: a'],
    ['{%#if a%}x{%/if%}{% let a = 1 %}', 'variable_unset: a'],
    ['{% let a = a + 1 %}', 'variable_unset: a'],
    ['{{#each context.items}}{{a}}{{/each}}{% let a = 1 %}', 'variable_unset: a'],
    ['{{#each context.free.l as |i|}}{{last}}{% let last = i.x %}{{/each}}', 'variable_unset?: last'],
    [
      '{{#each context.free.l}}{{#each context.free.m}}{{a}}{{/each}}{% let a = 1 %}{{/each}}',
      'variable_unset?: a',
    ],
  ])('%s', (source, found) => {
    expect(findings(source, WITH_ORDER).some(line => line.startsWith(found))).toBe(true)
  })

  test('the message says where to move it', () => {
    expect(checkTemplate('{{a}}{% let a = 1 %}')[0]?.message).toContain('move its {% let %} before')
    expect(checkTemplate('{{#each context.free.l}}{{a}}{% let a = 1 %}{{/each}}')[0]?.message).toContain(
      'in the first round it is blank',
    )
  })
})

describe('the type of a variable', () => {
  test.each([
    ['{% let a = "x" %}{%= a * 2 %}', ['type_mismatch: a']],
    ['{% let a = "x" %}{% let a = 1 %}{%= a * 2 %}', []],
    ['{% let a = 1 %}{%#if context.free.x%}{% let a = "x" %}{%/if%}{%= a * 2 %}', []],
    [
      '{%#if context.free.x%}{% let a = "x" %}{%else%}{% let a = "y" %}{%/if%}{%= a * 2 %}',
      ['type_mismatch: a'],
    ],
    ['{% let a = 1 %}{%#if context.free.x%}{% let a = "x" %}{%else%}{%= a * 2 %}{%/if%}', []],
    ['{% let a = "" %}{{#each context.amounts as |n|}}{%#if a = n%}x{%/if%}{% let a = n %}{{/each}}', []],
    ['{{#each context.items as |i|}}{% let a = i.name %}{%= a * 2 %}{{/each}}', ['type_mismatch: a']],
    [
      '{% let a = 0 %}{{#each context.items as |i|}}{% let a = a + i.price %}{{/each}}{%= upperCase(a.b) %}',
      [],
    ],
    [
      '{% let a = 0 %}{{#each context.amounts as |n|}}{% let a = n %}{{/each}}{{#each a}}x{{/each}}',
      ['type_mismatch: a'],
    ],
  ])('%s', (source, found) => {
    expect(findings(source, WITH_ORDER).filter(line => !line.startsWith('path_unknown'))).toEqual(found)
  })
})

describe('names that mean nothing', () => {
  test.each([
    ['{{contxt.a}}', '{{context.a}}'],
    ['{% let total = 1 %}{{totl}}', '{% let total = 1 %}{{total}}'],
    ['{%= upperCase(contxt.a) %}', '{%= upperCase(context.a) %}'],
    ['{%= upercase(context.a) %}', '{%= upperCase(context.a) %}'],
    ['{%#if not(contxt)%}x{%/if%}', '{%#if not(context)%}x{%/if%}'],
    ['{%= `contxt`.a %}', '{%= context.a %}'],
  ])('%s can be repaired', (source, repair) => {
    expect(repaired(source)).toBe(repair)
  })

  test('in a fragment on its own they are variables of the message', () => {
    expect(findings('{{greeting}}{%#if tone = "warm"%}!{%/if%}')).toHaveLength(2)
    expect(findings('{{greeting}}{%#if tone = "warm"%}!{%/if%}', { isFragment: true })).toEqual([])
    expect(findings('{{a}}{% let a = 1 %}', { isFragment: true })).toEqual([])
  })
})

describe('profiles', () => {
  test('are refused where a campaign has none, wherever they are used', () => {
    const source = '{{profile.a}}{%#if profile.b = 1%}{%/if%}{%= (profile).c %}{{context.free.d}}'
    expect(findings(source, { forbidProfile: true })).toEqual([
      'profile_forbidden: profile',
      'profile_forbidden: profile',
      'profile_forbidden: profile',
    ])
    expect(findings(source)).toEqual([])
  })

  test('a function that asks the profile by itself is refused as well', () => {
    const source = '{%#if inAudience("a1")%}x{%/if%}'
    expect(findings(source, { forbidProfile: true })).toEqual(['profile_forbidden: inAudience'])
    expect(findings(source)).toEqual([])
  })
})

describe('raw output', () => {
  const html = { target: 'html' as const, ...WITH_ORDER }

  test('of data is told in HTML, and can be made safe', () => {
    expect(findings('a{{{context.number}}}', html)).toEqual(['output_unescaped?: {{{context.number}}}'])
    expect(repaired('a{{{~ context.number ~}}}', html)).toBe('a{{~ context.number ~}}')
    expect(findings('{{{context.number}}}', { ...html, target: 'text' })).toEqual([])
    expect(findings('{{{context.number}}}', WITH_ORDER)).toEqual([])
  })

  test('of numbers and of what the author wrote is no finding', () => {
    expect(findings('{{{context.total}}}{{{"<b>"}}}{% let b = "<b>" %}{{{b}}}', html)).toEqual([])
  })

  test.each(['{{{else}}}', '{{{! context.number }}}', '{{{(context.number)}}}'])(
    '%s is left to a person',
    source => {
      expect(repaired(source, html)).not.toBe(source.slice(1, -1))
    },
  )
})
