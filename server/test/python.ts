/** A second opinion on mails: Python's own parser, and dkimpy for signatures. One process reads many mails. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** A mailbox as Python reads it. */
interface Mailbox {
  readonly name: string
  readonly address: string
}

/** What Python says of one mail. */
export interface PythonsMail {
  readonly defects: readonly string[]
  readonly fields: readonly string[]
  readonly subject: string | null
  readonly from: readonly Mailbox[]
  readonly to: readonly Mailbox[]
  readonly text: string | null
  readonly html: string | null
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly content: string }[]
  /** One verdict for each DKIM signature, from the top; empty when no `dns` was given. */
  readonly dkim: readonly boolean[]
}

/** A mail to read; `dns`: the TXT records under which its signatures are verified. */
export interface MailToRead {
  readonly raw: Buffer
  readonly dns?: Readonly<Record<string, string>>
}

// The system's own first: another one on the path does not see what the package manager installed.
const python = ['/usr/bin/python3', 'python3'].find(
  program => spawnSync(program, ['-c', 'import dkim, nacl']).status === 0,
)

/** Whether Python is here with what it needs; where not, `npm test` names what is left out, or fails. */
export const hasPython = python !== undefined

/** Reads mails in one go; throws when Python fails. */
export const readByPython = (mails: readonly MailToRead[]): readonly PythonsMail[] => {
  const asked = mails.map(({ raw, dns }) => ({ raw: raw.toString('base64'), dns: dns ?? null }))
  const script = join(import.meta.dirname, 'read-mail.py')
  const result = spawnSync(python ?? '', [script], { input: JSON.stringify(asked), maxBuffer: 1_000_000_000 })
  if (result.status !== 0) throw new Error(`python3: ${result.stderr}`)
  return JSON.parse(result.stdout.toString()) as PythonsMail[]
}
