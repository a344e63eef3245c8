import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileTemplate } from '../template.ts'
import { compileOk, expectTemplate } from '../test/expect-template.ts'
import { DateTime } from '../time/date-time.ts'

const shows = (expression: string, context: unknown) =>
  expectTemplate(`{%= ${expression} %}`).as('text').context(context)

describe('topN and bottomN', () => {
  const items = fc.array(fc.record({ id: fc.nat(), price: fc.integer({ min: -5, max: 5 }) }), {
    maxLength: 20,
  })

  test('give the first of the sorted list, equal elements in their order', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: -1, max: 25 }), (list, n) => {
        const ids = (sorted: readonly { id: number }[]) =>
          sorted
            .slice(0, Math.max(0, n))
            .map(({ id }) => id)
            .join(',')
        shows('topN(context.list, price, context.n).id', { list, n }).toRender(
          ids(list.toSorted((a, b) => b.price - a.price)),
        )
        shows('bottomN(context.list, price, context.n).id', { list, n }).toRender(
          ids(list.toSorted((a, b) => a.price - b.price)),
        )
      }),
    )
  })

  const list = [
    { id: 'a', order: { price: 2 }, name: 'x' },
    { id: 'b', order: {}, name: 'z' },
    { id: 'c', order: { price: 3 }, name: 'y' },
    'scalar',
    null,
  ]

  test('a property may lie deeper, and may be written as a text', () => {
    for (const property of ['order.price', '"order.price"', '`order`.[price]']) {
      shows(`topN(context.list, ${property}, 2).id`, { list }).toRender('c,a')
    }
    shows('bottomN(context.list, name, 3).id', { list }).toRender('a,c,b')
  })

  test('elements without the property stand last, upwards and downwards', () => {
    shows('topN(context.list, order.price, 3).id', { list }).toRender('c,a,b')
    shows('bottomN(context.list, order.price, 3).id', { list }).toRender('a,c,b')
  })

  test('numbers come before texts and texts before true and false', () => {
    const mixed = [{ v: true }, { v: 'a' }, { v: 1 }, { v: false }, { v: 'b' }, { v: 2 }]
    shows('topN(context.mixed, v, 9).v', { mixed }).toRender('2,1,b,a,true,false')
    shows('bottomN(context.mixed, v, 9).v', { mixed }).toRender('1,2,a,b,false,true')
  })

  test('the property is no name of the template, and no property of an item around', () => {
    expectTemplate(
      '{% let price = "id" %}{{#each context.groups}}{{#each topN(list, price, 1)}}{{id}}{{/each}}{{/each}}',
    )
      .context({
        groups: [
          {
            list: [
              { id: 1, price: 1 },
              { id: 2, price: 5 },
            ],
            price: 'id',
          },
        ],
      })
      .toRender('2')
  })

  test.each(['1', 'context.list[0]', 'upperCase("x")', 'this', '"a".b'])('%s names no property', property => {
    const result = compileTemplate(
      `{{#each context.list}}{%= topN(context.list, ${property}, 1) %}{{/each}}`,
      {
        target: 'text',
      },
    )
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['arguments_wrong'])
  })

  test('the list of variables knows the property and what is done with the elements', () => {
    const source = '{{#each topN(context.orders, order.price, 3) as |one|}}{{one.name}}{{/each}}'
    const paths = compileOk(source).variables.map(({ path, type }) => [path, type])
    expect(paths).toEqual([
      ['context.orders', 'text'],
      ['context.orders[].order.price', 'number'],
      ['context.orders[].name', 'text'],
    ])
  })

  test('nothing inherited is a property', () => {
    shows('topN(context.list, constructor.name, 2).id', { list: [{ id: 1 }, { id: 2 }] }).toRender('1,2')
  })
})

describe('dates of the same instant are the same value', () => {
  const at = (epochSecond: number, offsetSeconds = 0) =>
    new DateTime({ epochSecond, nano: 0, offsetSeconds, zone: null })
  const context = {
    day: at(86_400),
    same: at(86_400, 3_600),
    days: [at(86_400), at(0), at(86_400, 3_600)],
    other: [at(0, 60)],
    dated: [
      { id: 'late', on: at(5) },
      { id: 'early', on: at(1) },
    ],
  }

  test.each([
    ['in(context.same, context.days)', 'true'],
    ['includes(context.days, context.same)', 'true'],
    ['notIn(context.same, context.days)', 'false'],
    ['in("1970-01-02T00:00:00.000Z", context.days)', 'false'],
    ['count(distinct(context.days))', '2'],
    ['distinctCountWithNull(context.days)', '2'],
    ['intersects(context.days, context.other)', 'true'],
    ['subsetOf(context.other, context.days)', 'true'],
    ['supersetOf(context.other, context.days)', 'false'],
    ['count(intersection(context.days, context.other))', '1'],
    ['max(context.days) = context.day', 'true'],
    ['min(context.days) < context.day', 'true'],
    ['topN(context.dated, on, 1).id', 'late'],
    ['bottomN(context.dated, on, 1).id', 'early'],
  ])('%s is %s', (expression, prints) => {
    shows(expression, context).toRender(prints)
  })
})
