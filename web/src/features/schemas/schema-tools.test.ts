/** Schemas that are typed, and schemas that are made from content. */
import { describe, expect, it } from 'vitest'
import { contextSchemaOf, schemaMistakes } from './schema-tools.ts'

describe('a schema that is typed', () => {
  it('has no mistakes when it describes an object', () => {
    expect(schemaMistakes({ type: 'object', properties: { a: { type: 'string' } } })).toEqual([])
  })

  it('is told where it is wrong', () => {
    expect(schemaMistakes({ properties: { a: 1 } }).map(one => one.pointer)).toEqual([
      '/type',
      '/properties/a',
    ])
  })
})

describe('a schema from content', () => {
  it('has every path that is used, lists and types among them', () => {
    const html = '{{#each context.items as |item|}}{{item.sku}} {%= item.price * 2 %}{{/each}}{{profile.a}}'
    expect(contextSchemaOf(['Hello {{context.person.name}}', html], null)).toEqual({
      type: 'object',
      properties: {
        person: { type: 'object', properties: { name: { type: 'string' } } },
        items: {
          type: 'array',
          items: { type: 'object', properties: { sku: { type: 'string' }, price: { type: 'number' } } },
        },
      },
    })
  })

  it('is an empty object where nothing is used', () => {
    expect(contextSchemaOf(['Hello'], null)).toEqual({ type: 'object', properties: {} })
  })

  it('adds what is missing to a schema that is there, and changes nothing in it', () => {
    const known = {
      type: 'object',
      additionalProperties: false,
      properties: { order: { type: 'object', description: 'Mine', properties: { id: { type: 'integer' } } } },
    }
    expect(contextSchemaOf(['{{context.order.id}}{{context.order.total}}{{context.code}}'], known)).toEqual({
      ...known,
      properties: {
        order: {
          type: 'object',
          description: 'Mine',
          properties: { id: { type: 'integer' }, total: { type: 'string' } },
        },
        code: { type: 'string' },
      },
    })
  })
})
