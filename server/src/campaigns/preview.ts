/** What content makes of given data, through the same compiled content as a send. */
import type { PreviewResult } from '@carillon/contract'
import { type CompiledContent, compileContent, type OfChannel } from '../content/content.ts'
import type { RenderData, RenderMoment } from '../content/email-content.ts'
import { shownPush } from '../content/push-content.ts'
import { createReach, renderReaching } from '../content/reach.ts'
import { type RenderStage, stageFor } from '../content/stage.ts'
import { attemptRender, momentOf, stuck } from '../content/try-template.ts'

/** What content makes of the data, whoever it is of. */
export type Preview = Omit<PreviewResult, 'person'>

const NOTHING = { subject: null, html: null, text: null, sms: null, push: null } as const

const shown = (content: CompiledContent, data: RenderData, moment: RenderMoment) => {
  switch (content.channel) {
    case 'email':
      return { ...NOTHING, ...content.render(data, moment) }
    case 'sms':
      return { ...NOTHING, sms: content.render(data, moment) }
    case 'push':
      return { ...NOTHING, push: shownPush(content.render(data, moment)) }
  }
}

/** Renders content for a person who looks at it: mistakes come back as findings. */
export const previewContent = async (
  stage: RenderStage,
  of: OfChannel,
  data: RenderData,
): Promise<Preview> => {
  const { channel } = of
  const compiled = compileContent(of, await stageFor(stage, of))
  if (!compiled.ok) return { channel, ...NOTHING, findings: compiled.findings }
  const { content, findings } = compiled
  const rendered = await renderReaching(createReach(stage.sources), stage.sandboxId, outside =>
    attemptRender('/content', () => shown(content, data, momentOf(stage, outside))),
  )
  const attempted = rendered?.value ?? { ok: false, finding: stuck('/content') }
  return attempted.ok
    ? { channel, ...attempted.value, findings }
    : { channel, ...NOTHING, findings: [...findings, attempted.finding] }
}
