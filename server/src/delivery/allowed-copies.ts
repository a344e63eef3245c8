/** Copies are people too: while the allowed list of a sandbox is on, who is not on it gets none. */
import type { RenderedEmail } from '../channels/email/email.ts'
import { findNotAllowed } from '../consent/suppression.store.ts'
import type { Db } from '../db/pool.ts'
import { addresseeOf } from './known.ts'
import { withoutSomeCopies } from './render.ts'

/** A mail of a sandbox. */
export interface CopiedMail {
  readonly sandboxId: string
  readonly email: RenderedEmail
}

/** The mails without copies that are not allowed, in their order; where there are no copies, nothing is asked. */
export const withAllowedCopies = async (
  db: Db,
  mails: readonly CopiedMail[],
): Promise<readonly RenderedEmail[]> => {
  const asked = mails.flatMap(({ sandboxId, email }) =>
    (email.envelope.copies ?? []).map(address => addresseeOf({ sandboxId, address })),
  )
  if (asked.length === 0) return mails.map(({ email }) => email)
  const left = new Set((await findNotAllowed(db, asked)).map(one => `${one.sandboxId} ${one.address}`))
  return mails.map(({ sandboxId, email }) =>
    withoutSomeCopies(email, address => {
      const addressee = addresseeOf({ sandboxId, address })
      return !left.has(`${sandboxId} ${addressee.address}`)
    }),
  )
}
