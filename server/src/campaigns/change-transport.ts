/**
 * Where a transport leads, and what that means for its secret: one that was given for a provider goes to no other. Who may
 * change a transport may not read what is sealed in it by leading it to a server of their own.
 */
import type { Transport, TransportKind, TransportWrite } from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { Fault, type Problem } from '../lib/fault.ts'
import { lockTransport, replaceTransport, type TransportChange } from './transport.store.ts'

type Settings = Readonly<Record<string, unknown>>

/** The members that say where a transport of a kind leads, and the secret that goes there. */
const WAYS: Partial<Record<TransportKind, { readonly leads: readonly string[]; readonly secret: string }>> = {
  smtp: { leads: ['host', 'port', 'security'], secret: 'password' },
  ses: { leads: ['endpoint'], secret: 'secretAccessKey' },
  sendgrid: { leads: ['endpoint'], secret: 'apiKey' },
}

const settingsOf = (of: Partial<Transport> | TransportWrite, kind: TransportKind): Settings =>
  ((of as Settings)[kind] ?? {}) as Settings

/**
 * A write that leads elsewhere than before needs the secret again; without a log-in there is none, and what is stored goes
 * away. Answers the write as it may be stored.
 */
const withOwnSecret = (before: Transport, write: TransportWrite): TransportWrite => {
  const { kind } = before
  const way = WAYS[kind]
  if (way === undefined) return write
  const [old, young] = [settingsOf(before, kind), settingsOf(write, kind)]
  const isMoved = way.leads.some(one => (old[one] || null) !== (young[one] || null))
  if (!isMoved || young[way.secret] !== undefined) return write
  if (write.smtp !== undefined && !write.smtp.user)
    return { ...write, smtp: { ...write.smtp, password: null } }
  throw new Fault('payload_invalid', {
    problems: [
      {
        pointer: `/${kind}/${way.secret}`,
        message: 'must be given again, for the transport leads elsewhere now',
      },
    ],
  })
}

/** Replaces a transport's settings; a secret that is left out stays where it was given for. False: there is none of that id. */
export const changeTransport = (pool: pg.Pool, change: TransportChange): Promise<boolean> =>
  transaction(pool, async tx => {
    const before = await lockTransport(tx, change.sandboxId, change.id)
    if (before === undefined) return false
    return replaceTransport(tx, { ...change, write: withOwnSecret(before, change.write) })
  })

const isLoopback = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)

const isEndpoint = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/** What is wrong with the endpoint of a write: keys and mail go there, so only TLS will do, but on this machine. */
export const endpointProblems = (write: TransportWrite): Problem[] => {
  const { kind = 'smtp' } = write
  const { endpoint } = settingsOf(write, kind)
  return typeof endpoint !== 'string' || isEndpoint(endpoint)
    ? []
    : [{ pointer: `/${kind}/endpoint`, message: 'is not an https address' }]
}
