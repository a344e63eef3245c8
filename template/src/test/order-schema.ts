/** One schema that the checker's tests share: an order and its customer. */
import type { JsonSchema } from '../check/schema-type.ts'

/** Every kind of type, by the name of its property. */
export const ORDER: JsonSchema = {
  type: 'object',
  properties: {
    number: { type: 'string', description: 'As it stands on the invoice' },
    total: { type: 'number' },
    paid: { type: 'boolean' },
    due: { type: 'string', format: 'date-time' },
    tier: { enum: ['gold', 'silver'] },
    'order-note': { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    amounts: { type: 'array', items: { type: 'number' } },
    items: { type: 'array', items: { $ref: '#/$defs/item' } },
    customer: {
      type: 'object',
      properties: { firstName: { type: 'string' }, address: { type: 'object', properties: { city: {} } } },
    },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    extra: { type: 'object', properties: { known: { type: 'string' } }, additionalProperties: true },
    free: {},
  },
  $defs: {
    item: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        price: { type: 'number' },
        quantity: { type: 'string' },
        options: { type: 'array', items: { type: 'object', properties: { label: { type: 'string' } } } },
        parent: { $ref: '#/$defs/item' },
      },
    },
  },
}

/** Options that declare it as the context. */
export const WITH_ORDER = { schemas: { context: ORDER } }
