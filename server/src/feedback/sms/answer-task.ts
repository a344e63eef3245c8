/**
 * Sends the answers to what people wrote, one at a time and at most once: an answer that a process took and did not end is
 * not sent again.
 */
import type pg from 'pg'
import { transportById } from '../../campaigns/transport.store.ts'
import type { SendOutcome } from '../../channels/channel.ts'
import { openTransport } from '../../delivery/open-transport.ts'
import type { OpenContext } from '../../delivery/opener.ts'
import type { BackgroundTask } from '../../lib/background.ts'
import { endAnswer, type InboundRow, takeAnswer } from './sms.store.ts'

/** What the task needs. */
export interface AnswerTaskDeps {
  readonly pool: pg.Pool
  readonly secret: string
  readonly open: Pick<OpenContext, 'sinks' | 'now'>
}

const send = async (deps: AnswerTaskDeps, row: InboundRow): Promise<SendOutcome> => {
  const transport = await transportById(deps.pool, row.transportId, deps.secret)
  if (transport === undefined)
    return { kind: 'reject', code: 'transport_missing', answer: 'The transport does not exist' }
  const channel = openTransport(transport, deps.open)
  const outcome = await channel.send({
    ...{
      channel: 'sms',
      messageId: row.id,
      reference: '',
      to: row.number,
      from: row.sender,
      text: row.answer,
    },
  })
  await channel.close()
  return outcome
}

/** The task: one answer a step. */
export const smsAnswerTask = (deps: AnswerTaskDeps): BackgroundTask => ({
  name: 'answers by SMS',
  advance: async () => {
    const row = await takeAnswer(deps.pool)
    if (row === undefined) return false
    const { kind, code, answer } = await send(deps, row).catch((error: Error) => ({
      ...{ kind: 'unknown', code: 'EINTERNAL', answer: error.message.slice(0, 500) },
    }))
    const said = kind === 'accepted' ? answer : `${code} ${answer}`.trim()
    await endAnswer(deps.pool, { id: row.id, state: kind === 'accepted' ? 'sent' : 'failed', said })
    return true
  },
})
