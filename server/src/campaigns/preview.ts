/** What content makes of given data, through the same compiled content as a send. */
import type { EmailContent, PreviewResult } from '@carillon/contract'
import { compileEmailContent, type RenderData } from '../content/email-content.ts'
import type { Clock } from '../lib/clock.ts'

/** Renders content for a person who looks at it: mistakes come back as findings. */
export const previewContent = (content: EmailContent, data: RenderData, clock: Clock): PreviewResult => {
  const compiled = compileEmailContent(content)
  if (!compiled.ok) return { subject: null, html: null, text: null, findings: compiled.findings }
  try {
    return {
      ...compiled.email.render(data, { nowMs: clock.now().getTime(), monotonicMs: clock.monotonicMs }),
      findings: [],
    }
  } catch (error) {
    const { code, message, line, column, excerpt } = error as {
      code?: string
      message: string
      line?: number
      column?: number
      excerpt?: string
    }
    const finding = {
      pointer: '/content',
      severity: 'error' as const,
      code: code ?? 'render_failed',
      message,
      line: line ?? null,
      column: column ?? null,
      excerpt: excerpt ?? null,
    }
    return { subject: null, html: null, text: null, findings: [finding] }
  }
}
