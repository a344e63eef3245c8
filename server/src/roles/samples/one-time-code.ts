/** A one-time code by SMS: one segment, and worth nothing after ten minutes. */
import type { SampleCampaign } from '../seed-samples.ts'

/** The sample. */
export const oneTimeCode: SampleCampaign = {
  name: 'One-time code',
  description: 'A code to log in with, by SMS. After ten minutes it is not sent any more.',
  live: true,
  tags: ['account', 'sms'],
  channel: 'sms',
  content: {
    text: 'Your code for Bellwether is {{context.code}}. It is valid for 10 minutes. Give it to nobody.',
    messageType: 'sms',
    title: null,
    mediaUri: null,
  },
  messageExpirySeconds: 600,
  sample: { profile: {}, context: { code: '482915' } },
}
