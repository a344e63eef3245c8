/** A short message's content: rendered, and measured when somebody looks. */
import type { SmsContent } from '@carillon/contract'
import { expect, it } from 'vitest'
import { NO_FRAGMENTS } from './fragment-library.ts'
import { compileSmsContent, shownSms } from './sms-content.ts'

const render = (content: SmsContent) => {
  const compiled = compileSmsContent(content, { fragments: NO_FRAGMENTS })
  if (!compiled.ok) throw new TypeError(JSON.stringify(compiled.findings))
  const moment = { nowMs: 0, monotonicMs: () => 0, random: () => 0, outside: {} }
  return compiled.content.render({ profile: {}, context: { name: 'Ada' } }, moment)
}
const sms = (text: string): SmsContent => ({ text, messageType: 'sms', title: null, mediaUri: null })

it('is rendered without being measured: of what is sent nobody asks for segments', () => {
  expect(render(sms(' Hi {{context.name}} '))).toEqual(sms('Hi Ada'))
})

it('is measured where it is shown, and an MMS is one', () => {
  expect(shownSms(render(sms(`{{context.name}} ${'x'.repeat(160)}`)))).toMatchObject({
    ...{ coding: 'gsm7', segments: 2 },
  })
  const mms = { text: 'x'.repeat(200), messageType: 'mms', title: 'T', mediaUri: 'https://x.test/a' } as const
  expect(shownSms(render(mms))).toMatchObject({ title: 'T', segments: 1 })
})
