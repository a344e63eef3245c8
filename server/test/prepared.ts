/** A rendered mail that waits for its permit: for tests of queues, which look at its lane and its transport alone. */
import type { Prepared } from '../src/delivery/line.ts'
import type { ClaimedMessage, Lane } from '../src/messages/ledger.ts'

/** One of a lane. */
export const preparedIn = (lane: Lane, transportId = 't'): Prepared => ({
  message: { lane } as ClaimedMessage,
  transportId,
  domain: 'example.test',
  transports: 1,
  retryPeriodMs: 1,
  rendered: { messageId: '', envelope: { from: '', to: '' }, raw: Buffer.alloc(0) },
  metadata: null,
  limits: [],
  notBefore: null,
  personal: null,
})
