/**
 * What the stand-ins of SMS providers report: that a message was delivered, in each provider's own form and signature, to
 * the address that came with the message. So a sandbox shows what an account shows, on the same way.
 */
import { randomUUID } from 'node:crypto'
import { createHttpCaller, type HttpCall } from '../http/call.ts'
import { signTwilio } from '../sms/twilio/calls.ts'
import { STAND_IN_SMS } from './sms-accounts.ts'
import type { ReceivedSms, SmsStandIn } from './sms-sink.ts'

const JSON_HEADERS = { 'content-type': 'application/json' }

type Report = Pick<HttpCall, 'headers' | 'body'>

const ofTwilio = ({ to, from, callbackUrl }: ReceivedSms, id: string): Report => {
  const body = new URLSearchParams({
    ...{ MessageSid: `SM${id.replaceAll('-', '')}`, MessageStatus: 'delivered', To: to, From: from },
  }).toString()
  const signature = signTwilio(new URL(callbackUrl), body, STAND_IN_SMS.twilio.authToken)
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
    body,
  }
}

const json = (value: unknown): Report => ({ headers: JSON_HEADERS, body: JSON.stringify(value) })

const REPORTS: Readonly<Record<SmsStandIn, (sms: ReceivedSms, id: string, at: Date) => Report>> = {
  twilio: ofTwilio,
  sinch: ({ to, reference }, id, at) =>
    json({
      ...{ type: 'recipient_delivery_report_sms', batch_id: id, recipient: to, code: 0, status: 'Delivered' },
      ...{ at: at.toISOString(), client_reference: reference },
    }),
  infobip: ({ to, reference }, id, at) =>
    json({
      results: [
        {
          ...{ messageId: id, to, callbackData: reference, doneAt: at.toISOString() },
          ...{ status: { groupId: 3, name: 'DELIVERED_TO_HANDSET' }, error: { id: 0, name: 'NO_ERROR' } },
        },
      ],
    }),
  custom_sms: ({ reference }, id) => json({ reference, id, status: 'delivered', nonce: randomUUID() }),
}

/** Reports that a message was delivered. Never rejects: an instance that is not there just gets no report. */
export const reportDelivered = async (sms: ReceivedSms, id: string, at: Date): Promise<void> => {
  if (!URL.canParse(sms.callbackUrl)) return
  const caller = createHttpCaller({ connections: 1, timeoutMs: 5_000 })
  await caller.call({ method: 'POST', url: new URL(sms.callbackUrl), ...REPORTS[sms.provider](sms, id, at) })
  caller.close()
}
