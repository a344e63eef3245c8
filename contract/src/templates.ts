/** Rendering one template of the native API, to try it: no campaign, nothing stored, nothing sent. */
import { type Static, Type } from 'typebox'
import { Finding } from './campaigns.ts'
import { choice, closed, Instant, JsonObject, nullable } from './shapes.ts'

/** Where the output of a template goes; it decides how values are escaped. */
export const TEMPLATE_TARGETS = ['html', 'text', 'json', 'url'] as const
/** Where the output goes. */
export type TemplateTarget = (typeof TEMPLATE_TARGETS)[number]

/**
 * `POST /api/v1/templates/render`. `now` null or left out: the time of the server; `timeZone` null or left out: UTC.
 * Fragments, lookup tables and encryption keys are those of the sandbox.
 */
export const TemplateRenderRequest = closed({
  source: Type.String({ maxLength: 1_000_000 }),
  target: choice(TEMPLATE_TARGETS),
  profile: JsonObject,
  context: JsonObject,
  now: Type.Optional(nullable(Instant)),
  timeZone: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 100 }))),
})
/** A template, and the data to render it with. */
export type TemplateRenderRequest = Static<typeof TemplateRenderRequest>

/** What it prints (null where it cannot be rendered: a finding says why), and the pairs of `executionMetadata`. */
export const TemplateRenderResult = closed({
  text: nullable(Type.String()),
  findings: Type.Array(Finding),
  metadata: Type.Array(closed({ key: Type.String(), value: Type.String() })),
})
/** What a template prints. */
export type TemplateRenderResult = Static<typeof TemplateRenderResult>
