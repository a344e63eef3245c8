/** Schemas: read as types, checked, listed as paths, inferred from a template; hostile ones harm nothing. */
import { describe, expect, test } from 'vitest'
import { inferSchema } from '../infer-schema.ts'
import { compileOk } from '../test/expect-template.ts'
import { findings } from '../test/findings.ts'
import { ORDER } from '../test/order-schema.ts'
import { checkSchema } from './schema-check.ts'
import { schemaPaths, typeAtPath } from './schema-paths.ts'
import type { JsonSchema } from './schema-type.ts'

const kindOf = (schema: unknown, ...steps: (string | null)[]) => typeAtPath(schema, steps)?.type ?? null

describe('types of schemas', () => {
  test.each<[string, unknown, string]>([
    ['text', { type: 'string' }, 'text'],
    ['an integer', { type: 'integer' }, 'number'],
    ['a number or an integer', { type: ['number', 'integer', 'null'] }, 'number'],
    ['something that may be null', { type: ['null', 'boolean'] }, 'boolean'],
    ['text or a number', { type: ['string', 'number'] }, 'any'],
    ['one of some texts', { enum: ['a', 'b'] }, 'text'],
    ['a constant', { const: 5 }, 'number'],
    ['a mixed enumeration', { enum: ['a', 1] }, 'any'],
    ['properties without a type', { properties: {} }, 'object'],
    ['items without a type', { items: {} }, 'list'],
    ['choices that agree', { anyOf: [{ type: 'string' }, { type: 'string', maxLength: 3 }] }, 'text'],
    ['a choice with null', { oneOf: [{ type: 'number' }, { type: 'null' }] }, 'number'],
    ['choices that differ', { anyOf: [{ type: 'string' }, { type: 'number' }] }, 'any'],
    ['parts together', { allOf: [{ description: 'x' }, { type: 'boolean' }] }, 'boolean'],
    ['a reference', { $ref: '#/$defs/a', $defs: { a: { type: 'number' } } }, 'number'],
    ['an escaped reference', { $ref: '#/$defs/a~1b%20c', $defs: { 'a/b c': { type: 'number' } } }, 'number'],
    ['a reference to itself', { $ref: '#' }, 'any'],
    ['a reference to nowhere', { $ref: '#/$defs/none' }, 'any'],
    ['a reference to the outside', { $ref: 'https://example.com/schema' }, 'any'],
    ['nothing', {}, 'any'],
    ['true', true, 'any'],
    ['no schema at all', 'string', 'any'],
    ['an unknown type', { type: 'date' }, 'any'],
  ])('%s', (_, schema, kind) => {
    expect(kindOf(schema)).toBe(kind)
  })

  test('allOf joins properties, and the whole is closed', () => {
    const schema = {
      allOf: [{ $ref: '#/$defs/base' }, { properties: { b: { type: 'number' } } }],
      $defs: { base: { type: 'object', properties: { a: { type: 'string' } } } },
    }
    expect([kindOf(schema, 'a'), kindOf(schema, 'b'), kindOf(schema, 'c')]).toEqual(['text', 'number', null])
  })

  test.each<[string, unknown, string | null]>([
    ['listed properties', { properties: { a: {} } }, null],
    ['additionalProperties: false', { type: 'object', additionalProperties: false }, null],
    ['no properties', { type: 'object' }, 'any'],
    ['additionalProperties: true', { properties: { a: {} }, additionalProperties: true }, 'any'],
    ['a map', { additionalProperties: { type: 'number' } }, 'number'],
    ['patterns', { properties: { a: {} }, patternProperties: { x: {} } }, 'any'],
    [
      'choices of properties',
      { properties: { a: {} }, anyOf: [{ properties: { b: {} } }, { properties: { c: {} } }] },
      'any',
    ],
    ['choices of what is required', { properties: { a: {} }, anyOf: [{ required: ['a'] }] }, null],
  ])('another property beside %s', (_, schema, kind) => {
    expect(kindOf(schema, 'other')).toBe(kind)
  })

  test('names of prototypes are not found', () => {
    const schema = JSON.parse('{"properties":{"a":{},"__proto__":{"type":"string"}}}')
    expect([kindOf(schema, '__proto__'), kindOf(schema, 'constructor')]).toEqual([null, null])
    expect(schemaPaths(schema, 'context').map(found => found.path)).toEqual(['context.a'])
  })
})

const deep = (make: (inner: unknown) => unknown, times: number): unknown => {
  let schema: unknown = { type: 'string' }
  for (let at = 0; at < times; at += 1) schema = make(schema)
  return schema
}

