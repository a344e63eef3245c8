/** What Infobip posts: lists of results in JSON, believed for the secret in the address: it signs nothing. */

import { momentOf } from '../../../lib/loose-json.ts'
import type { BounceCode } from '../../email/codes.ts'
import { bodyTree, textOf, valueAt } from '../answers.ts'
import {
  bounceOf,
  type SmsCall,
  type SmsCallContent,
  type SmsCallReader,
  type SmsInbound,
  type SmsReport,
  verifyToken,
} from '../callbacks.ts'
import { withPlus } from '../phone.ts'
import { REFERENCE_QUERY } from '../sms.ts'

const MOST = 1_000

// By the group of the status: pending, undeliverable, delivered, expired, rejected.
const KINDS: Readonly<Record<string, SmsReport['kind']>> = {
  ...{ '1': 'sent', '2': 'bounce', '3': 'delivered', '4': 'bounce', '5': 'bounce' },
}
const EXPIRED = '4'
// AJO's classes by the id of the error; the rest by whether it is for good.
const CODES: Readonly<Record<string, BounceCode>> = {
  ...{ '1': 10, '5': 10, '6': 20, '9': 10, '10': 20, '11': 10, '12': 15, '13': 15, '21': 20, '27': 20 },
  ...{ '31': 50, '32': 20, '34': 20, '255': 1, '256': 22, '501': 15, '1538': 50, '2049': 50, '2051': 51 },
}

const codeOf = (result: unknown, group: string): BounceCode => {
  const known = bounceOf(CODES, textOf(valueAt(result, 'error.id')))
  if (known !== undefined) return known
  if (group === EXPIRED) return 24
  return valueAt(result, 'error.permanent') === true ? 15 : 1
}

const reportOf = (call: SmsCall, result: unknown): SmsReport | undefined => {
  const group = textOf(valueAt(result, 'status.groupId'))
  const kind = Object.hasOwn(KINDS, group) ? KINDS[group] : undefined
  if (kind === undefined) return undefined
  const isLost = kind === 'bounce'
  return {
    // The address is of one message, a list can be of several.
    reference: textOf(valueAt(result, 'callbackData')) || (call.url.searchParams.get(REFERENCE_QUERY) ?? ''),
    ...{ kind, code: isLost ? codeOf(result, group) : null },
    status: isLost ? textOf(valueAt(result, 'error.id')) : '',
    answer: textOf(valueAt(result, isLost ? 'error.name' : 'status.name')),
    at: momentOf(valueAt(result, 'doneAt')),
  }
}

const inboundOf = (result: unknown): SmsInbound | undefined => {
  const from = textOf(valueAt(result, 'from'))
  const text = valueAt(result, 'text')
  if (from === '' || typeof text !== 'string') return undefined
  return {
    ...{ providerId: textOf(valueAt(result, 'messageId')), from: withPlus(from) },
    ...{ to: withPlus(textOf(valueAt(result, 'to'))), text },
    at: momentOf(valueAt(result, 'receivedAt')),
  }
}

const read = (call: SmsCall): SmsCallContent | undefined => {
  const results = bodyTree(call.body.toString('utf8'))['results']
  if (!Array.isArray(results)) return undefined
  const taken: readonly unknown[] = results.slice(0, MOST)
  return {
    reports: taken.flatMap(result => reportOf(call, result) ?? []),
    inbound: taken.flatMap(result =>
      valueAt(result, 'status') === undefined ? (inboundOf(result) ?? []) : [],
    ),
  }
}

/** Reads calls of an account. */
export const infobipCalls = (token: string): SmsCallReader => ({
  verify: call => verifyToken(call, token),
  read,
})
