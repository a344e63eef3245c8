/** What content makes of given data, through the same compiled content as a send. */
import type { PreviewResult } from '@carillon/contract'
import { htmlToText } from '../channels/email/html-to-text.ts'
import { type CompiledContent, compileContent, type OfChannel } from '../content/content.ts'
import {
  mirrorUrlIn,
  type RenderData,
  type RenderedContent,
  type RenderMoment,
} from '../content/email-content.ts'
import { shownPush } from '../content/push-content.ts'
import { createReach, renderReaching } from '../content/reach.ts'
import { shownSms } from '../content/sms-content.ts'
import { type RenderStage, stageFor } from '../content/stage.ts'
import { attemptRender, momentOf, stuck } from '../content/try-template.ts'
import { createLinkBook, type LinkBook } from '../tracking/link-book.ts'
import { withMirrorLinks } from '../tracking/track-mail.ts'

/** What content makes of the data, whoever it is of. */
export type Preview = Omit<PreviewResult, 'person'>

const NOTHING = { subject: null, html: null, text: null, sms: null, push: null } as const

// Links of the mirror page are not in the author's text. Those of what is looked at lead to a page that says so.
const withExampleOfMirror = (
  rendered: RenderedContent,
  { content }: OfChannel,
  data: RenderData,
): RenderedContent => {
  if (!/mirror_page/i.test(rendered.html)) return rendered
  const html = withMirrorLinks(rendered.html, openBook(), mirrorUrlIn(data))
  const isDerived = 'html' in content && content.text === null
  return { ...rendered, html, text: isDerived ? htmlToText(html) : rendered.text }
}

const openBook = (): LinkBook => {
  const book = createLinkBook()
  book.open()
  return book
}

interface Shown {
  readonly of: OfChannel
  readonly data: RenderData
  readonly moment: RenderMoment
}

const shown = (content: CompiledContent, { of, data, moment }: Shown) => {
  switch (content.channel) {
    case 'email':
      return { ...NOTHING, ...withExampleOfMirror(content.render(data, moment), of, data) }
    case 'sms':
      return { ...NOTHING, sms: shownSms(content.render(data, moment)) }
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
    attemptRender('/content', () => shown(content, { of, data, moment: momentOf(stage, outside) })),
  )
  const attempted = rendered?.value ?? { ok: false, finding: stuck('/content') }
  return attempted.ok
    ? { channel, ...attempted.value, findings }
    : { channel, ...NOTHING, findings: [...findings, attempted.finding] }
}
