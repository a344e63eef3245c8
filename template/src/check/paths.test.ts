/** Paths that a schema does not have: found wherever a path can start, with the name that was meant. */
import { describe, expect, test } from 'vitest'
import { findings, repaired } from '../test/findings.ts'
import { WITH_ORDER } from '../test/order-schema.ts'
import { checkTemplate } from './check.ts'

describe('paths that exist are no finding', () => {
  test.each([
    '{{context.number}}{{context.customer.address.city}}{{context.[order-note]}}{{context.order-note}}',
    '{%= context.`order-note` %}{{context["number"]}}',
    '{{#each context.items}}{{name}}{{this.price}}{{@index}}{{/each}}',
    '{{#each context.items as |i n|}}{{i.parent.parent.name}}{{n}}{{/each}}',
    '{{#with context.customer}}{{firstName}}{{address.city}}{{/with}}',
    '{% let c = context.customer %}{{c.firstName}}',
    '{%= sum(context.items.price) %}{%= join(context.items.options.label, ",") %}',
    '{%= head(context.items).name %}{{context.items[0].name}}{{context.items.0.name}}{{context.items.length}}',
    '{{context.labels.anything}}{%= get(context.labels, "x") %}{{context.labels["y"]}}',
    '{{context.extra.known}}{{context.extra.other.deeper}}{{context.free.a.b}}',
    '{{#each context.labels as |v k|}}{%= concat(k, v) %}{{/each}}',
    '{{profile.whatever}}',
  ])('%s', source => {
    expect(findings(source, WITH_ORDER)).toEqual([])
  })
})

describe('paths that do not exist', () => {
  test.each([
    ['{{context.numbr}}', 'path_unknown: numbr', '{{context.number}}'],
    ['{{context.customer.adress.city}}', 'path_unknown: adress', '{{context.customer.address.city}}'],
    ['{{context.order-nite}}', 'path_unknown: order-nite', '{{context.`order-note`}}'],
    ['{{context.[order-nite]}}', 'path_unknown: [order-nite]', '{{context.`order-note`}}'],
    ['{%= context.`order-nite` %}', 'path_unknown: `order-nite`', '{%= context.`order-note` %}'],
    ['{{context["numbr"]}}', 'path_unknown: "numbr"', '{{context["number"]}}'],
    ['{%= get(context, "numbr") %}', 'path_unknown: "numbr"', '{%= get(context, "number") %}'],
    [
      '{{#each context.items as |i|}}{{i.prise}}{{/each}}',
      'path_unknown: prise',
      '{{#each context.items as |i|}}{{i.price}}{{/each}}',
    ],
    [
      '{{#each context.items}}{{this.nam}}{{/each}}',
      'path_unknown: nam',
      '{{#each context.items}}{{this.name}}{{/each}}',
    ],
    [
      '{{#each context.items}}{{nam}}{{/each}}',
      'path_unknown: nam',
      '{{#each context.items}}{{name}}{{/each}}',
    ],
    [
      '{{#with context.customer}}{{fristName}}{{/with}}',
      'path_unknown: fristName',
      '{{#with context.customer}}{{firstName}}{{/with}}',
    ],
    [
      '{% let c = context.customer %}{{c.firstNam}}',
      'path_unknown: firstNam',
      '{% let c = context.customer %}{{c.firstName}}',
    ],
    ['{%= sum(context.items.prices) %}', 'path_unknown: prices', '{%= sum(context.items.price) %}'],
    ['{{context.items[0].nme}}', 'path_unknown: nme', '{{context.items[0].name}}'],
    ['{%= head(context.items).nme %}', 'path_unknown: nme', '{%= head(context.items).name %}'],
    ['{%= (context).numbr %}', 'path_unknown: numbr', '{%= (context).number %}'],
    [
      '{%#if not(context.numbr)and true%}x{%/if%}',
      'path_unknown: numbr',
      '{%#if not(context.number)and true%}x{%/if%}',
    ],
    ['{%= context.number.length %}', 'path_unknown: length', '{%= length(context.number) %}'],
    ['{{context.total.cents}}', 'path_unknown: cents', null],
    ['{{context.zzz}}', 'path_unknown: zzz', null],
    ['{{context.number[0]}}', 'path_unknown: context.number', null],
    ['{{#each context.tags}}{{name}}{{/each}}', 'path_unknown: name', null],
    [
      '{{#each context.items as |i|}}{{#each i.options}}{{price}}{{/each}}{{/each}}',
      'path_unknown: price',
      null,
    ],
  ])('%s', (source, found, repair) => {
    expect(findings(source, WITH_ORDER)).toEqual([found])
    expect(repaired(source, WITH_ORDER)).toBe(repair)
  })

  test('the message names the place, the word that was meant, or those that there are', () => {
    const message = (source: string) => checkTemplate(source, WITH_ORDER)[0]?.message
    expect(message('{{context.customer.firstNam}}')).toBe(
      'There is no "firstNam" in context.customer. Did you mean "firstName"?',
    )
    expect(message('{{context.customer.zzzzzz}}')).toBe(
      'There is no "zzzzzz" in context.customer. There is firstName, address',
    )
    expect(message('{{#each context.items as |i|}}{{#each i.options}}{{price}}{{/each}}{{/each}}')).toContain(
      'as |item|',
    )
  })

  test('one wrong step is told once, whatever follows it', () => {
    expect(findings('{%= toInt(context.nope.a.b) * context.nope %}', WITH_ORDER)).toHaveLength(2)
  })

  test('a list is read by number, an object by name', () => {
    expect(findings('{{context.items["name"]}}', WITH_ORDER)).toEqual(['type_mismatch: "name"'])
    expect(findings('{{context.items[context.total].name}}', WITH_ORDER)).toEqual([])
  })

  test('nothing is known without a schema, so nothing is wrong', () => {
    expect(findings('{{context.a.b}}{{profile.c}}{{#each context.l}}{{x.y}}{{/each}}')).toEqual([])
  })
})