describe('hostile schemas', () => {
  const lists = { type: 'array', items: { $ref: '#' } }
  const cycle = { anyOf: [{ $ref: '#' }, { allOf: [{ $ref: '#/anyOf/1' }] }] }
  const tree = { properties: { a: { $ref: '#' }, b: { $ref: '#' }, c: { $ref: '#' } } }
  const wide = { properties: Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`p${at}`, {}])) }
  const choices = deep(inner => ({ anyOf: [inner, inner] }), 5_000)

  test.each<[string, unknown]>([
    ['endless lists', lists],
    ['a cycle of choices', cycle],
    ['an endless tree', tree],
    ['very many properties', wide],
    ['deep choices', choices],
    ['deep properties', deep(inner => ({ properties: { a: inner } }), 5_000)],
    ['deep lists', deep(inner => ({ type: 'array', items: inner }), 5_000)],
    ['wrong everywhere', { type: 7, properties: 'x', items: [1], anyOf: {}, allOf: 3, $ref: {}, enum: 'e' }],
  ])('%s are read, listed and checked', (_, schema) => {
    expect(schemaPaths(schema, 'context').length).toBeLessThanOrEqual(2_000)
    expect(checkSchema(schema).length).toBeLessThanOrEqual(100)
    const schemas = { context: schema as JsonSchema }
    const source =
      '{{context.a.a.x.y}}{{context[0][0].z}}{{#each context as |i|}}{{i.q.r}}{%= sum(i.p1.a) + i.a.b %}{{/each}}'
    expect(Array.isArray(findings(source, { schemas }))).toBe(true)
  })
})

describe('the paths of a schema', () => {
  test('are written as an author writes them, with types and descriptions', () => {
    const paths = schemaPaths(ORDER, 'context')
    const by = new Map(paths.map(found => [found.path, found]))
    expect(by.get('context.number')).toEqual({
      path: 'context.number',
      type: 'text',
      description: 'As it stands on the invoice',
    })
    expect(by.get('context.tier')).toEqual({ path: 'context.tier', type: 'text', values: ['gold', 'silver'] })
    expect(by.get('context.items')?.type).toBe('list')
    expect(by.get('context.items[].price')?.type).toBe('number')
    expect(by.get('context.[order-note]')?.type).toBe('text')
    expect(by.get('context.customer.address.city')?.type).toBe('any')
    expect(by.has('context.items[].parent.parent.name')).toBe(true)
    expect(paths.length).toBeLessThanOrEqual(2_000)
  })

  test('a type is found by its steps', () => {
    expect(typeAtPath(ORDER, ['number'])).toEqual({
      type: 'text',
      description: 'As it stands on the invoice',
    })
    expect(kindOf(ORDER, 'items', null, 'price')).toBe('number')
    expect(kindOf(ORDER, 'items', 'price')).toBe('list')
    expect(kindOf(ORDER, 'labels', 'any')).toBe('text')
    expect(kindOf(ORDER, 'nope')).toBe(null)
  })
})

describe('checkSchema', () => {
  test('a good schema has no mistakes', () => {
    expect(checkSchema(ORDER)).toEqual([])
  })

  test.each<[unknown, string, string]>([
    [5, '', 'is an object'],
    [true, '', 'is an object'],
    [{ type: 'text' }, '/type', 'known are string'],
    [{ type: [] }, '/type', 'empty'],
    [{ properties: [] }, '/properties', 'is an object'],
    [{ properties: { 'a/b': 3 } }, '/properties/a~1b', 'an object, true or false'],
    [{ items: [{}] }, '/items', 'an object, true or false'],
    [{ additionalProperties: 'no' }, '/additionalProperties', 'an object, true or false'],
    [{ anyOf: [] }, '/anyOf', 'list of schemas'],
    [{ anyOf: [{ type: 'x' }] }, '/anyOf/0/type', 'There is no type'],
    [{ enum: [] }, '/enum', 'list of values'],
    [{ title: 4 }, '/title', 'is a text'],
    [{ $ref: 3 }, '/$ref', 'is a text'],
    [{ $ref: 'other.json' }, '/$ref', 'within the schema'],
    [{ $ref: '#/$defs/none' }, '/$ref', 'no schema at'],
    [{ $defs: 1 }, '/$defs', 'is an object'],
    [JSON.parse('{"properties":{"__proto__":{}}}'), '/properties/__proto__', 'cannot be used'],
  ])('%j', (schema, pointer, words) => {
    const [found, ...more] = checkSchema(schema)
    expect([found?.pointer, more]).toEqual([pointer, []])
    expect(found?.message).toContain(words)
  })
})

describe('inferSchema', () => {
  const infer = (source: string, root = 'context') => inferSchema(compileOk(source).variables, root)

  test('objects, lists and scalars come from how they are used', () => {
    const source =
      '{{context.a.b}}{%= context.n * 2 %}{%#if context.on%}{%/if%}{{#each context.items as |i|}}{{i.name}}{{/each}}{%= sum(context.amounts) %}{{#each context.tags}}{{this}}{{/each}}'
    const open = { additionalProperties: true }
    expect(infer(source)).toEqual({
      type: 'object',
      ...open,
      properties: {
        a: { type: 'object', ...open, properties: { b: { type: 'string' } } },
        n: { type: 'number' },
        on: { type: 'boolean' },
        items: {
          type: 'array',
          items: { type: 'object', ...open, properties: { name: { type: 'string' } } },
        },
        amounts: { type: 'array', items: { type: 'number' } },
        tags: { type: 'array', items: { type: 'string' } },
      },
    })
  })

  test('it is a good schema, and the template is right by it', () => {
    const source = '{{context.__proto__.x}}{{#each context.l as |i|}}{{i.a.b}}{%= i.n + 1 %}{{/each}}'
    const schema = infer(source)
    expect(checkSchema(schema)).toEqual([])
    expect(findings(source, { schemas: { context: schema } })).toEqual([])
    expect(infer(source, 'profile')).toEqual({ type: 'object', additionalProperties: true })
  })
})
