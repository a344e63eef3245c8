/** How fast a transport may be. */
import { Type } from 'typebox'
import { closed, nullable } from './shapes.ts'

const DomainLimit = closed({
  domain: Type.String({ minLength: 1, maxLength: 253 }),
  ratePerSecond: Type.Optional(nullable(Type.Number({ minimum: 0.01, maximum: 10_000 }))),
  connections: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 100 }))),
})

/**
 * How fast a transport may be. `connections`: messages on their way at once, in each worker. A domain of recipients may
 * have a rate of its own, and fewer connections; of phone numbers it is the country, such as `nl`.
 */
export const PACE = {
  connections: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  ratePerSecond: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 10_000 }))),
  domainLimits: Type.Optional(Type.Array(DomainLimit, { maxItems: 100 })),
}
