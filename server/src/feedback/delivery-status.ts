/** Reads the machine's part of a delivery status notification (RFC 3464, RFC 6533). Pure, of hostile text. */
import { bounceOfReport } from '../channels/email/codes.ts'
import { addressIn, type Fields, readBlocks, withoutType } from './fields.ts'
import type { ReportedAction, ReportedRecipient } from './report.ts'

const ACTIONS: readonly ReportedAction[] = ['failed', 'delayed', 'delivered', 'relayed', 'expanded']

/** A moment as mails write it; null: it is none. */
export const readDate = (text: string | undefined): Date | null => {
  const at = new Date((text ?? '').replace(/\([^)]{0,100}\)/g, '').trim())
  return Number.isNaN(at.getTime()) ? null : at
}

const statusOf = (fields: Fields): string | null =>
  /(?:^|\s)([245]\.\d{1,3}\.\d{1,3})(?=[\s(;]|$)/.exec(fields.get('status') ?? '')?.[1] ?? null

// Some write "failed (bounced)" or leave the action out; the status says it then.
const actionOf = (fields: Fields, status: string | null): ReportedAction | undefined => {
  const [word = ''] = (fields.get('action') ?? '').toLowerCase().split(/[^a-z]/, 1)
  const action = ACTIONS.find(one => one === word)
  if (action !== undefined) return action
  if (status === null) return undefined
  return ({ 2: 'delivered', 4: 'delayed' } as const)[status[0] ?? ''] ?? 'failed'
}

const recipientOf = (fields: Fields): ReportedRecipient | undefined => {
  if (!fields.has('final-recipient') && !fields.has('original-recipient')) return undefined
  const status = statusOf(fields)
  const action = actionOf(fields, status)
  if (action === undefined) return undefined
  const diagnostic = withoutType(fields.get('diagnostic-code'))
  const isWell = action === 'delivered' || action === 'relayed' || action === 'expanded'
  const names = [fields.get('original-recipient'), fields.get('final-recipient')]
  return {
    addresses: [...new Set(names.flatMap(name => addressIn(name) ?? []))],
    ...{ action, status, diagnostic },
    remoteMta: withoutType(fields.get('remote-mta')) || null,
    code: isWell ? null : bounceOfReport({ status, diagnostic }),
  }
}

/** The recipients that the part names, in its order. */
export const readDeliveryStatus = (text: string): ReportedRecipient[] =>
  readBlocks(text).flatMap(fields => recipientOf(fields) ?? [])
