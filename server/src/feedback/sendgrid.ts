/**
 * The signed event webhook of SendGrid: ECDSA on P-256 over the time stamp and the very bytes of the body. A message is
 * found by the custom argument `carillon_message`, which its own hand-over gave it. Pure.
 */
import { createPublicKey, createVerify, type KeyObject } from 'node:crypto'
import { bounceOfReport } from '../channels/email/codes.ts'
import { momentOf, treeOf } from '../lib/loose-json.ts'
import { joinKey, listOf, textOf } from './provider-json.ts'
import type { FeedbackNote } from './record.ts'

/** The headers that carry the signature. */
export const SIGNATURE_HEADER = 'x-twilio-email-event-webhook-signature'
export const TIMESTAMP_HEADER = 'x-twilio-email-event-webhook-timestamp'

/** The key as SendGrid shows it (base64 of its DER form); undefined: it is none on P-256. */
export const readPublicKey = (text: string): KeyObject | undefined => {
  try {
    const key = createPublicKey({ key: Buffer.from(text.trim(), 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined
  } catch {
    return undefined
  }
}

/** Whether the body was signed with that key at that time. */
export const isSigned = (
  publicKey: string,
  call: { readonly signature: string; readonly timestamp: string; readonly body: Buffer },
): boolean => {
  const key = readPublicKey(publicKey)
  if (key === undefined) return false
  try {
    return createVerify('sha256')
      .update(call.timestamp)
      .update(call.body)
      .verify(key, call.signature, 'base64')
  } catch {
    return false
  }
}

type Told = Pick<FeedbackNote, 'kind' | 'code'> & Partial<FeedbackNote>

const bounceTold = (event: Readonly<Record<string, unknown>>): Told => {
  const answer = textOf(event['reason']) || textOf(event['response'])
  const status = textOf(event['status'])
  const code = bounceOfReport({ status: status || null, diagnostic: answer })
  // A block says that the mail was not wanted there; of the address it says nothing.
  const isBlock = textOf(event['type']) === 'blocked' && code === 10
  return { kind: 'bounce', code: isBlock ? 50 : code, status, answer }
}

const DROPPED: readonly (readonly [RegExp, Told])[] = [
  [/bounced address/i, { kind: 'bounce', code: 10 }],
  [/invalid/i, { kind: 'bounce', code: 10 }],
  [/spam report/i, { kind: 'complaint', code: null }],
  [/unsubscribed/i, { kind: 'unsubscribe', code: null, way: 'provider' }],
  [/spam content/i, { kind: 'bounce', code: 52 }],
]

// SendGrid took the message and did not send it, for what it knows of the address. It says so in these words.
const droppedTold = (reason: string): Told => {
  const [, told] = DROPPED.find(([words]) => words.test(reason)) ?? [
    undefined,
    { kind: 'bounce', code: 25 } as const,
  ]
  return { ...told, isLost: true, answer: reason }
}

const toldBy = (event: Readonly<Record<string, unknown>>): Told | undefined => {
  const reason = textOf(event['reason'])
  switch (textOf(event['event'])) {
    case 'processed':
      return { kind: 'sent', code: null }
    case 'delivered':
      return { kind: 'delivered', code: null, answer: textOf(event['response']) }
    case 'deferred': {
      const answer = textOf(event['response']) || reason
      const key = textOf(event['sg_event_id']) || textOf(event['attempt'])
      return { kind: 'delay', code: bounceOfReport({ status: '4.0.0', diagnostic: answer }), answer, key }
    }
    case 'bounce':
      return bounceTold(event)
    case 'dropped':
      return droppedTold(reason)
    case 'spamreport':
      return { kind: 'complaint', code: null }
    case 'unsubscribe':
    case 'group_unsubscribe':
      return { kind: 'unsubscribe', code: null, way: 'provider' }
    default:
      return undefined
  }
}

/** The notes of a body; undefined: it is no list of events. */
export const notesOfSendGrid = (body: Buffer): Omit<FeedbackNote, 'sandboxId'>[] | undefined => {
  let events: unknown
  try {
    events = JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
  if (!Array.isArray(events)) return undefined
  return events.map(treeOf).flatMap(event => {
    const joined = joinKey(textOf(event['carillon_message']))
    const told = joined === undefined ? undefined : toldBy(event)
    if (joined === undefined || told === undefined) return []
    const addresses = listOf([event['email']])
      .map(textOf)
      .filter(one => one !== '')
    return [{ addresses, at: momentOf(event['timestamp']), ...told, ...joined, source: 'sendgrid' as const }]
  })
}
