/** What content makes of given data, through the same compiled content as a send. */
import type { EmailContent, PreviewResult } from '@carillon/contract'
import { compileEmailContent, type RenderData } from '../content/email-content.ts'
import { createReach, renderReaching } from '../content/reach.ts'
import { type RenderStage, stageFor } from '../content/stage.ts'
import { type Attempted, attemptRender, momentOf, stuck } from '../content/try-template.ts'

/** What content makes of the data, whoever it is of. */
export type Preview = Omit<PreviewResult, 'person'>

/** Renders content for a person who looks at it: mistakes come back as findings. */
export const previewContent = async (
  stage: RenderStage,
  content: EmailContent,
  data: RenderData,
): Promise<Preview> => {
  const surroundings = await stageFor(stage, content)
  const compiled = compileEmailContent(content, surroundings)
  if (!compiled.ok) return { subject: null, html: null, text: null, findings: compiled.findings }
  const { email, findings } = compiled
  const rendered = await renderReaching(createReach(stage.sources), stage.sandboxId, outside =>
    attemptRender('/content', () => email.render(data, momentOf(stage, outside))),
  )
  return toResult(rendered?.value ?? { ok: false, finding: stuck('/content') }, findings)
}

const toResult = (
  attempted: Attempted<{ readonly subject: string; readonly html: string; readonly text: string }>,
  warnings: PreviewResult['findings'],
): Preview =>
  attempted.ok
    ? { ...attempted.value, findings: warnings }
    : { subject: null, html: null, text: null, findings: [...warnings, attempted.finding] }
