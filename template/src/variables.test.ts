/** Which data a template uses, and the sample that is made of it. */
import { describe, expect, test } from 'vitest'
import { samplePayload } from './sample.ts'
import { compileOk } from './test/expect-template.ts'

const used = (source: string) =>
  compileOk(source).variables.map(variable => `${variable.path}${variable.usage === 'list' ? ' list' : ''}`)

describe('variables', () => {
  test.each([
    ['plain', []],
    [
      '{{profile.person.name.firstName}} {{context.order.number}}',
      ['profile.person.name.firstName', 'context.order.number'],
    ],
    ['{{context.a}}{{context.a}}', ['context.a']],
    ['{{#each context.items as |i|}}{{i.name}}{{/each}}', ['context.items list', 'context.items[].name']],
    [
      '{{#each context.items}}{{name}}{{this.price}}{{/each}}',
      ['context.items list', 'context.items[].name', 'context.items[].price'],
    ],
    ['{{#each context.tags}}{{this}}{{/each}}', ['context.tags list', 'context.tags[]']],
    [
      '{{#each context.a as |x|}}{{#each x.b as |y|}}{{y.c}}{{x.d}}{{/each}}{{/each}}',
      ['context.a list', 'context.a[].b list', 'context.a[].b[].c', 'context.a[].d'],
    ],
    ['{{#with context.a}}{{b}}{{/with}}', ['context.a.b']],
    ['{{#with context.a as |x|}}{{x.b.c}}{{else}}{{context.z}}{{/with}}', ['context.a.b.c', 'context.z']],
    ['{%#if context.a%}{{context.a.b}}{%/if%}', ['context.a.b']],
    [
      '{%#if context.a%}{%else if context.b%}{%else%}{{context.c}}{%/if%}',
      ['context.a', 'context.b', 'context.c'],
    ],
    ['{% let v = context.a %}{{v.b}}', ['context.a.b']],
    ['{% let v = context.a ?: "x" %}{{v}}', ['context.a']],
    ['{% let v = concat(context.a, profile.b) %}{{v}}', ['context.a', 'profile.b']],
    ['{% let l = context.l %}{{#each l as |i|}}{{i.x}}{{/each}}', ['context.l list', 'context.l[].x']],
    ['{%= sum(context.orders.price) %}', ['context.orders.price list']],
    [
      '{%= sum(context.l.price) %}{{#each context.l}}{{name}}{{/each}}',
      ['context.l[].price', 'context.l list', 'context.l[].name'],
    ],
    ['{%= head(context.items).name %}', ['context.items[].name']],
    ['{{context.items[0].name}}{{context.items.1.name}}', ['context.items[].name']],
    ['{{context.list.length}}', ['context.list list']],
    ['{{context.map["k"]}}{{context.map[profile.k]}}', ['context.map.k', 'profile.k']],
    [
      '{%= profile.segmentMembership.get("ups").get("id").status %}',
      ['profile.segmentMembership.ups.id.status'],
    ],
    ['{%= get(context.m, context.k) %}', ['context.m', 'context.k']],
    ['{%= [context.a, -context.b] %}', ['context.a', 'context.b']],
    ['{%= upperCase(context.a).x %}', ['context.a']],
    ['{%= in(context.a, context.l) or not context.b %}', ['context.a', 'context.l list', 'context.b']],
    ['{{context.order-total}}{{context.[a b]}}', ['context.[order-total]', 'context.[a b]']],
    ['{{#each context.l as |x i|}}{{i}}{{@index}}{{/each}}{{context}}', ['context.l list']],
  ])('%s uses %j', (source, expected) => {
    expect(used(source).sort()).toEqual([...expected].sort())
  })

  test('types and examples come from how a value is used', () => {
    const source =
      '{%#if context.express%}{%/if%}{%= context.n * 2 %}{%#if context.tier = "gold"%}{%/if%}{%= stringToNumber(context.s) %}{%#if context.t%}{{context.t}}{%/if%}{%#if context.q > 3%}{%/if%}{%#if context.on = true%}{%/if%}'
    expect(
      Object.fromEntries(
        compileOk(source).variables.map(({ path, type, example }) => [path, [type, example]]),
      ),
    ).toEqual({
      'context.express': ['boolean', undefined],
      'context.n': ['number', undefined],
      'context.tier': ['text', 'gold'],
      'context.s': ['text', '42'],
      'context.t': ['text', undefined],
      'context.q': ['number', 3],
      'context.on': ['boolean', true],
    })
  })
})

describe('samplePayload', () => {
  const sample = (source: string) => samplePayload(compileOk(source).variables)

  test('nested objects with readable values, both namespaces always there', () => {
    expect(sample('x')).toEqual({ profile: {}, context: {} })
    const source =
      '{{profile.person.name.firstName}}{{profile.person.name.lastName}}{{context.order.trackingLink}}{{context.order_number}}{{context.carrierNote}}{{context.logo}}'
    expect(sample(source)).toEqual({
      profile: { person: { name: { firstName: 'Ada', lastName: 'Lovelace' } } },
      context: {
        order: { trackingLink: 'https://example.com/tracking-link' },
        order_number: '10023',
        carrierNote: 'Sample carrier note',
        logo: 'https://example.com/image.png',
      },
    })
  })

  test('a list has two elements that differ', () => {
    expect(
      sample(
        '{{#each context.items as |i|}}{{i.name}}{{i.price}}{{/each}}{{#each context.tags}}{{this}}{{/each}}',
      ).context,
    ).toEqual({
      items: [
        { name: 'Sample name', price: '49.90' },
        { name: 'Another name', price: '19.50' },
      ],
      tags: ['Sample tags', 'Another tags'],
    })
  })

  test('numbers, conditions and comparisons get values that fit', () => {
    const source =
      '{%= context.price * context.weight %}{%#if context.express%}{%/if%}{%#if context.tier = "gold"%}{%/if%}{%= sum(context.amounts) %}'
    expect(sample(source).context).toEqual({
      price: 49.9,
      weight: 1,
      express: true,
      tier: 'gold',
      amounts: [1, 2],
    })
  })

  test('a name like constructor or __proto__ harms nothing', () => {
    const payload = sample('{{context.constructor.x}}{{context.__proto__.y}}{{context.toString}}')
    expect(Object.keys(payload.context)).toEqual(['constructor', 'toString'])
    expect(JSON.stringify(payload.context)).toContain('"constructor":{"x":"Sample x"}')
  })

  test('the sample fills every variable of the content', () => {
    const source =
      '{{#each context.items as |i|}}[{{i.name}}|{{i.qty}}]{{/each}}{{context.order.id}}{%= profile.email ?: "none" %}'
    const text = compileOk(source).render({ ...sample(source) })
    expect(text).toBe('[Sample name|1][Another name|2]10023ada@example.com')
  })
})
