/** The calls of feedback: the receiver of mail, and webhooks of providers. */
import type { FeedbackReceiver, FeedbackSource, FeedbackSourceCreate } from '@carillon/contract'
import type { Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** Calls of feedback. */
export const feedbackCalls = ({ json }: Request) => ({
  receiver: () => json<FeedbackReceiver>('/feedback/receiver'),
  sources: () => json<Page<FeedbackSource>>('/feedback/sources'),
  createSource: (body: FeedbackSourceCreate) =>
    json<FeedbackSource>('/feedback/sources', { method: 'POST', body }),
  deleteSource: (id: string) => json<unknown>(at`/feedback/sources/${id}`, { method: 'DELETE' }),
})
