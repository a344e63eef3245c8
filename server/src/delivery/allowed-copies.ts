/** Copies are people too: while the allowed list of a sandbox is on, who is not on it gets none. */
import type { RenderedMessage } from '../channels/rendered.ts'
import { findNotAllowed } from '../consent/suppression.store.ts'
import type { Db } from '../db/pool.ts'
import { addresseeOf } from './known.ts'
import { withoutSomeCopies } from './render-email.ts'

/** A message of a sandbox. Only mails have copies. */
export interface CopiedMessage {
  readonly sandboxId: string
  readonly made: RenderedMessage
}

const copiesOf = (made: RenderedMessage): readonly string[] =>
  'envelope' in made ? (made.envelope.copies ?? []) : []

/** The messages without copies that are not allowed, in their order; where there are no copies, nothing is asked. */
export const withAllowedCopies = async (
  db: Db,
  messages: readonly CopiedMessage[],
): Promise<readonly RenderedMessage[]> => {
  const asked = messages.flatMap(({ sandboxId, made }) =>
    copiesOf(made).map(address => addresseeOf({ sandboxId, address })),
  )
  if (asked.length === 0) return messages.map(({ made }) => made)
  const left = new Set((await findNotAllowed(db, asked)).map(one => `${one.sandboxId} ${one.address}`))
  return messages.map(({ sandboxId, made }) =>
    'envelope' in made
      ? withoutSomeCopies(made, address => {
          const addressee = addresseeOf({ sandboxId, address })
          return !left.has(`${sandboxId} ${addressee.address}`)
        })
      : made,
  )
}
