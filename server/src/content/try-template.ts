/** One template tried with given data, by the same language, helpers and limits as a send. Knows no campaign. */
import type { Finding, TemplateRenderRequest, TemplateRenderResult } from '@carillon/contract'
import { compileTemplate, type Outside, RenderError } from '@carillon/template'
import type { RenderMoment } from './email-content.ts'
import { placelessFinding, toFinding } from './findings.ts'
import { createReach, renderReaching, TOO_MANY_ROUNDS } from './reach.ts'
import { libraryFor, type RenderStage } from './stage.ts'

/** A render as a value. */
export type Attempted<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly finding: Finding }

/** Renders, and turns what stops it into a finding at the pointer. */
export const attemptRender = <T>(pointer: string, render: () => T): Attempted<T> => {
  try {
    return { ok: true, value: render() }
  } catch (error) {
    if (!(error instanceof RenderError)) throw error
    const { code, message, line, column, excerpt } = error
    return {
      ok: false,
      finding: { pointer, severity: 'error', code, message, line, column, excerpt, fix: null },
    }
  }
}

/** The finding of content that is still not whole after all rounds. */
export const stuck = (pointer: string): Finding =>
  placelessFinding(pointer, { code: 'render_failed', message: TOO_MANY_ROUNDS })

/** The moment of a render on a stage. */
export const momentOf = (
  stage: RenderStage,
  outside: Outside,
  at: { readonly now?: Date; readonly timeZone?: string } = {},
): RenderMoment => ({
  nowMs: (at.now ?? stage.clock.now()).getTime(),
  monotonicMs: stage.clock.monotonicMs,
  random: stage.random,
  outside,
  ...(at.timeZone === undefined ? {} : { timeZone: at.timeZone }),
})

/** Answers `POST /api/v1/templates/render`. Nothing is stored and nothing is sent. */
export const tryTemplate = async (
  stage: RenderStage,
  request: TemplateRenderRequest,
): Promise<TemplateRenderResult> => {
  const { source, target, profile, context, now, timeZone } = request
  const fragments = await libraryFor(stage, [source])
  const compiled = compileTemplate(source, { target, fragments, ...stage.declared })
  const findings = compiled.diagnostics.map(toFinding('/source'))
  if (!compiled.ok) return { text: null, findings, metadata: [] }
  const at = { ...(now ? { now: new Date(now) } : {}), ...(timeZone ? { timeZone } : {}) }
  const rendered = await renderReaching(createReach(stage.sources), stage.sandboxId, outside =>
    attemptRender('/source', () =>
      compiled.template.render({ profile, context }, momentOf(stage, outside, at)),
    ),
  )
  if (rendered === undefined) return { text: null, findings: [...findings, stuck('/source')], metadata: [] }
  const { value, metadata } = rendered
  if (!value.ok) return { text: null, findings: [...findings, value.finding], metadata: [] }
  return {
    text: value.value,
    findings,
    metadata: Object.entries(metadata).map(([key, text]) => ({ key, value: text })),
  }
}
