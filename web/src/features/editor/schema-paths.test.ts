/** The paths that a schema promises. */
import { describe, expect, it } from 'vitest'
import { schemaPaths } from './schema-paths.ts'

describe('the paths of a schema', () => {
  it('are all names with the words of the language for their types, elements of lists written with []', () => {
    const item = { type: 'object', properties: { sku: { type: 'string' }, price: { type: 'integer' } } }
    const schema = {
      properties: {
        code: { type: 'string', description: 'Mine' },
        'order-total': { type: ['null', 'number'] },
        items: { type: 'array', items: item },
      },
    }
    expect(schemaPaths(schema, 'context')).toEqual([
      { path: 'context.code', type: 'text', description: 'Mine' },
      { path: 'context.[order-total]', type: 'number' },
      { path: 'context.items', type: 'list' },
      { path: 'context.items[].sku', type: 'text' },
      { path: 'context.items[].price', type: 'number' },
    ])
  })

  it('are none where the schema says nothing', () => {
    for (const schema of [{}, [], { properties: 1 }, { properties: { a: null } }])
      expect(schemaPaths(schema, 'context')).toEqual([])
  })
})
