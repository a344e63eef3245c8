/**
 * Where a transport leads, and what that means for its secrets: those that were given for a provider go to no other. Who may
 * change a transport may not read what is sealed in it by leading it to a server of their own.
 */
import {
  type ProviderKind,
  providerOf,
  secretsOf,
  type Transport,
  type TransportWrite,
} from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { missingSecrets } from './needed-secrets.ts'
import { lockTransport, replaceTransport, type TransportChange } from './transport.store.ts'
import { memberAt, type Tree, treeOf, withMember } from './transport-secrets.ts'

/** The members that say where a transport of a kind leads. */
const WAYS: Readonly<Record<ProviderKind, readonly string[]>> = {
  smtp: ['host', 'port', 'security'],
  ses: ['endpoint'],
  sendgrid: ['endpoint'],
  twilio: ['endpoint'],
  sinch: ['endpoint'],
  infobip: ['endpoint'],
  custom_sms: ['url', 'auth.tokenUrl'],
  push: [],
}

const settingsOf = (of: Partial<Transport> | TransportWrite, kind: ProviderKind): Tree =>
  treeOf((of as Tree)[kind])

const needsSecret = (kind: ProviderKind, settings: Tree): boolean => {
  if (kind === 'smtp') return Boolean(settings['user'])
  return kind !== 'custom_sms' || memberAt(settings, 'auth.kind') !== 'none'
}

/**
 * A write that leads elsewhere than before needs its secret again; what is left out of the others goes away. Answers the
 * write as it may be stored.
 */
const withOwnSecrets = (before: Transport, write: TransportWrite): TransportWrite => {
  const kind = providerOf(before.kind)
  const [old, young] = [settingsOf(before, kind), settingsOf(write, kind)]
  if (WAYS[kind].every(one => (memberAt(old, one) || null) === (memberAt(young, one) || null))) return write
  const paths = secretsOf(kind)
  const left = paths.filter(path => memberAt(young, path) === undefined)
  if (left.length === paths.length && needsSecret(kind, young))
    throw new Fault('payload_invalid', {
      problems: [
        {
          pointer: kind === 'custom_sms' ? '/custom_sms/auth' : `/${kind}/${paths[0]}`,
          message: 'must have its secret given again, for the transport leads elsewhere now',
        },
      ],
    })
  const settings = left
    .filter(path => !path.includes('.') || memberAt(young, 'auth') !== undefined)
    .reduce((tree, path) => withMember(tree, path, null), young)
  return { ...write, [kind]: settings }
}

/** Replaces a transport's settings; a secret that is left out stays where it was given for. False: there is none of that id. */
export const changeTransport = (pool: pg.Pool, change: TransportChange): Promise<boolean> =>
  transaction(pool, async tx => {
    const before = await lockTransport(tx, change.sandboxId, change.id)
    if (before === undefined) return false
    const write = withOwnSecrets(before, change.write)
    const problems = missingSecrets(write, before)
    if (problems.length > 0) throw new Fault('payload_invalid', { problems })
    return replaceTransport(tx, { ...change, write })
  })
