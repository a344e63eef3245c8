/** `POST /api/v1/templates/render`: one template tried with given data; nothing is stored or sent. */
import { type Static, Type } from 'typebox'
import { Finding } from './campaigns.ts'
import { choice, closed, Instant, JsonObject, nullable } from './shapes.ts'

/** What to render, for which output, with which data; `now` and `timeZone` stand in for the clock. */
export const TemplateRenderRequest = closed({
  source: Type.String({ maxLength: 1_000_000 }),
  target: choice(['html', 'text', 'json', 'url']),
  profile: JsonObject,
  context: JsonObject,
  now: Type.Optional(nullable(Instant)),
  timeZone: Type.Optional(nullable(Type.String({ maxLength: 100 }))),
})
/** What to render. */
export type TemplateRenderRequest = Static<typeof TemplateRenderRequest>

/** The text, or null and the findings that say why; the pairs of `executionMetadata` in the order in which they were set. */
export const TemplateRenderResult = closed({
  text: nullable(Type.String()),
  findings: Type.Array(Finding),
  metadata: Type.Array(closed({ key: Type.String(), value: Type.String() })),
})
/** What a template made. */
export type TemplateRenderResult = Static<typeof TemplateRenderResult>
